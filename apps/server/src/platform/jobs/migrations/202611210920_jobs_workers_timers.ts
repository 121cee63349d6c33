import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create table job_workers (id text primary key, seen_at timestamptz not null default clock_timestamp())`.execute(
    db,
  );
  await sql`
    create table timers (
      kind text not null,
      subject uuid not null,
      due_at timestamptz not null,
      epoch integer not null default 1,
      failures integer not null default 0,
      claimed_until timestamptz not null default '-infinity',
      primary key (kind, subject)
    )`.execute(db);
  await sql`create index timers_due on timers (greatest(due_at, claimed_until))`.execute(db);
};
