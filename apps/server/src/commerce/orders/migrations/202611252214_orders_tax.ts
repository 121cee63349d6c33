import { type Kysely, sql } from 'kysely';

/** Who owes the tax in a price: its maker, or the marketplace where a provider computes it; then no one rate is known. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    do $$
    declare
      paired text;
    begin
      select conname into strict paired from pg_constraint
      where conrelid = 'orders'::regclass and contype = 'c'
        and pg_get_constraintdef(oid) like '%tax_bps IS NULL%tax_amount IS NULL%';
      execute format('alter table orders drop constraint %I', paired);
    end $$`.execute(db);
  await sql`
    alter table orders
      add column tax_owed_by text not null default 'maker' check (tax_owed_by in ('maker', 'marketplace')),
      add check (tax_bps is null or tax_amount is not null)`.execute(db);
};
