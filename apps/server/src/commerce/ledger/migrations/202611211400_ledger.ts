import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table ledger_entries (
      id uuid primary key,
      seq bigint generated always as identity,
      -- What happened, said once: a second entry with this key is the same entry.
      key text not null unique,
      kind text not null,
      digest text not null,
      payment_id uuid,
      at timestamptz not null
    )`.execute(db);
  await sql`create index ledger_entries_payment on ledger_entries (payment_id) where payment_id is not null`.execute(
    db,
  );
  await sql`
    create table ledger_lines (
      entry_id uuid not null references ledger_entries,
      line_no smallint not null,
      account text not null check (account in (
        'clearing', 'maker_payable', 'maker_reserve', 'maker_debt', 'fee_revenue', 'provider_fees', 'tax_payable',
        'refunds_in_transit', 'dispute_loss', 'ad_pool', 'buyer_credit')),
      owner_id uuid,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      -- Minor units; a debit is positive, a credit negative.
      amount bigint not null check (amount <> 0),
      primary key (entry_id, line_no),
      check ((account in ('maker_payable', 'maker_reserve', 'maker_debt', 'buyer_credit')) = (owner_id is not null))
    )`.execute(db);
  await sql`create index ledger_lines_account on ledger_lines (account, owner_id, currency) include (amount)`.execute(
    db,
  );

  // Every entry has lines and sums to zero in each currency, or its transaction does not commit.
  await sql`
    create function ledger_entry_balances() returns trigger language plpgsql as $$
    declare
      entry uuid := to_jsonb(new) ->> tg_argv[0];
      off record;
    begin
      if not exists (select from ledger_lines where entry_id = entry) then
        raise exception 'ledger entry % has no lines', entry using errcode = 'check_violation';
      end if;
      select currency, sum(amount) as difference into off
      from ledger_lines where entry_id = entry group by currency having sum(amount) <> 0 limit 1;
      if found then
        raise exception 'ledger entry % is off by % %', entry, off.difference, off.currency
          using errcode = 'check_violation';
      end if;
      return null;
    end $$`.execute(db);
  for (const [table, entryColumn] of [
    ['ledger_entries', 'id'],
    ['ledger_lines', 'entry_id'],
  ] as const) {
    await sql`
      create constraint trigger ${sql.raw(`${table}_balance`)} after insert on ${sql.table(table)}
      deferrable initially deferred
      for each row execute function ledger_entry_balances(${sql.lit(entryColumn)})`.execute(db);
  }

  await sql`
    create function ledger_is_append_only() returns trigger language plpgsql
    as $$ begin raise exception '% is append-only', tg_table_name; end $$`.execute(db);
  for (const table of ['ledger_entries', 'ledger_lines']) {
    await sql`
      create trigger ${sql.raw(`${table}_append_only`)} before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ledger_is_append_only()`.execute(db);
  }
};
