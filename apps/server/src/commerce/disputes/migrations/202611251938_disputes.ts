import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table disputes (
      id uuid primary key,
      provider_id text not null unique,
      payment_id uuid not null,
      order_id uuid,
      amount bigint not null check (amount > 0),
      currency text not null,
      reason text not null,
      inquiry boolean not null,
      state text not null check (state in ('opened', 'evidence_due', 'submitted', 'won', 'lost', 'closed')),
      evidence_due timestamptz,
      opened_at timestamptz not null,
      -- What the bank took, and whose it was.
      taken bigint not null default 0,
      parts jsonb not null default '[]',
      evidence_sealed text,
      remark text not null default '',
      -- When the evidence was to be sent: by a person or the timer.
      submit_asked_at timestamptz,
      submit_by uuid,
      heard_at timestamptz not null
    )`.execute(db);
  await sql`create index disputes_payment on disputes (payment_id)`.execute(db);
  await sql`
    create index disputes_open on disputes (heard_at) where state in ('opened', 'evidence_due', 'submitted')`.execute(
    db,
  );
  await sql`create index disputes_list on disputes (opened_at desc, id desc)`.execute(db);
  await sql`
    create table dispute_timeline (
      dispute_id uuid not null references disputes,
      seq smallint not null,
      kind text not null,
      at timestamptz not null,
      note text,
      primary key (dispute_id, seq)
    )`.execute(db);
};
