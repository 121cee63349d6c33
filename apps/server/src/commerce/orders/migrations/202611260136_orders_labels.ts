import { type Kysely, sql } from 'kysely';

/** Labels by which buyers send pieces back: asked for, bought, or attached. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table return_labels (
      id uuid primary key,
      issue_id uuid not null references order_issues,
      author_id uuid not null references users,
      side text not null check (side in ('maker', 'platform')),
      -- 'buying': the carrier is being asked, or did not say; a sweeper asks again.
      state text not null check (state in ('quoted', 'buying', 'refused', 'ready')),
      -- Of those that are bought: the carrier's id of the parcel, its prices, and the one that was chosen.
      provider_id text,
      rates jsonb,
      rate_id text,
      carrier text,
      tracking_number text,
      currency text,
      cost bigint check (cost >= 0),
      -- A PDF with two addresses on it; taken away when the issue is long over.
      pdf_sealed text,
      at timestamptz not null,
      check (state <> 'ready' or carrier is not null),
      check (state <> 'buying' or (provider_id is not null and rate_id is not null))
    )`.execute(db);
  await sql`create index return_labels_issue on return_labels (issue_id, at)`.execute(db);
  await sql`create index return_labels_buying on return_labels (at) where state = 'buying'`.execute(db);
};
