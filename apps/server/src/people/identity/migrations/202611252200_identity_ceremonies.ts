import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // What a browser has begun and must finish itself: a way to a provider, a passkey's challenge, a second step.
  await sql`
    create table ceremonies (
      id uuid primary key,
      kind text not null,
      browser_hash text not null,
      key_hash text not null unique,
      user_id uuid references users,
      sealed text not null,
      tries_left integer not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index ceremonies_expires on ceremonies (expires_at)`.execute(db);
  await sql`
    create table external_identities (
      issuer text not null,
      subject text not null,
      user_id uuid not null references users,
      provider text not null check (provider in ('google', 'apple')),
      email text,
      linked_at timestamptz not null,
      primary key (issuer, subject),
      unique (user_id, provider)
    )`.execute(db);
};
