import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // A sale whose money may go to its maker; it waits here while anything holds it.
  await sql`
    create table fund_releases (
      order_id uuid primary key,
      payment_id uuid not null,
      maker_id uuid not null,
      amount bigint not null check (amount >= 0),
      currency text not null,
      asked_at timestamptz not null,
      released_at timestamptz
    )`.execute(db);
  await sql`create index fund_releases_held on fund_releases (maker_id, asked_at) where released_at is null`.execute(
    db,
  );
  await sql`create index fund_releases_done on fund_releases (maker_id) where released_at is not null`.execute(db);
  // Sales that a buyer's bank disputes.
  await sql`
    create table fund_holds (
      order_id uuid primary key,
      maker_id uuid not null,
      payment_id uuid not null,
      since timestamptz not null,
      lifted_at timestamptz
    )`.execute(db);
  await sql`create index fund_holds_maker on fund_holds (maker_id, since)`.execute(db);
  // Holds on all of a maker's money, set by a person.
  await sql`
    create table maker_holds (
      maker_id uuid primary key,
      note text not null,
      set_by uuid not null,
      since timestamptz not null
    )`.execute(db);
  // Which parts of the identity threshold a maker was told of.
  await sql`
    create table maker_thresholds (
      maker_id uuid not null,
      percent smallint not null,
      at timestamptz not null,
      primary key (maker_id, percent)
    )`.execute(db);
  await sql`
    create table payouts (
      id uuid primary key,
      provider_id text not null unique,
      account_id text not null,
      maker_id uuid not null,
      amount bigint not null,
      currency text not null,
      state text not null check (state in ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
      made_at timestamptz not null,
      arrives_at timestamptz not null,
      failure text,
      heard_at timestamptz not null
    )`.execute(db);
  await sql`create index payouts_maker on payouts (maker_id, made_at desc, id desc)`.execute(db);
  await sql`create index payouts_running on payouts (heard_at) where state in ('pending', 'in_transit')`.execute(db);
  await sql`
    create table payout_timeline (
      payout_id uuid not null references payouts,
      seq smallint not null,
      state text not null,
      at timestamptz not null,
      primary key (payout_id, seq)
    )`.execute(db);
};
