import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table refunds
      drop constraint refunds_reason_check,
      add constraint refunds_reason_check check (reason in (
        'late', 'quarantine', 'cancelled', 'issue', 'dispute', 'goodwill', 'other')),
      -- Names what it was asked for by; the same again is the same refund. The version before knows late ones only.
      add column key text not null default 'late',
      add column fee bigint not null default 0 check (fee >= 0 and fee <= amount),
      add column note text,
      add column asked_by uuid,
      -- A definite no of the provider's ends a try; the next one is another call to it.
      add column attempt integer not null default 0,
      -- What the provider called the tries before.
      add column earlier_ids text[] not null default '{}'`.execute(db);
  await sql`create unique index refunds_once on refunds (payment_id, key)`.execute(db);

  // How much of each part went back. The database says that it is never more than there was.
  await sql`
    alter table payment_shares
      add column returned_payable bigint not null default 0,
      add column returned_fee bigint not null default 0,
      add constraint payment_shares_returned_payable check (returned_payable between 0 and payable),
      add constraint payment_shares_returned_fee check (returned_fee between 0 and fee)`.execute(db);
  await sql`
    update payment_shares set returned_payable = payable, returned_fee = fee
    where payment_id in (select payment_id from refunds)`.execute(db);

  await sql`
    alter table transfers
      drop constraint transfers_state_check,
      add constraint transfers_state_check check (state in ('wanted', 'waiting', 'sending', 'sent', 'cancelled')),
      -- Of the amount, what pays the maker's debt instead of going out.
      add column netted bigint not null default 0 check (netted between 0 and amount),
      add column attempt integer not null default 0`.execute(db);
  await sql`drop index transfers_hanging`.execute(db);
  await sql`create index transfers_hanging on transfers (created_at) where state in ('wanted', 'sending')`.execute(db);
  await sql`create index transfers_sending on transfers (maker_id) where state = 'sending'`.execute(db);

  await sql`
    create table transfer_reversals (
      id uuid primary key,
      transfer_id uuid not null references transfers,
      cause text not null,
      amount bigint not null check (amount > 0),
      currency text not null,
      -- What this try asks for: less than the amount when the maker's account holds less.
      asking bigint not null check (asking between 0 and amount),
      attempt integer not null default 0,
      state text not null check (state in ('wanted', 'done')),
      reversal_id text unique,
      reversed bigint not null default 0 check (reversed between 0 and amount),
      created_at timestamptz not null,
      ended_at timestamptz,
      unique (transfer_id, cause)
    )`.execute(db);
  await sql`create index transfer_reversals_hanging on transfer_reversals (created_at) where state = 'wanted'`.execute(
    db,
  );
};
