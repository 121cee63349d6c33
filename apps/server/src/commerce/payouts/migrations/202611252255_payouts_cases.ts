import { type Kysely, sql } from 'kysely';

/** What looked unusual about a maker's money, and what a person decided; while one is not released, payouts wait. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table money_cases (
      id uuid primary key,
      maker_id uuid not null,
      state text not null check (state in ('open', 'kept', 'released')),
      signals text[] not null check (cardinality(signals) > 0),
      -- The sums on which it was opened, as they were.
      facts jsonb,
      opened_at timestamptz not null,
      released_at timestamptz,
      check ((released_at is null) = (state <> 'released'))
    )`.execute(db);
  await sql`create unique index money_cases_holding on money_cases (maker_id) where state <> 'released'`.execute(db);
  await sql`create index money_cases_list on money_cases (opened_at desc, id desc)`.execute(db);
  await sql`create index money_cases_maker on money_cases (maker_id, released_at)`.execute(db);
  await sql`
    create table money_case_steps (
      case_id uuid not null references money_cases,
      seq smallint not null,
      command text not null check (command in ('hold', 'keep', 'release')),
      by_id uuid,
      reason text not null,
      at timestamptz not null,
      primary key (case_id, seq)
    )`.execute(db);
  // Holds set by hand until now.
  await sql`
    insert into money_cases (id, maker_id, state, signals, opened_at)
    select gen_random_uuid(), maker_id, 'open', '{by_hand}', since from maker_holds`.execute(db);
  await sql`
    insert into money_case_steps (case_id, seq, command, by_id, reason, at)
    select c.id, 1, 'hold', h.set_by, h.note, h.since from money_cases c join maker_holds h using (maker_id)`.execute(
    db,
  );
  await sql`drop table maker_holds`.execute(db);
};
