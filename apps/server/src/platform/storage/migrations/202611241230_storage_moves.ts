import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table storage_moves (
      id uuid primary key,
      source text not null check (source in ('folder', 's3')),
      target text not null check (target in ('folder', 's3') and target <> source),
      state text not null default 'running' check (state in ('running', 'done', 'turned_back')),
      objects bigint not null default 0,
      bytes bigint not null default 0,
      started_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz
    )`.execute(db);
  await sql`create unique index storage_moves_one_at_a_time on storage_moves ((true)) where state = 'running'`.execute(
    db,
  );
};
