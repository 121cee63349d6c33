import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // The provider's books about our own balance, line by line, as it tells them.
  await sql`
    create table provider_movements (
      id text primary key,
      type text not null,
      source text,
      payment_id uuid,
      currency text not null,
      amount bigint not null,
      fee bigint not null,
      net bigint not null,
      at timestamptz not null
    )`.execute(db);
  await sql`create index provider_movements_payment on provider_movements (payment_id)`.execute(db);
  await sql`create index provider_movements_lost on provider_movements (at) where payment_id is null`.execute(db);
  await sql`create index provider_movements_at on provider_movements (at)`.execute(db);
  // Where they and our ledger say different things.
  await sql`
    create table book_incidents (
      id uuid primary key,
      kind text not null check (kind in ('payment', 'unknown', 'holdings')),
      subject text not null,
      payment_id uuid,
      currency text not null,
      ours bigint not null,
      theirs bigint not null,
      opened_at timestamptz not null,
      -- Both agree again, or a person has said why they need not.
      resolved_at timestamptz,
      note text,
      resolved_by uuid
    )`.execute(db);
  await sql`create unique index book_incidents_open on book_incidents (kind, subject) where resolved_at is null`.execute(
    db,
  );
  await sql`create index book_incidents_list on book_incidents (opened_at desc, id desc)`.execute(db);
  await sql`create table book_runs (id uuid primary key, at timestamptz not null, movements integer not null, differences integer not null)`.execute(
    db,
  );
};
