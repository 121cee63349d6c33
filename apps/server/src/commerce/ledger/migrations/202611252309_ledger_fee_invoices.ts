import { type Kysely, sql } from 'kysely';

/** Our own invoices to makers for our fee: one a month, numbered without a gap; what they say is frozen. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table fee_invoices (
      id uuid primary key,
      maker_id uuid not null,
      month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
      number integer not null unique,
      currency text not null,
      -- What the month's fees come to; below zero where more was given back than taken.
      amount bigint not null,
      issued_at timestamptz not null,
      document jsonb not null,
      unique (maker_id, month, currency)
    )`.execute(db);
};
