import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // A new device that asks to be let in by one that is signed in: bound to its browser, answered once, redeemed once.
  await sql`
    create table device_requests (
      id uuid primary key,
      code_hash text not null unique,
      browser_hash text not null,
      number integer not null,
      numbers integer[] not null,
      user_agent text,
      address text not null,
      asked_at timestamptz not null,
      expires_at timestamptz not null,
      answered_at timestamptz,
      allowed_by uuid references users
    )`.execute(db);
  await sql`create index device_requests_expires on device_requests (expires_at)`.execute(db);
};
