import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table reports (
      id uuid primary key,
      kind text not null check (kind in ('story', 'profile')),
      subject_id uuid not null,
      reason text not null,
      note text not null,
      reporter_id uuid not null references users,
      state text not null default 'open' check (state in ('open', 'removed', 'dismissed')),
      decided_by uuid references users,
      decided_reason text,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create unique index reports_once on reports (reporter_id, kind, subject_id) where state = 'open'`.execute(
    db,
  );
  await sql`create index reports_queue on reports (created_at, id) where state = 'open'`.execute(db);
};
