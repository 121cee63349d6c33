import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Keys for what is sealed at rest. Each lies wrapped under the installation's secret, which is not in the database.
  await sql`
    create table sealing_keys (
      id int primary key check (id >= 0),
      wrapped text not null,
      -- Which secret wrapped it: a fingerprint.
      wrapped_by text not null,
      made_at timestamptz not null default clock_timestamp(),
      -- Every process has heard of it by then.
      seals_from timestamptz not null
    )`.execute(db);
  // How far the columns have been sealed anew with a key.
  await sql`
    create table reseals (
      key_id int not null references sealing_keys on delete cascade,
      column_name text not null,
      after uuid,
      done_at timestamptz,
      primary key (key_id, column_name)
    )`.execute(db);
};
