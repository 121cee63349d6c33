import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table payments (
      id uuid primary key,
      lock_id uuid not null,
      buyer_id uuid not null,
      state text not null check (state in (
        'created', 'session_open', 'processing', 'captured', 'partially_refunded', 'refunded', 'failed', 'expired',
        'late_refunded', 'quarantined')),
      currency text not null,
      amount bigint not null check (amount > 0),
      -- What the hosted page is asked to show; the same at every try, as the provider's idempotency wants it.
      request jsonb not null,
      session_id text unique,
      session_url text,
      session_ends_at timestamptz,
      intent_id text,
      charge_id text,
      received_amount bigint,
      received_currency text,
      address_sealed text,
      created_at timestamptz not null,
      captured_at timestamptz,
      ended_at timestamptz
    )`.execute(db);
  await sql`
    create unique index payments_one_live on payments (lock_id)
    where state in ('created', 'session_open', 'processing')`.execute(db);
  await sql`create index payments_lock on payments (lock_id, created_at)`.execute(db);
  await sql`
    create index payments_overdue on payments (session_ends_at) where state in ('session_open', 'processing')`.execute(
    db,
  );
  await sql`
    create table payment_shares (
      payment_id uuid not null references payments,
      maker_id uuid not null,
      payable bigint not null check (payable >= 0),
      fee bigint not null check (fee >= 0),
      primary key (payment_id, maker_id)
    )`.execute(db);
  await sql`
    create table refunds (
      id uuid primary key,
      payment_id uuid not null references payments,
      amount bigint not null check (amount > 0),
      currency text not null,
      reason text not null check (reason in ('late')),
      state text not null check (state in ('wanted', 'pending', 'sent', 'failed')),
      refund_id text unique,
      created_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db);
  await sql`create index refunds_payment on refunds (payment_id)`.execute(db);
  await sql`create index refunds_hanging on refunds (created_at) where state = 'wanted'`.execute(db);
  await sql`
    create table transfers (
      id uuid primary key,
      payment_id uuid not null references payments,
      maker_id uuid not null,
      order_id uuid not null,
      amount bigint not null check (amount > 0),
      currency text not null,
      -- waiting: until the maker's account can take money.
      state text not null check (state in ('wanted', 'waiting', 'sent')),
      transfer_id text unique,
      created_at timestamptz not null,
      sent_at timestamptz,
      unique (payment_id, maker_id)
    )`.execute(db);
  await sql`create index transfers_hanging on transfers (created_at) where state = 'wanted'`.execute(db);
  await sql`create index transfers_waiting on transfers (maker_id) where state = 'waiting'`.execute(db);
  await sql`
    create table payout_accounts (
      maker_id uuid primary key,
      account_id text unique,
      state text not null check (state in ('pending', 'restricted', 'enabled')),
      can_receive boolean not null default false,
      requirements_due jsonb not null default '[]',
      heard_at timestamptz not null
    )`.execute(db);
  await sql`
    create table provider_events (
      id text primary key,
      endpoint text not null check (endpoint in ('platform', 'connect')),
      type text not null,
      -- The object that the event is about, to be fetched again.
      subject text,
      account text,
      received_at timestamptz not null default clock_timestamp(),
      handled_at timestamptz
    )`.execute(db);
  await sql`
    create index provider_events_hanging on provider_events (received_at) where handled_at is null`.execute(db);
  await sql`create table provider_cursors (name text primary key, seconds bigint not null)`.execute(db);
};
