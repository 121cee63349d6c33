import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table makers add column policies jsonb not null default '{}'`.execute(db);
  await sql`
    create table maker_places (
      maker_id uuid primary key references makers,
      city text not null,
      point_sealed text not null,
      shows_exactly boolean not null,
      -- What others see: a point near theirs, or theirs where they want it.
      shown_latitude double precision not null,
      shown_longitude double precision not null,
      within_km double precision not null,
      radius_km integer,
      travel_notes text not null
    )`.execute(db);
  await sql`
    create table maker_applications (
      id uuid primary key,
      person_id uuid not null references users,
      about text not null,
      link text,
      state text not null check (state in ('waiting', 'approved', 'declined', 'withdrawn')),
      applied_at timestamptz not null,
      decided_at timestamptz,
      decided_by uuid references users,
      reason text
    )`.execute(db);
  await sql`create unique index maker_applications_one_waits on maker_applications (person_id) where state = 'waiting'`.execute(
    db,
  );
  await sql`create index maker_applications_person on maker_applications (person_id, applied_at)`.execute(db);
  await sql`create index maker_applications_page on maker_applications (applied_at, id)`.execute(db);
};
