// What the maker adds to the evidence before it is sent: words, pictures, a PDF of each kind.
import { type Actor, DomainError } from '@videowindow/contract';
import { PAPER_BYTES, type PaperKind } from '@videowindow/contract/api/commerce';
import { apply } from '@videowindow/contract/machine';
import { disputeMachine } from '@videowindow/contract/machines/dispute';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { isPdf } from '#platform/pdf';
import type { DisputesDeps } from './deps.ts';
import * as entryStore from './entry-store.ts';
import { makerButtons } from './hear.ts';
import type { Dispute } from './store.ts';
import * as store from './store.ts';

export const PAPER = 'dispute-paper';
/** More than anybody at a bank reads. */
const MOST_ENTRIES = 20;

export type Said = { text: string; pictures: readonly string[]; paper?: { kind: PaperKind; pdf: string } };

/** The dispute of this maker's sale, locked. @throws DomainError not_found */
const ownDispute = async (deps: DisputesDeps, tx: Tx, actor: Actor, id: string): Promise<Dispute> => {
  const dispute = await store.lockDispute(tx, id);
  const order = dispute?.orderId ? await deps.orders.find(tx, dispute.orderId) : null;
  if (!dispute || !order) throw new DomainError('not_found');
  authorize(actor, 'dispute.answer', { ownerId: order.makerId });
  return dispute;
};

/** @throws DomainError invalid_transition once it is sent, or the bank has decided */
const assertOpen = (dispute: Dispute): void => {
  const moved = apply(disputeMachine, dispute.state, 'add', { byMaker: true, unsent: dispute.submitAskedAt === null });
  if (moved.ok) return;
  throw new DomainError('invalid_transition', { from: dispute.state, command: 'add', possible: makerButtons(dispute) });
};

/** @throws DomainError not_found, invalid_transition, validation_failed, media_not_ready, paper_unreadable, evidence_full */
export const addEntry = (deps: DisputesDeps, actor: Actor, disputeId: string, said: Said, requestId: string) =>
  deps.database.transaction(async (tx) => {
    const dispute = await ownDispute(deps, tx, actor, disputeId);
    assertOpen(dispute);
    const me = personId(actor);
    const text = said.text.trim();
    const pictures = [...new Set(said.pictures)];
    if (text === '' && pictures.length === 0 && !said.paper) {
      throw new DomainError('validation_failed', {
        fields: [{ path: '/text', message: 'must say or show something' }],
      });
    }
    await deps.assertPictures(tx, me, pictures);
    const there = (await entryStore.entriesOf(tx, [disputeId])).get(disputeId) ?? [];
    if (there.length >= MOST_ENTRIES) throw new DomainError('evidence_full');
    const id = newId();
    const bytes = said.paper && readPaper(said.paper.pdf);
    await entryStore.insertEntry(tx, {
      id,
      disputeId,
      authorId: me,
      text,
      pictures,
      paper: said.paper && bytes ? { kind: said.paper.kind, bytes: bytes.length } : null,
      paperSealed: bytes ? deps.keyring.encrypt(PAPER, bytes.toString('base64'), id) : null,
      at: await deps.database.now(tx),
    });
    await recordAudit(tx, {
      actor: me,
      action: 'dispute.evidence_added',
      subject: disputeId,
      requestId,
      facts: { entryId: id, pictures: pictures.length, paper: said.paper?.kind ?? null },
    });
  });

/** @throws DomainError not_found, invalid_transition */
export const removeEntry = (deps: DisputesDeps, actor: Actor, disputeId: string, id: string, requestId: string) =>
  deps.database.transaction(async (tx) => {
    assertOpen(await ownDispute(deps, tx, actor, disputeId));
    if (!(await entryStore.deleteEntry(tx, disputeId, id))) throw new DomainError('not_found');
    await recordAudit(tx, {
      actor: personId(actor),
      action: 'dispute.evidence_removed',
      subject: disputeId,
      requestId,
      facts: { entryId: id },
    });
  });

/** @throws DomainError paper_unreadable */
const readPaper = (base64: string): Buffer => {
  const bytes = Buffer.from(base64, 'base64');
  if (!isPdf(bytes) || bytes.length > PAPER_BYTES) throw new DomainError('paper_unreadable', { maxBytes: PAPER_BYTES });
  return bytes;
};

/** A paper's bytes; null when there is none any more. */
export const readPaperOf = async (
  deps: Pick<DisputesDeps, 'keyring'>,
  reader: Reader,
  disputeId: string,
  id: string,
): Promise<{ kind: PaperKind; bytes: Buffer } | null> => {
  const paper = await entryStore.sealedPaper(reader, disputeId, id);
  return paper && { kind: paper.kind, bytes: Buffer.from(deps.keyring.decrypt(PAPER, paper.sealed, id), 'base64') };
};
