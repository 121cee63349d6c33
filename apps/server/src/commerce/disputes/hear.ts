// What the provider says of a dispute, applied once and only forward: the money, the hold, the row and the event in one
// transaction. Locks: the dispute, the order's money, the payment.
import { apply, type Facts, isFinal, possibleCommands } from '@videowindow/contract/machine';
import { type DisputeCommand, type DisputeGuard, disputeMachine } from '@videowindow/contract/machines/dispute';
import { money } from '@videowindow/contract/money';
import {
  disputeFeeEntry,
  disputeFrozenEntry,
  disputeGivenBackEntry,
  disputeLostEntry,
  disputeRefundedEntry,
  disputeTakenEntry,
  disputeUnfrozenEntry,
  sumOf,
} from '#commerce/ledger';
import type { ProviderDispute } from '#commerce/payments';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import type { DisputesDeps } from './deps.ts';
import type { Dispute } from './store.ts';
import * as store from './store.ts';

export const GATHER = 'disputes.gather';
export const SUBMIT = 'dispute.submit';
export const FORGET = 'dispute.forget';
/** Banks open what they have decided again within some months; then nobody needs an address any more. */
const FORGOTTEN_AFTER_MS = 180 * 24 * 3_600_000;
/** What was gathered is sent this long before the bank stops listening. */
export const SENT_BEFORE_MS = 24 * 3_600_000;

/** Applies how a dispute stands now. One about a charge that we don't know is none of ours. */
export const hear = async (deps: DisputesDeps, said: ProviderDispute): Promise<void> => {
  const paymentId = await paymentOf(deps, said);
  if (!paymentId) return deps.log.warn({ disputeId: said.id }, 'a dispute is about a charge that is not known here');
  await deps.database.transaction(async (tx) => {
    const dispute = await lockOrOpen(deps, tx, said, paymentId);
    if (!dispute) return;
    await takeMoney(deps, tx, dispute, said);
    // Read again: what was taken is part of it now.
    const current = await store.lockDispute(tx, dispute.id);
    if (current) await follow(deps, tx, current, said);
  });
};

/** The bank may be faster than the news of the payment itself: then that is asked for. */
const paymentOf = async (deps: DisputesDeps, { chargeId, paymentId }: ProviderDispute): Promise<string | null> => {
  const find = async () => (await deps.payments.paymentsOf(deps.database.db, [chargeId])).get(chargeId) ?? null;
  const known = await find();
  if (known || !paymentId) return known;
  await deps.payments.refresh(paymentId);
  return await find();
};

const lockOrOpen = async (
  deps: DisputesDeps,
  tx: Tx,
  said: ProviderDispute,
  paymentId: string,
): Promise<Dispute | null> => {
  const order = (await deps.orders.ofPayments(tx, [paymentId])).get(paymentId);
  const id = newId();
  const isNew = await store.insertDispute(tx, {
    id,
    providerId: said.id,
    paymentId,
    orderId: order?.id ?? null,
    amount: said.amount,
    reason: said.reason,
    inquiry: said.inquiry,
    state: disputeMachine.initial,
    evidenceDue: said.evidenceDue,
    openedAt: said.openedAt,
  });
  const dispute = await store.lockByProvider(tx, said.id);
  if (!isNew || !dispute) return dispute;
  await store.addMoment(tx, id, 'opened', said.openedAt, said.reason.replaceAll('_', ' '));
  if (order) await holdSale(deps, tx, dispute, order.id);
  await setTimer(deps, tx, id, said.evidenceDue);
  await tell(deps, tx, dispute);
  return dispute;
};

/** The sale's money stays, and what is known of it is gathered. */
const holdSale = async (deps: DisputesDeps, tx: Tx, { id, paymentId }: Dispute, orderId: string): Promise<void> => {
  const sale = await deps.orders.find(tx, orderId);
  if (sale) await deps.payouts.funds.hold(tx, { orderId, paymentId, makerId: sale.makerId });
  await deps.jobs.enqueue(tx, GATHER, { disputeId: id }, { key: `${GATHER}:${id}` });
};

/** An order was placed; a bank may have been faster. */
export const joinOrder = async (deps: DisputesDeps, tx: Tx, orderId: string): Promise<void> => {
  const order = await deps.orders.find(tx, orderId);
  for (const known of order ? await store.ofPayments(tx, [order.paymentId]) : []) {
    const dispute = await store.lockDispute(tx, known.id);
    if (!dispute || dispute.orderId) continue;
    await store.updateDispute(tx, dispute.id, { orderId });
    if (!isFinal(disputeMachine, dispute.state)) await holdSale(deps, tx, dispute, orderId);
    // Admins have heard of it; the order and its maker have not.
    await tell(deps, tx, { ...dispute, orderId }, { admins: false });
  }
};

const setTimer = async (deps: DisputesDeps, tx: Tx, id: string, due: Date | null): Promise<void> => {
  if (due) await deps.timers.set(tx, SUBMIT, id, new Date(due.getTime() - SENT_BEFORE_MS));
};

/** The bank has taken money: it comes out of the sale's parts, and what makers had of it is frozen or taken back. */
const takeMoney = async (deps: DisputesDeps, tx: Tx, dispute: Dispute, said: ProviderDispute): Promise<void> => {
  if (said.taken.amount === 0 || dispute.taken.amount > 0) return;
  const of = { disputeId: dispute.id, paymentId: dispute.paymentId };
  const parts = await deps.payments.withdrawals.take(tx, dispute.paymentId, said.taken);
  await deps.ledger.post(tx, disputeTakenEntry(of, said.taken));
  if (said.fee.amount > 0) await deps.ledger.post(tx, disputeFeeEntry(of, said.fee));
  if (parts.some(({ payable }) => payable.amount > 0)) await deps.ledger.post(tx, disputeFrozenEntry(of, parts));
  for (const { makerId, payable } of parts) {
    await deps.payments.funds.takeBack(tx, {
      paymentId: dispute.paymentId,
      makerId,
      amount: payable,
      cause: `dispute:${dispute.id}`,
    });
  }
  await store.updateDispute(tx, dispute.id, { taken: said.taken, parts });
  await store.addMoment(tx, dispute.id, 'money_taken', await deps.database.now(tx));
};

const STEPS: Readonly<Record<ProviderDispute['stand'], DisputeCommand | null>> = {
  open: null,
  submitted: 'hear',
  won: 'win',
  lost: 'lose',
  closed: 'close',
};

const follow = async (deps: DisputesDeps, tx: Tx, dispute: Dispute, said: ProviderDispute): Promise<void> => {
  const escalated = dispute.inquiry && !said.inquiry && said.stand !== 'closed';
  if (escalated) await escalate(deps, tx, dispute, said);
  const command = STEPS[said.stand];
  const facts: Facts<DisputeGuard> = { inquiry: dispute.inquiry };
  const from = escalated && dispute.state === 'submitted' ? 'evidence_due' : dispute.state;
  const moved = command && apply(disputeMachine, from, command, facts);
  // Won, and the money is on its way: it is asked about again until it is here.
  const waits = command === 'win' && dispute.taken.amount > 0 && said.givenBack.amount === 0;
  if (!moved?.ok || waits) return await store.updateDispute(tx, dispute.id, {});
  const now = await deps.database.now(tx);
  await store.updateDispute(tx, dispute.id, { state: moved.to });
  await store.addMoment(tx, dispute.id, moved.to, now);
  if (moved.to !== 'submitted') await end(deps, tx, dispute, moved.to, said);
  await tell(deps, tx, { ...dispute, state: moved.to });
};

/** The commands that the maker of the sale sees as buttons. */
export const makerButtons = (dispute: Dispute) =>
  possibleCommands(disputeMachine, dispute.state, { byMaker: true, unsent: dispute.submitAskedAt === null }).filter(
    (command) => command === 'add',
  );

/** The question became a chargeback, which wants an answer of its own. */
const escalate = async (deps: DisputesDeps, tx: Tx, dispute: Dispute, said: ProviderDispute): Promise<void> => {
  const moved = apply(disputeMachine, dispute.state, 'escalate', { inquiry: true });
  await store.updateDispute(tx, dispute.id, {
    inquiry: false,
    evidenceDue: said.evidenceDue,
    submitted: null,
    files: null,
    ...(moved.ok ? { state: moved.to } : {}),
  });
  await store.addMoment(tx, dispute.id, 'escalated', await deps.database.now(tx));
  await setTimer(deps, tx, dispute.id, said.evidenceDue);
  const current = await store.lockDispute(tx, dispute.id);
  if (current) await tell(deps, tx, current, { escalated: true });
};

/** It is decided: whose the money is. */
const end = async (
  deps: DisputesDeps,
  tx: Tx,
  dispute: Dispute,
  outcome: string,
  said: ProviderDispute,
): Promise<void> => {
  const { paymentId, parts, taken } = dispute;
  const of = { disputeId: dispute.id, paymentId };
  const theirs = parts.some(({ payable }) => payable.amount > 0);
  if (outcome === 'won' && taken.amount > 0) {
    await deps.ledger.post(tx, disputeGivenBackEntry(of, said.givenBack));
    if (theirs) await deps.ledger.post(tx, disputeUnfrozenEntry(of, parts));
    await deps.payments.withdrawals.giveBack(tx, { paymentId, parts, cause: `dispute:${dispute.id}` });
  }
  if (outcome === 'lost' && taken.amount > 0) {
    if (parts.length > 0) await deps.ledger.post(tx, disputeLostEntry(of, parts));
    const borne = parts.reduce((sum, part) => sum + sumOf(part), 0);
    // A refund took the same money before, and the bank's word stopped it: what it owed the buyer, they have.
    const owed = Math.min(taken.amount - borne, await deps.ledger.inTransitOn(tx, paymentId));
    if (owed > 0) await deps.ledger.post(tx, disputeRefundedEntry(of, money(owed, taken.currency)));
  }
  await deps.timers.clear(tx, SUBMIT, dispute.id);
  const now = await deps.database.now(tx);
  await deps.timers.set(tx, FORGET, dispute.id, new Date(now.getTime() + FORGOTTEN_AFTER_MS));
  if (dispute.orderId) await deps.payouts.funds.lift(tx, dispute.orderId);
};

const tell = async (
  deps: DisputesDeps,
  tx: Tx,
  dispute: Dispute,
  { escalated = false, admins = true } = {},
): Promise<void> => {
  const order = dispute.orderId ? await deps.orders.find(tx, dispute.orderId) : null;
  await deps.events.emit(tx, 'dispute.changed', dispute.id, {
    disputeId: dispute.id,
    paymentId: dispute.paymentId,
    order: order && { id: order.id, makerId: order.makerId, number: order.number, title: order.title },
    amount: dispute.amount,
    inquiry: dispute.inquiry,
    ...(escalated && { escalated }),
    state: dispute.state,
    evidenceDue: dispute.evidenceDue?.toISOString() ?? null,
    adminIds: admins ? [...(await deps.admins(tx))] : [],
  });
};
