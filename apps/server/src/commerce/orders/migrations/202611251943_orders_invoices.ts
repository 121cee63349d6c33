import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Tax that is included in what was paid, as it was when the order was placed.
  await sql`
    alter table orders
      add column tax_bps integer check (tax_bps > 0),
      add column tax_amount bigint check (tax_amount >= 0),
      add check ((tax_bps is null) = (tax_amount is null))`.execute(db);
  await sql`create table invoice_numbers (seller_id uuid primary key, last integer not null)`.execute(db);
  await sql`
    create table order_invoices (
      id uuid primary key,
      order_id uuid not null references orders,
      seller_id uuid not null,
      kind text not null check (kind in ('invoice', 'credit_note')),
      number integer not null,
      issued_at timestamptz not null,
      amount bigint not null,
      -- What it says, frozen and sealed: it holds an address, and law asks to keep it.
      sealed text not null,
      cause text not null unique,
      unique (seller_id, number)
    )`.execute(db);
  await sql`create index order_invoices_order on order_invoices (order_id, issued_at)`.execute(db);
};
