// SQL of what makers add to the evidence of a dispute.
import type { PaperKind } from '@videowindow/contract/api/commerce';
import { type Reader, sql, type Tx } from '#platform/database';

export type Entry = {
  readonly id: string;
  readonly disputeId: string;
  readonly text: string;
  readonly pictures: readonly string[];
  readonly paper: { readonly kind: PaperKind; readonly bytes: number } | null;
  readonly at: Date;
};

type Row = Omit<Entry, 'paper'> & { paperKind: PaperKind | null; paperBytes: number | null };

const COLUMNS = sql.raw(`
  id, dispute_id as "disputeId", text, pictures, paper_kind as "paperKind", paper_bytes as "paperBytes", at`);

const entryOf = ({ paperKind, paperBytes, ...row }: Row): Entry => ({
  ...row,
  paper: paperKind !== null && paperBytes !== null ? { kind: paperKind, bytes: paperBytes } : null,
});

/** The dispute is locked by this transaction. */
export const insertEntry = async (
  tx: Tx,
  entry: Entry & { authorId: string; paperSealed: string | null },
): Promise<void> => {
  await sql`
    insert into dispute_entries (id, dispute_id, author_id, text, pictures, paper_kind, paper_bytes, paper_sealed, at)
    values (${entry.id}, ${entry.disputeId}, ${entry.authorId}, ${entry.text}, ${[...entry.pictures]}::uuid[],
            ${entry.paper?.kind ?? null}, ${entry.paper?.bytes ?? null}, ${entry.paperSealed}, ${entry.at})`.execute(
    tx,
  );
};

/** The dispute is locked by this transaction. @returns whether it was there */
export const deleteEntry = async (tx: Tx, disputeId: string, id: string): Promise<boolean> => {
  const { rows } = await sql`
    delete from dispute_entries where id = ${id} and dispute_id = ${disputeId} returning 1`.execute(tx);
  return rows.length > 0;
};

/** What was added to some disputes, each oldest first. */
export const entriesOf = async (reader: Reader, disputeIds: readonly string[]): Promise<Map<string, Entry[]>> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from dispute_entries where dispute_id = any (${[...disputeIds]}::uuid[])
    order by dispute_id, at, id`.execute(reader);
  const entries = new Map<string, Entry[]>(disputeIds.map((id) => [id, []]));
  for (const row of rows) entries.get(row.disputeId)?.push(entryOf(row));
  return entries;
};

/** A paper as it lies here; null when there is none (any more). */
export const sealedPaper = async (
  reader: Reader,
  disputeId: string,
  id: string,
): Promise<{ kind: PaperKind; sealed: string } | null> => {
  const { rows } = await sql<{ kind: PaperKind; sealed: string }>`
    select paper_kind as kind, paper_sealed as sealed from dispute_entries
    where id = ${id} and dispute_id = ${disputeId} and paper_sealed is not null`.execute(reader);
  return rows[0] ?? null;
};

/** Whether a picture is evidence of some dispute. */
export const showsEvidence = async (reader: Reader, mediaId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from dispute_entries where pictures @> array[${mediaId}::uuid] limit 1`.execute(reader);
  return rows.length > 0;
};

/** Nobody needs the papers of a dispute any more. */
export const forgetPapers = async (tx: Tx, disputeId: string): Promise<void> => {
  await sql`update dispute_entries set paper_sealed = null where dispute_id = ${disputeId}`.execute(tx);
};
