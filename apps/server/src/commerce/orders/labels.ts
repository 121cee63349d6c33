// The label by which a buyer sends a piece back: the maker attaches one or buys it here, and so do staff who decide.
//
// Buying: prepare (transaction: this price is being bought) → call → finalize (transaction; twice is once) → a sweeper
// asks again about what hangs. A label that is bought is paid for: it is given to the buyer whatever became of the issue.
import { type Actor, DomainError, type FileAnswer } from '@videowindow/contract';
import { type Address, type LabelRate, PAPER_BYTES } from '@videowindow/contract/api/commerce';
import { apply } from '@videowindow/contract/machine';
import { returnLabelMachine } from '@videowindow/contract/machines/return-label';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { personId } from '#platform/http';
import { isPdf } from '#platform/pdf';
import { type BoughtLabel, LabelRefused, noShop, type Parcel } from './easypost.ts';
import * as issueStore from './issue-store.ts';
import { ANSWER_DUE, type Case, type IssuesDeps, lockCase, nextOf, withIssue, write } from './issues.ts';
import * as labelStore from './label-store.ts';
import { about, addressOf } from './parts.ts';

export const LABEL_SEAL = 'return-label';
/** A purchase that hangs for so long is asked about again. */
const SWEEP_AFTER_MS = 60_000;

/** Asks carriers for prices. Buys nothing. @throws DomainError not_found, invalid_transition, label_refused, capability_off, external_service_unavailable */
export const quoteLabel = async (
  deps: IssuesDeps,
  actor: Actor,
  issueId: string,
  asked: { to: Address; parcel: Parcel },
): Promise<{ quoteId: string; rates: LabelRate[] }> => {
  const shop = deps.labels ?? noShop();
  const id = newId();
  const { from, currency } = await withIssue(deps, actor, issueId, async (_tx, found) => {
    nextOf(found, 'buyLabel');
    const address = addressOf(deps, found.order);
    if (!address) throw new DomainError('label_refused', { why: 'no_address' });
    return { from: address, currency: found.order.item.currency };
  });
  const { providerId, rates } = await heard(shop.quote({ from, ...asked, reference: id }));
  // A maker's books have one currency.
  const inOurs = rates
    .filter(({ price }) => price.currency === currency)
    .sort((a, b) => a.price.amount - b.price.amount);
  if (inOurs.length === 0) throw new DomainError('label_refused', { why: 'no_rates' });
  await withIssue(deps, actor, issueId, async (tx, { who, now }) => {
    await labelStore.insertQuote(tx, {
      id,
      issueId,
      authorId: personId(actor),
      side: sideOf(who),
      providerId,
      rates: inOurs,
      at: now,
    });
  });
  return { quoteId: id, rates: inOurs };
};

/** Buys at a price that was named. @throws DomainError not_found, invalid_transition, label_refused, capability_off, external_service_unavailable */
export const buyLabel = async (
  deps: IssuesDeps,
  actor: Actor,
  issueId: string,
  chosen: { quoteId: string; rateId: string },
  requestId: string,
): Promise<void> => {
  const { quoteId, rateId } = chosen;
  await withIssue(deps, actor, issueId, async (tx, found) => {
    const quote = await labelStore.findLabel(tx, quoteId);
    if (quote?.issueId !== issueId || quote.authorId !== actor.id) throw new DomainError('not_found');
    // A repeat goes on where the first one was cut off.
    if (quote.state === 'ready' || (quote.state === 'buying' && quote.rateId === rateId)) return;
    nextOf(found, 'buyLabel');
    const begun = apply(returnLabelMachine, quote.state, 'buy', {
      priceNamed: quote.rates?.some(({ id }) => id === rateId) ?? false,
    });
    if (!begun.ok) throw new DomainError('not_found');
    await labelStore.beginBuying(tx, quoteId, begun.to, rateId, found.now);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'issue.label_bought',
      subject: issueId,
      requestId,
      facts: { quoteId, rateId },
    });
  });
  await finishBuying(deps, quoteId);
};

/** Asks the shop about a purchase that has begun, and writes down what came of it. Safe to repeat. @throws DomainError label_refused, external_service_unavailable */
const finishBuying = async (deps: IssuesDeps, id: string): Promise<void> => {
  const label = await labelStore.findLabel(deps.database.db, id);
  if (label?.state === 'refused') throw new DomainError('label_refused', { why: 'refused' });
  if (!label?.providerId || !label.rateId || !apply(returnLabelMachine, label.state, 'sell').ok) return;
  const shop = deps.labels ?? noShop();
  try {
    const bought = await shop.buy(label.providerId, label.rateId);
    await deps.database.transaction((tx) => finalize(deps, tx, label, bought));
  } catch (error) {
    if (!(error instanceof LabelRefused)) throw error;
    await labelStore.refuseBuying(deps.database.db, id);
    throw new DomainError('label_refused', { why: 'refused', said: error.message });
  }
};

const finalize = async (deps: IssuesDeps, tx: Tx, label: labelStore.Label, bought: BoughtLabel): Promise<void> => {
  const found = await lockCase(deps, tx, label.issueId);
  if (!found) return;
  const sealed = deps.keyring.encrypt(LABEL_SEAL, bought.pdf.toString('base64'), label.id);
  if (!(await labelStore.keepBought(tx, label.id, bought, sealed, found.now))) return;
  if (label.side === 'maker' && bought.price.amount > 0) {
    const { paymentId, makerId } = found.order;
    await deps.funds.chargeLabel(tx, { id: label.id, paymentId, makerId, cost: bought.price });
  }
  await given(deps, tx, { ...found, who: label.side }, 'buyLabel', label.authorId, bought.carrier);
};

/** Gives the buyer a label that was bought elsewhere. @throws DomainError not_found, invalid_transition, paper_unreadable */
export const attachLabel = async (
  deps: IssuesDeps,
  actor: Actor,
  issueId: string,
  label: { carrier: string; trackingNumber?: string; pdf: string },
  requestId: string,
): Promise<void> => {
  const bytes = Buffer.from(label.pdf, 'base64');
  if (!isPdf(bytes) || bytes.length > PAPER_BYTES) throw new DomainError('paper_unreadable', { maxBytes: PAPER_BYTES });
  await withIssue(deps, actor, issueId, async (tx, found) => {
    nextOf(found, 'attachLabel');
    const id = newId();
    const me = personId(actor);
    const carrier = label.carrier.trim();
    await labelStore.insertAttached(tx, {
      id,
      issueId,
      authorId: me,
      side: sideOf(found.who),
      carrier,
      trackingNumber: label.trackingNumber?.trim() || null,
      pdfSealed: deps.keyring.encrypt(LABEL_SEAL, bytes.toString('base64'), id),
      at: found.now,
    });
    await recordAudit(tx, { actor: me, action: 'issue.label_attached', subject: issueId, requestId });
    await given(deps, tx, found, 'attachLabel', me, carrier);
  });
};

/** The buyer has it: said in the thread, and by a notice. It counts as the maker's answer. */
const given = async (
  deps: IssuesDeps,
  tx: Tx,
  found: Case,
  command: 'attachLabel' | 'buyLabel',
  authorId: string,
  carrier: string,
): Promise<void> => {
  const { order, issue, now, who } = found;
  const by = sideOf(who);
  if (issue.closedAt === null && issue.state === 'open') {
    await issueStore.updateIssue(tx, issue.id, { state: nextOf(found, command) });
    await deps.timers.clear(tx, ANSWER_DUE, issue.id);
  }
  await write(tx, order, { from: by, kind: 'label', issueId: issue.id, authorId, now, text: '' });
  await deps.events.emit(tx, 'issue.label', order.id, { ...about(order), issueId: issue.id, by, carrier });
};

const sideOf = (who: Case['who']): 'maker' | 'platform' => (who === 'maker' ? 'maker' : 'platform');

/** What the shop refuses is told to whoever asked. */
const heard = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LabelRefused) throw new DomainError('label_refused', { why: 'refused', said: error.message });
    throw error;
  }
};

/** The newest label of an issue, to be printed. The reader has been let in. @throws DomainError not_found */
export const labelFile = async (deps: IssuesDeps, issueId: string): Promise<FileAnswer> => {
  const { db } = deps.database;
  const label = (await labelStore.labelsOf(db, [issueId])).get(issueId);
  const sealed = label && (await labelStore.sealedFile(db, label.id));
  if (!sealed) throw new DomainError('not_found');
  return {
    name: 'return-label.pdf',
    bytes: Buffer.from(deps.keyring.decrypt(LABEL_SEAL, sealed, label.id), 'base64'),
  };
};

/** Purchases of which nobody heard the end. */
export const sweepLabels = async (deps: IssuesDeps): Promise<void> => {
  const { db } = deps.database;
  const before = new Date((await deps.database.now(db)).getTime() - SWEEP_AFTER_MS);
  for (const id of await labelStore.buyingSince(db, before)) {
    await finishBuying(deps, id).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      deps.log.warn({ err: error, labelId: id }, 'a label that was being bought is not there yet');
    });
  }
};
