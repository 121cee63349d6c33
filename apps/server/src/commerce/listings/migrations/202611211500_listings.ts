import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table listings (
      id uuid primary key,
      story_id uuid not null,
      maker_id uuid not null references users,
      state text not null check (state in ('available', 'in_auction', 'locked', 'sold', 'paused', 'withdrawn')),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      asking_amount bigint check (asking_amount > 0),
      offer_policy jsonb not null,
      shipping jsonb not null,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  // A story sells at most one piece at a time; what was sold or withdrawn stays as history.
  await sql`
    create unique index listings_one_open on listings (story_id) where state not in ('sold', 'withdrawn')`.execute(db);
  await sql`create index listings_story on listings (story_id, created_at desc)`.execute(db);
};
