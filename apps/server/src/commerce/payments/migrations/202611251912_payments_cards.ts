import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table payment_customers (
      person_id uuid primary key,
      customer_id text not null unique,
      created_at timestamptz not null
    )`.execute(db);
  // What may be shown of a card; its number is only ever at the provider.
  await sql`
    create table saved_cards (
      id uuid primary key,
      person_id uuid not null,
      method_id text not null unique,
      brand text not null,
      last4 text not null,
      exp_year integer not null,
      exp_month integer not null check (exp_month between 1 and 12),
      -- The same for one card, whoever saved it.
      fingerprint text,
      saved_at timestamptz not null,
      -- Removed by its person: hidden at once, and then at the provider too.
      removed_at timestamptz,
      detached boolean not null default false
    )`.execute(db);
  await sql`create index saved_cards_person on saved_cards (person_id) where removed_at is null`.execute(db);
  await sql`create index saved_cards_fingerprint on saved_cards (fingerprint)`.execute(db);
  await sql`create index saved_cards_leaving on saved_cards (removed_at) where removed_at is not null and not detached`.execute(
    db,
  );
};
