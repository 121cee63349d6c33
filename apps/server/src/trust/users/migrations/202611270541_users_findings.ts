import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // What was found weak here, and when somebody tried to get in by appointment.
  await sql`
    create table security_findings (
      id uuid primary key,
      kind text not null check (kind in ('finding', 'pen_test')),
      severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
      state text not null check (state in ('open', 'fixed', 'accepted', 'done')),
      title text not null,
      note text not null,
      noted_by uuid not null,
      noted_at timestamptz not null,
      due_at timestamptz,
      closed_at timestamptz,
      outcome text not null default ''
    )`.execute(db);
  await sql`create index security_findings_noted on security_findings (noted_at desc)`.execute(db);
};
