import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create sequence outbox_position as bigint`.execute(db);
  // `tx` comes before `position`: defaults are evaluated in this order, so a transaction that has drawn a position
  // always has an id already. The tail's horizon (tail.ts) rests on that.
  await sql`
    create table outbox (
      tx xid8 not null default pg_current_xact_id(),
      position bigint not null default nextval('outbox_position'),
      id uuid not null,
      type text not null,
      aggregate uuid not null,
      payload jsonb not null,
      at timestamptz not null default clock_timestamp(),
      primary key (position, at)
    ) partition by range (at)`.execute(db);
  await sql`create table outbox_default partition of outbox default`.execute(db);
  await sql`create index outbox_type on outbox (type, position)`.execute(db);
  await sql`create index outbox_aggregate on outbox (aggregate, position)`.execute(db);
  await sql`
    create table event_cursors (
      subscriber text primary key,
      position bigint not null,
      failures integer not null default 0,
      retry_at timestamptz not null default '-infinity'
    )`.execute(db);
  await sql`
    create table event_dead_letters (
      subscriber text not null,
      position bigint not null,
      type text not null,
      payload jsonb not null,
      error text not null,
      at timestamptz not null default clock_timestamp(),
      primary key (subscriber, position)
    )`.execute(db);
};
