import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table idempotency_keys (
      actor uuid not null,
      route text not null,
      key text not null,
      request_hash text not null,
      lease_until timestamptz,
      status integer,
      answer jsonb,
      created_at timestamptz not null default clock_timestamp(),
      primary key (actor, route, key)
    )`.execute(db);
  await sql`create index idempotency_keys_created on idempotency_keys (created_at)`.execute(db);
};
