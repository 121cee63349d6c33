import { type Kysely, sql } from 'kysely';

/** Why somebody should look at a bidder. What is looked at stays; the same thing again after that is a new row. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table bidder_signals (
      id uuid primary key,
      person_id uuid not null references users,
      kind text not null
        check (kind in ('maker_card', 'maker_home', 'bidder_card', 'bidder_home', 'retractions')),
      -- The maker, or the other bidder, with whom something is shared.
      other_id uuid references users,
      story_id uuid not null,
      title text not null,
      times integer not null check (times > 0),
      at timestamptz not null,
      looked_at timestamptz,
      looked_by uuid references users,
      note text,
      check ((looked_at is null) = (looked_by is null))
    )`.execute(db);
  await sql`
    create unique index bidder_signals_open on bidder_signals (person_id, kind, coalesce(other_id, person_id))
    where looked_at is null`.execute(db);
};
