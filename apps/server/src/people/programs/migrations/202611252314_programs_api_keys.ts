import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table api_keys (
      id uuid primary key,
      user_id uuid not null references users,
      name text not null,
      begins text not null,
      key_hash text not null unique,
      scopes text[] not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      last_used_at timestamptz
    )`.execute(db);
  await sql`create index api_keys_user on api_keys (user_id)`.execute(db);
};
