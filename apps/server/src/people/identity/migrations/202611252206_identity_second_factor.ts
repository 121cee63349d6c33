import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // A secret without confirmed_at is offered and not yet asked for. last_step: no code of that time or before it counts.
  await sql`
    create table totp_secrets (
      user_id uuid primary key references users,
      sealed text not null,
      confirmed_at timestamptz,
      last_step bigint not null default 0,
      failures integer not null default 0,
      next_try_at timestamptz
    )`.execute(db);
  await sql`
    create table recovery_codes (
      user_id uuid not null references users,
      code_hash text not null,
      used_at timestamptz,
      primary key (user_id, code_hash)
    )`.execute(db);
  // Opened or proved with two factors, or with a passkey, which is two: what you have, and your finger or PIN.
  await sql`alter table sessions add column strong boolean not null default false`.execute(db);
};
