import { type Kysely, sql } from 'kysely';

/** What people decide about their account. What was never chosen is not there. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table account_choices (
      user_id uuid primary key references users,
      settings jsonb not null default '{}',
      privacy jsonb not null default '{}'
    )`.execute(db);
  await sql`
    create table consents (
      id uuid primary key,
      user_id uuid not null references users,
      kind text not null check (kind in ('terms', 'privacy', 'marketing', 'analytics')),
      version text not null,
      given boolean not null,
      at timestamptz not null
    )`.execute(db);
  await sql`create index consents_person on consents (user_id, kind, at desc, id desc)`.execute(db);
  await sql`
    create function consents_are_append_only() returns trigger language plpgsql
    as $$ begin raise exception 'consents are append-only'; end $$`.execute(db);
  await sql`
    create trigger consents_append_only before update or delete or truncate on consents
    for each statement execute function consents_are_append_only()`.execute(db);
};
