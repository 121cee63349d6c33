// Issues: the buyer says what is wrong, the two agree or the platform decides, and until then the money stays.
// Every command locks the order's row, and before it the piece where money may go back: so an issue and the order's
// own end never pass each other unseen.
import { type Actor, can, DomainError } from '@videowindow/contract';
import type { IssueReason, OrderMessage } from '@videowindow/contract/api/commerce';
import { apply, possibleCommands } from '@videowindow/contract/machine';
import { type IssueCommand, type IssueState, issueMachine } from '@videowindow/contract/machines/issue';
import { orderMachine } from '@videowindow/contract/machines/order';
import { type Money, money } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { lockWithPiece, undo } from './cancel.ts';
import type { LabelShop } from './easypost.ts';
import { giveBack } from './give-back.ts';
import { factsOf, type Issue, isOpen, leftOf, reasonsNow, type SaleFacts, saleFacts } from './issue.ts';
import * as issueStore from './issue-store.ts';
import { about, COMPLETE, type OrdersDeps, rulesOf, sideOf } from './parts.ts';
import { complete } from './progress.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

/** The timers of an issue. */
export const ANSWER_DUE = 'issue.answer_due';
export const DECISION_DUE = 'issue.decision_due';
export const REFUND_DUE = 'issue.refund_due';
/** Labels have addresses on them. */
export const FORGET_LABELS = 'issue.forget_labels';

export type IssuesDeps = OrdersDeps & {
  /** Refuses pictures that are not this person's own and ready. @throws DomainError not_found, media_not_ready */
  assertPictures(reader: Reader, ownerId: string, ids: readonly string[]): Promise<void>;
  /** Who sells labels by which pieces are sent back; null: makers attach their own. */
  labels: LabelShop | null;
};

type Who = 'buyer' | 'maker' | 'platform' | 'time';
export type Case = {
  order: Order;
  issue: Issue;
  who: Who;
  now: Date;
  left: Money;
  sale: SaleFacts;
  actorId: string | null;
};

/** The buyer says what is wrong. @throws DomainError not_found, invalid_transition, issue_not_possible, media_not_ready */
export const openIssue = async (
  deps: IssuesDeps,
  actor: Actor,
  orderId: string,
  said: { reason: IssueReason; text: string; pictures: string[] },
  requestId: string,
): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const order = await store.lockOrder(tx, orderId);
    if (!order) throw new DomainError('not_found');
    authorize(actor, 'issue.open', { ownerId: order.buyerId });
    await deps.assertPictures(tx, order.buyerId, said.pictures);
    const now = await deps.database.now(tx);
    const rules = rulesOf(deps, order);
    const reasons = reasonsNow(subjectOf(order), await issueStore.issuesOf(tx, orderId), now, rules);
    if (!reasons.includes(said.reason)) throw new DomainError('issue_not_possible', { reasons });
    const after = (ms: number) => new Date(now.getTime() + ms);
    const issue = await issueStore.insertIssue(tx, {
      id: newId(),
      orderId,
      reason: said.reason,
      openedAt: now,
      answerBy: after(rules.issueAnswerMs),
      refundAt: after(rules.issueRefundMs),
    });
    await deps.timers.set(tx, ANSWER_DUE, issue.id, issue.answerBy);
    await deps.timers.set(tx, REFUND_DUE, issue.id, issue.refundAt);
    await write(tx, order, { from: 'buyer', kind: 'opened', issueId: issue.id, authorId: actor.id, now, ...said });
    await store.addMoment(tx, orderId, { kind: 'issue_opened', at: now, note: null });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'issue.opened',
      subject: issue.id,
      requestId,
      facts: { orderId, reason: issue.reason },
      before: { state: null },
      after: { state: issue.state },
    });
    await deps.events.emit(tx, 'issue.opened', orderId, {
      ...about(order),
      issueId: issue.id,
      reason: issue.reason,
      answerBy: issue.answerBy.toISOString(),
    });
  });

/** Words from one side to the other. Of the maker they are an answer to an open issue. @throws DomainError not_found, media_not_ready */
export const writeMessage = async (
  deps: IssuesDeps,
  actor: Actor,
  orderId: string,
  said: { text: string; pictures: string[] },
): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const order = await store.lockOrder(tx, orderId);
    if (!order) throw new DomainError('not_found');
    const from = sideOf(order, actor);
    const me = personId(actor);
    await deps.assertPictures(tx, me, said.pictures);
    const now = await deps.database.now(tx);
    const issue = (await issueStore.issuesOf(tx, orderId)).find(isOpen) ?? null;
    const answer = issue && apply(issueMachine, issue.state, 'answer', factsOf(issue, from, now, 0));
    if (issue && answer?.ok) await answered(deps, tx, issue, answer.to);
    const messageId = await write(tx, order, {
      from,
      kind: 'message',
      issueId: issue?.id ?? null,
      authorId: me,
      now,
      ...said,
    });
    await deps.events.emit(tx, 'order.message', orderId, {
      ...about(order),
      messageId,
      from,
      text: said.text.length > 200 ? `${said.text.slice(0, 199)}…` : said.text,
    });
  });

/** Names an amount that goes back. @throws DomainError not_found, invalid_transition, refund_exceeds_captured, currency_mismatch */
export const propose = (deps: IssuesDeps, actor: Actor, id: string, said: { amount: Money; text: string }) =>
  onIssue(deps, actor, id, async (tx, found) => {
    const { order, issue, who, now, left } = found;
    const to = nextOf(found, 'propose');
    assertFits(said.amount, left);
    if (who !== 'buyer' && who !== 'maker') return;
    if (to === 'answered' && issue.state === 'open') await deps.timers.clear(tx, ANSWER_DUE, id);
    await issueStore.updateIssue(tx, id, { state: to, proposal: { by: who, amount: said.amount.amount } });
    await write(tx, order, {
      from: who,
      kind: 'proposed',
      issueId: id,
      authorId: actor.id,
      now,
      text: said.text,
      amount: said.amount.amount,
    });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'issue.proposed',
      subject: id,
      facts: { orderId: order.id },
      before: { state: issue.state, proposed: issue.proposedAmount },
      after: { state: to, proposed: said.amount.amount },
    });
    await deps.events.emit(tx, 'issue.proposed', order.id, {
      ...about(order),
      issueId: id,
      by: who,
      amount: said.amount,
    });
  });

/** Agrees to what the other side named; `amount` is what this person saw. @throws DomainError not_found, invalid_transition, version_conflict, payment_disputed */
export const agree = (deps: IssuesDeps, actor: Actor, id: string, amount: Money, requestId: string) =>
  onIssue(deps, actor, id, async (tx, found) => {
    const to = nextOf(found, 'agree');
    if (found.issue.proposedAmount !== amount.amount) throw new DomainError('version_conflict');
    await end(deps, tx, found, to, { kind: 'agreed', back: amount.amount, text: '', requestId });
  });

/** The maker gives everything back. @throws DomainError not_found, invalid_transition, payment_disputed */
export const refundAll = (deps: IssuesDeps, actor: Actor, id: string, text: string, requestId: string) =>
  onIssue(deps, actor, id, async (tx, found) => {
    authorize(actor, 'issue.answer', { ownerId: found.order.makerId });
    const to = nextOf(found, 'refund');
    await end(deps, tx, found, to, { kind: 'refunded', back: found.left.amount, text, requestId });
  });

/** The buyer says that all is well now. @throws DomainError not_found, invalid_transition */
export const resolve = (deps: IssuesDeps, actor: Actor, id: string, requestId: string) =>
  onIssue(deps, actor, id, async (tx, found) => {
    authorize(actor, 'issue.open', { ownerId: found.order.buyerId });
    const to = nextOf(found, 'resolve');
    await end(deps, tx, found, to, { kind: 'resolved', back: 0, text: '', requestId });
  });

/** Asks the platform to decide. @throws DomainError not_found, invalid_transition */
export const escalate = (deps: IssuesDeps, actor: Actor, id: string, text: string, requestId: string) =>
  onIssue(deps, actor, id, async (tx, found) => {
    const { order, issue, who, now } = found;
    const to = nextOf(found, 'escalate');
    if (who !== 'buyer' && who !== 'maker') return;
    const decideBy = new Date(now.getTime() + rulesOf(deps, order).issueDecideMs);
    await issueStore.updateIssue(tx, id, { state: to, decideBy });
    await deps.timers.clear(tx, ANSWER_DUE, id);
    await deps.timers.set(tx, DECISION_DUE, id, decideBy);
    await write(tx, order, { from: who, kind: 'escalated', issueId: id, authorId: actor.id, now, text });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'issue.escalated',
      subject: id,
      requestId,
      before: { state: issue.state },
      after: { state: to },
    });
    await deps.events.emit(tx, 'issue.escalated', order.id, {
      ...about(order),
      issueId: id,
      by: who,
      decideBy: decideBy.toISOString(),
    });
  });

/**
 * The platform decides how much goes back. Nobody decides about an order of their own.
 * @throws DomainError not_found, invalid_transition, refund_exceeds_captured, currency_mismatch, payment_disputed
 */
export const decide = (
  deps: IssuesDeps,
  actor: Actor,
  id: string,
  decision: { refund: Money; reason: string },
  requestId: string,
) =>
  onIssue(deps, actor, id, async (tx, found) => {
    if (found.who !== 'platform') throw new DomainError('not_found');
    const { refund, reason: text } = decision;
    const to = nextOf({ ...found, who: 'platform' }, 'decide');
    assertFits(refund, found.left);
    const as = { ...found, who: 'platform' as const };
    await end(deps, tx, as, to, { kind: 'decided', back: refund.amount, text, requestId });
  });

/** The timer: the maker did not answer; the buyer is told that they may ask the platform. */
export const answerDue = async (deps: IssuesDeps, tx: Tx, id: string): Promise<void> => {
  const found = await lockCase(deps, tx, id);
  if (found?.issue.state !== 'open') return;
  await deps.events.emit(tx, 'issue.answer_overdue', found.order.id, { ...about(found.order), issueId: id });
};

/** The timer: the platform is late. */
export const decisionDue = async (deps: IssuesDeps, tx: Tx, id: string): Promise<void> => {
  const found = await lockCase(deps, tx, id);
  if (found?.issue.state !== 'escalated' || found.order.disputedAt) return;
  deps.log.error({ issueId: id, orderId: found.order.id }, 'alarm: an issue waits for a decision beyond its time');
  await deps.events.emit(tx, 'issue.decision_overdue', found.order.id, { ...about(found.order), issueId: id });
};

/** The timer: nobody settled it, and everything goes back; where a bank has the money, it waits for the bank. */
export const refundDue = async (deps: IssuesDeps, tx: Tx, id: string): Promise<void> => {
  const found = await lockCase(deps, tx, id);
  if (!found) return;
  const move = apply(issueMachine, found.issue.state, 'refund', factsOf(found.issue, 'time', found.now, 0, found.sale));
  if (!move.ok) return;
  await end(deps, tx, found, move.to, { kind: 'ran_out', back: found.left.amount, text: '', requestId: null });
};

/** What the rules of an issue look at in an order. */
export const subjectOf = (order: Order) => ({
  state: order.state,
  delivery: order.delivery,
  deliveryHow: order.deliveryHow,
  shippedAt: order.shipment?.shippedAt ?? null,
  deliveredAt: order.deliveredAt,
  returnDays: order.returns.days,
  abroad: order.abroad,
});

const assertFits = (amount: Money, left: Money): void => {
  if (amount.currency !== left.currency) throw new DomainError('currency_mismatch', { expected: left.currency });
  if (amount.amount > left.amount) throw new DomainError('refund_exceeds_captured', { left });
};

/** Where a command of an issue leads. @throws DomainError invalid_transition, payment_disputed */
export const nextOf = ({ issue, who, now, left, sale }: Case, command: IssueCommand): IssueState => {
  const facts = factsOf(issue, who, now, left.amount, sale);
  const move = apply(issueMachine, issue.state, command, facts);
  if (move.ok) return move.to;
  const otherwise = apply(issueMachine, issue.state, command, { ...facts, undisputed: true });
  if (otherwise.ok) throw new DomainError('payment_disputed');
  const possible = possibleCommands(issueMachine, issue.state, facts);
  throw new DomainError('invalid_transition', { from: issue.state, command, possible });
};

/** The piece, the order and the issue, locked in that order; null when there is none. */
export const lockCase = async (deps: IssuesDeps, tx: Tx, id: string): Promise<Case | null> => {
  const seen = await issueStore.findIssue(tx, id);
  const known = seen && (await store.findOrder(tx, seen.orderId));
  if (!known) return null;
  const order = await lockWithPiece(deps, tx, known);
  const issue = await issueStore.findIssue(tx, id);
  if (!issue) return null;
  const refunded = (await store.refundedOf(tx, [order.id])).get(order.id) ?? 0;
  const sale = saleFacts(issue, order, deps.labels !== null);
  const now = await deps.database.now(tx);
  return { order, issue, who: 'time', now, left: leftOf(order, refunded), sale, actorId: null };
};

/** Runs a command of one of the two sides, or of staff who are neither. @returns what it made */
export const withIssue = async <T>(
  deps: IssuesDeps,
  actor: Actor,
  id: string,
  work: (tx: Tx, found: Case) => Promise<T>,
): Promise<T> =>
  await deps.database.transaction(async (tx) => {
    const found = await lockCase(deps, tx, id);
    if (!found) throw new DomainError('not_found');
    const { order } = found;
    const isParty = actor.id === order.makerId || actor.id === order.buyerId;
    const who: Who = isParty ? sideOf(order, actor) : 'platform';
    const isStaffs = can(actor, 'issue.decide') && found.issue.decideBy !== null;
    if (!isParty && !isStaffs) throw new DomainError('not_found');
    return await work(tx, { ...found, who, actorId: actor.id });
  });

/** The same. @returns the order's id */
const onIssue = (...[deps, actor, id, work]: Parameters<typeof withIssue<void>>): Promise<string> =>
  withIssue(deps, actor, id, async (tx, found) => {
    await work(tx, found);
    return found.order.id;
  });

const answered = async (deps: IssuesDeps, tx: Tx, issue: Issue, to: IssueState): Promise<void> => {
  await issueStore.updateIssue(tx, issue.id, { state: to });
  await deps.timers.clear(tx, ANSWER_DUE, issue.id);
};

/** The issue is over: what goes back goes back, and the order goes its way. */
const end = async (
  deps: IssuesDeps,
  tx: Tx,
  found: Case,
  to: IssueState,
  how: { kind: OrderMessage['kind']; back: number; text: string; requestId: string | null },
): Promise<void> => {
  const { order, issue, who, now, left, actorId } = found;
  const { currency } = left;
  const refundId =
    how.back > 0
      ? await giveBack(deps, tx, order, {
          amount: money(how.back, currency),
          everything: how.back === left.amount,
          reason: 'issue',
          key: `issue:${issue.id}`,
          by: actorId,
          announced: who !== 'buyer',
          now,
        })
      : null;
  await issueStore.updateIssue(tx, issue.id, { state: to, closed: { at: now, refunded: how.back, by: actorId } });
  for (const timer of [ANSWER_DUE, DECISION_DUE, REFUND_DUE]) await deps.timers.clear(tx, timer, issue.id);
  await deps.timers.set(tx, FORGET_LABELS, issue.id, new Date(now.getTime() + rulesOf(deps, order).forgetAddressMs));
  const from = who === 'time' ? 'platform' : who;
  const amount = how.back > 0 ? how.back : null;
  await write(tx, order, { from, kind: how.kind, issueId: issue.id, authorId: actorId, now, text: how.text, amount });
  await store.addMoment(tx, order.id, { kind: how.back > 0 ? 'issue_refunded' : 'issue_closed', at: now, note: null });
  await recordAudit(tx, {
    actor: actorId,
    action: `issue.${how.kind}`,
    subject: issue.id,
    requestId: how.requestId,
    facts: { orderId: order.id, refunded: how.back },
    before: { state: issue.state },
    after: { state: to },
  });
  await goOn(deps, tx, order, now, how.back === left.amount);
  await deps.events.emit(tx, 'issue.closed', order.id, {
    ...about(order),
    issueId: issue.id,
    // `end` is reached by commands that close.
    state: to as 'resolved' | 'refunded' | 'partially_refunded' | 'decided',
    by: who,
    refunded: money(how.back, currency),
    ...(refundId && { refundId }),
    reason: how.text || null,
  });
};

/** What becomes of the order now: with nothing left of its money it is over, else its own time runs on. */
const goOn = async (deps: IssuesDeps, tx: Tx, order: Order, now: Date, everything: boolean): Promise<void> => {
  if (everything) {
    if (apply(orderMachine, order.state, 'cancel', { nothingLeft: true }).ok) {
      await undo(deps, tx, order, 'issue', { reason: null, actorId: null });
      return;
    }
    const move = apply(orderMachine, order.state, 'complete', { nothingLeft: true });
    if (move.ok) await complete(deps, tx, order, move.to);
    return;
  }
  if (order.state !== 'delivered') return;
  const due = new Date(Math.max(order.completesAt?.getTime() ?? 0, now.getTime()));
  await deps.timers.set(tx, COMPLETE, order.id, due);
};

/** An entry of the order's thread. @returns its id */
export const write = async (
  tx: Tx,
  order: Order,
  said: {
    from: OrderMessage['from'];
    kind: OrderMessage['kind'];
    issueId: string | null;
    authorId: string | null;
    now: Date;
    text: string;
    pictures?: string[];
    amount?: number | null;
  },
): Promise<string> => {
  const id = newId();
  await issueStore.insertMessage(tx, {
    id,
    orderId: order.id,
    issueId: said.issueId,
    authorId: said.authorId,
    from: said.from,
    kind: said.kind,
    text: said.text,
    amount: said.amount ?? null,
    pictures: [...new Set(said.pictures ?? [])],
    at: said.now,
  });
  return id;
};
