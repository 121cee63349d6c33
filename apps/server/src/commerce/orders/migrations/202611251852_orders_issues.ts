import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table orders
      -- The marketplace's rules when it was placed.
      add column rules jsonb,
      add column abroad boolean not null default false,
      add column delivery_how text check (delivery_how in ('handed_over', 'received', 'assumed_delivered', 'scanned')),
      add column cancelled_by text check (cancelled_by in ('buyer', 'maker', 'time', 'issue'))`.execute(db);
  // The clocks of what waits to be sent already: reminded soon, cancelled when the defaults say so, but not at once.
  await sql`
    insert into timers (kind, subject, due_at, epoch)
    select 'order.remind_to_ship', id, app_now(), 1 from orders where state = 'awaiting_shipment'
    union all
    select 'order.cancel_unsent', id,
           greatest(paid_at + interval '14 days', ship_by + interval '7 days', app_now() + interval '3 days'), 1
    from orders where state = 'awaiting_shipment'
    on conflict do nothing`.execute(db);
  await sql`
    create table order_refunds (
      refund_id uuid primary key,
      order_id uuid not null references orders,
      amount bigint not null check (amount > 0),
      at timestamptz not null
    )`.execute(db);
  await sql`create index order_refunds_order on order_refunds (order_id) include (amount)`.execute(db);
  await sql`
    create table order_issues (
      id uuid primary key,
      order_id uuid not null references orders,
      reason text not null check (reason in ('not_arrived', 'damaged', 'not_as_described', 'other')),
      state text not null check (state in (
        'open', 'answered', 'escalated', 'resolved', 'refunded', 'partially_refunded', 'decided')),
      opened_at timestamptz not null,
      -- When the maker's time to answer, the platform's to decide, and everybody's is over.
      answer_by timestamptz not null,
      decide_by timestamptz,
      refund_at timestamptz not null,
      -- The amount that one side has named and the other may agree to.
      proposed_by text check (proposed_by in ('buyer', 'maker')),
      proposed_amount bigint check (proposed_amount > 0),
      refunded_amount bigint not null default 0,
      decided_by uuid references users,
      closed_at timestamptz,
      check ((closed_at is null) = (state in ('open', 'answered', 'escalated'))),
      check ((proposed_by is null) = (proposed_amount is null))
    )`.execute(db);
  await sql`create unique index order_issues_one_open on order_issues (order_id) where closed_at is null`.execute(db);
  await sql`create index order_issues_order on order_issues (order_id, opened_at)`.execute(db);
  await sql`create index order_issues_escalated on order_issues (decide_by, id) where state = 'escalated'`.execute(db);
  await sql`
    create table order_messages (
      id uuid primary key,
      order_id uuid not null references orders,
      issue_id uuid references order_issues,
      author_id uuid references users,
      side text not null check (side in ('buyer', 'maker', 'platform')),
      -- What it is beside its words: plain, or a step of an issue.
      kind text not null,
      text text not null,
      amount bigint,
      pictures uuid[] not null default '{}',
      at timestamptz not null
    )`.execute(db);
  await sql`create index order_messages_order on order_messages (order_id, at, id)`.execute(db);
  await sql`create index order_messages_pictures on order_messages using gin (pictures)`.execute(db);
};
