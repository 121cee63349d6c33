// The files of a dispute's evidence: made when they are sent or looked at, uploaded once.
import { DomainError } from '@videowindow/contract';
import { type PaperKind, paperKinds } from '@videowindow/contract/api/commerce';
import { type EvidenceFiles, Refused, type SettlementStrategy } from '#commerce/payments';
import type { DisputesDeps } from './deps.ts';
import { readPaperOf } from './entries.ts';
import * as entryStore from './entry-store.ts';
import { drawEvidence, whatFits } from './evidence-file.ts';
import { keptEvidence } from './kept.ts';
import type { Dispute } from './store.ts';
import * as store from './store.ts';

/** Stripe takes 4.5 MB for all files of a dispute; the rest is the file's own form. */
const MOST_BYTES = 4_400_000;

type Paper = { readonly kind: PaperKind; readonly bytes: Buffer };

/** The newest paper of each kind. */
const papersOf = async (deps: DisputesDeps, dispute: Dispute): Promise<Paper[]> => {
  const { db } = deps.database;
  const entries = (await entryStore.entriesOf(db, [dispute.id])).get(dispute.id) ?? [];
  const papers: Paper[] = [];
  for (const kind of paperKinds) {
    const newest = entries.findLast(({ paper }) => paper?.kind === kind);
    const paper = newest && (await readPaperOf(deps, db, dispute.id, newest.id));
    if (paper) papers.push(paper);
  }
  return papers;
};

/** The piece as it was sold and all pictures, beside the papers; null when there is nothing to show. */
export const picturesFile = async (deps: DisputesDeps, dispute: Dispute): Promise<Uint8Array | null> => {
  const { db } = deps.database;
  const papers = await papersOf(deps, dispute);
  const { piece = '', pictures: seen = [] } = await keptEvidence(deps, dispute);
  const entries = (await entryStore.entriesOf(db, [dispute.id])).get(dispute.id) ?? [];
  const wanted = [
    ...entries.flatMap(({ pictures }) => pictures.map((id) => ({ id, words: 'Shown by the maker' }))),
    ...seen,
  ];
  const found: { words: string; jpeg: Uint8Array }[] = [];
  for (const { id, words } of wanted) {
    const jpeg = await deps.jpeg(db, id);
    if (jpeg) found.push({ words, jpeg });
  }
  if (piece === '' && found.length === 0) return null;
  const room = MOST_BYTES - papers.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const { fitting, leftOut } = whatFits(found, room);
  const order = dispute.orderId ? await deps.orders.find(db, dispute.orderId) : null;
  const title = order ? `Order ${order.number}: ${order.title}` : 'Pictures';
  return await drawEvidence({ title, author: deps.siteName, at: dispute.openedAt, piece, pictures: fitting, leftOut });
};

/** Uploads what there is, once: whoever comes again finds the ids. What the provider refuses is left out, and told. */
export const uploadFiles = async (
  deps: DisputesDeps,
  settlement: SettlementStrategy,
  dispute: Dispute,
): Promise<EvidenceFiles> => {
  if (dispute.files) return dispute.files;
  const upload = async (name: string, bytes: Uint8Array | null): Promise<string | undefined> => {
    if (!bytes) return undefined;
    try {
      return await settlement.uploadEvidence({ name, bytes });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      deps.log.error({ err: error, disputeId: dispute.id, name }, 'the provider did not take a file of the evidence');
      return undefined;
    }
  };
  const papers = await papersOf(deps, dispute);
  const paper = (kind: PaperKind) => papers.find((one) => one.kind === kind)?.bytes ?? null;
  const files: EvidenceFiles = {
    sending: await upload('proof-of-sending.pdf', paper('sending')),
    correspondence: await upload('correspondence.pdf', paper('correspondence')),
    pictures: await upload('pictures.pdf', await picturesFile(deps, dispute)),
  };
  return await deps.database.transaction(async (tx) => {
    const now = await store.lockDispute(tx, dispute.id);
    if (!now) throw new DomainError('not_found');
    if (now.files) return now.files;
    await store.updateDispute(tx, dispute.id, { files });
    return files;
  });
};
