import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table audit_log (
      id uuid primary key,
      at timestamptz not null default clock_timestamp(),
      actor uuid,
      action text not null,
      subject uuid,
      address text,
      request_id text,
      facts jsonb not null default '{}'
    )`.execute(db);
  await sql`create index audit_log_at on audit_log (at)`.execute(db);
  await sql`create index audit_log_subject on audit_log (subject, at)`.execute(db);
  // Append-only, whoever asks.
  await sql`
    create function audit_log_is_append_only() returns trigger language plpgsql
    as $$ begin raise exception 'audit_log is append-only'; end $$`.execute(db);
  await sql`
    create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function audit_log_is_append_only()`.execute(db);
};
