import { type Kysely, sql } from 'kysely';

/** Tax in a payment that the marketplace owes: a part of what the maker does not get, given back with a refund. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table payments add column tax_amount bigint check (tax_amount >= 0)`.execute(db);
  await sql`
    alter table payment_shares
      add column tax bigint not null default 0 check (tax >= 0),
      add column returned_tax bigint not null default 0,
      add constraint payment_shares_returned_tax check (returned_tax between 0 and tax)`.execute(db);
};
