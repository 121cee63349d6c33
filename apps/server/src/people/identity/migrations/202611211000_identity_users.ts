import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table users (
      id uuid primary key,
      email text not null unique check (email = lower(email)),
      handle text not null unique check (handle ~ '^(?!\\.)[a-z0-9_.]{3,30}$' and handle !~ '\\.$'),
      display_name text not null,
      bio text not null default '',
      city text,
      roles text[] not null default '{}' check (roles <@ array['maker', 'moderator', 'admin']),
      status text not null default 'active' check (status in ('active', 'suspended', 'banned', 'deactivated', 'deleted')),
      created_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users,
      token_hash text not null unique,
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      user_agent text,
      address text
    )`.execute(db);
  await sql`create index sessions_user on sessions (user_id) where ended_at is null`.execute(db);
  await sql`
    create table one_time_codes (
      identifier text primary key,
      code_hash text not null,
      tries_left integer not null,
      sent_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`
    create table code_requests (
      id bigint generated always as identity primary key,
      identifier text not null,
      network text not null,
      at timestamptz not null
    )`.execute(db);
  await sql`create index code_requests_identifier on code_requests (identifier, at)`.execute(db);
  await sql`create index code_requests_network on code_requests (network, at)`.execute(db);
};
