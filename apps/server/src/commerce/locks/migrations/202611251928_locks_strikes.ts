import { type Kysely, sql } from 'kysely';

/** What counts against a person: who did not pay for what they had won, or cancelled what others had bid on. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table strikes (
      id uuid primary key,
      person_id uuid not null references users,
      kind text not null check (kind in ('unpaid', 'auction_cancelled')),
      -- The lock that was not paid, or the auction that was cancelled.
      subject_id uuid not null,
      title text not null,
      at timestamptz not null,
      appeal text,
      appealed_at timestamptz,
      answer text check (answer in ('upheld', 'lifted')),
      answered_at timestamptz,
      unique (subject_id, person_id),
      check ((appeal is null) = (appealed_at is null)),
      check ((answer is null) = (answered_at is null))
    )`.execute(db);
  await sql`create index strikes_person on strikes (person_id, at desc)`.execute(db);
  await sql`create index strikes_appeals on strikes (appealed_at) where appealed_at is not null and answer is null`.execute(
    db,
  );
};
