import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Rows come in here, in the transaction of their act; within a second the sealer moves them to the chain.
  await sql`
    create table audit_inbox (
      id uuid primary key,
      at timestamptz not null default clock_timestamp(),
      actor uuid,
      action text not null,
      subject uuid,
      request_id text,
      facts jsonb not null default '{}',
      address text,
      -- Whose the personal facts are.
      person uuid,
      personal jsonb
    )`.execute(db);
  await sql`
    insert into audit_inbox (id, at, actor, action, subject, request_id, facts, address)
    select id, at, actor, action, subject, request_id, facts, address from audit_log`.execute(db);
  await sql`drop table audit_log`.execute(db);
  await sql`drop function audit_log_is_append_only`.execute(db);

  await sql`
    create table audit_entries (
      seq bigint not null,
      id uuid not null,
      at timestamptz not null,
      actor uuid,
      action text not null,
      subject uuid,
      request_id text,
      facts jsonb not null,
      -- The network address, under the actor's key.
      origin text,
      person uuid,
      -- Under the key of person.
      personal text,
      previous text not null,
      stamp text not null,
      primary key (seq, at)
    ) partition by range (at)`.execute(db);
  await sql`create table audit_entries_default partition of audit_entries default`.execute(db);
  await sql`create index audit_entries_id on audit_entries (id)`.execute(db);
  await sql`create index audit_entries_actor on audit_entries (actor, at)`.execute(db);
  await sql`create index audit_entries_subject on audit_entries (subject, at)`.execute(db);
  await sql`create index audit_entries_request on audit_entries (request_id)`.execute(db);

  await sql`
    create table audit_head (
      one boolean primary key default true check (one),
      seq bigint not null,
      stamp text not null
    )`.execute(db);
  await sql`insert into audit_head (seq, stamp) values (0, '')`.execute(db);

  // A key for each person. Without it what is personal in their rows cannot be read; the chain stands all the same.
  await sql`
    create table audit_people (
      person_id uuid primary key,
      key_sealed text,
      forgotten_at timestamptz,
      check ((key_sealed is null) = (forgotten_at is not null))
    )`.execute(db);

  // Append-only, whoever asks.
  await sql`
    create function audit_is_append_only() returns trigger language plpgsql
    as $$ begin raise exception 'the audit log is append-only'; end $$`.execute(db);
  await sql`
    create trigger audit_entries_stand before update or delete on audit_entries
    for each row execute function audit_is_append_only()`.execute(db);
  await sql`
    create trigger audit_entries_stay before truncate on audit_entries
    for each statement execute function audit_is_append_only()`.execute(db);

  // All that was ever written, sealed already or not.
  await sql`
    create view audit_log as
    select id, at, actor, action, subject, request_id, facts from audit_entries
    union all
    select id, at, actor, action, subject, request_id, facts from audit_inbox`.execute(db);
};
