import { type Kysely, sql } from 'kysely';

/** What makers add to the evidence, and the files as the provider keeps them. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table dispute_entries (
      id uuid primary key,
      dispute_id uuid not null references disputes,
      author_id uuid not null,
      text text not null,
      pictures uuid[] not null,
      paper_kind text check (paper_kind in ('sending', 'correspondence')),
      paper_bytes integer check (paper_bytes > 0),
      -- A PDF with names and addresses on it, sealed; taken away when the dispute is long over.
      paper_sealed text,
      at timestamptz not null,
      check ((paper_kind is null) = (paper_bytes is null))
    )`.execute(db);
  await sql`create index dispute_entries_dispute on dispute_entries (dispute_id, at, id)`.execute(db);
  await sql`create index dispute_entries_pictures on dispute_entries using gin (pictures)`.execute(db);
  // The provider's ids of what was uploaded for the evidence; null before.
  await sql`alter table disputes add column files jsonb`.execute(db);
  // Those that are over forget where things went, as later ones do.
  await sql`
    insert into timers (kind, subject, due_at, epoch)
    select 'dispute.forget', id, app_now() + interval '30 days', 1 from disputes where state in ('won', 'lost', 'closed')
    on conflict do nothing`.execute(db);
};
