import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // As last measured; null owns what no media knows.
  await sql`
    create table media_storage (
      owner_id uuid,
      kind text not null,
      rendition text,
      objects bigint not null,
      bytes bigint not null,
      unique nulls not distinct (owner_id, kind, rendition)
    )`.execute(db);
  await sql`
    create table media_storage_days (
      day date primary key,
      measured_at timestamptz not null,
      objects bigint not null,
      bytes bigint not null,
      -- [{fromDays, objects, bytes}]
      ages jsonb not null
    )`.execute(db);
};
