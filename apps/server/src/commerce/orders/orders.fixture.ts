/** Paid orders for the tests of this room, with what their two sides do. */
import type { IssueReason } from '@videowindow/contract/api/commerce';
import { newId } from '#platform/crypto';
import { aParcel, type Market, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { checkout } from '../locks/checkout.ts';
import { hold } from '../locks/commands.ts';
import { cancel } from './cancel.ts';
import { confirm, handover, ship } from './commands.ts';
import { disputeChanged } from './disputed.ts';
import { issuesOf, messagesOf } from './issue-store.ts';
import { agree, decide, escalate, openIssue, propose, refundAll, resolve, writeMessage } from './issues.ts';
import { labelsOf } from './label-store.ts';
import { attachLabel, buyLabel, labelFile, quoteLabel } from './labels.ts';
import type { Delivery } from './order.ts';
import { findOrder, timelinesOf } from './store.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const PAGE = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');

/** A paid order over 84.00 and, when it is sent, 12.00 shipping. */
export const ordered = async (market: Market, delivery: Delivery = 'ship') => {
  const [maker, buyer] = [await market.person('maker', 'maker'), await market.person('buyer')];
  const { id: listingId } = await putTerms(market.deps.listings, maker, market.story(maker.id), plainTerms);
  const lock = await market.database.transaction(async (tx) => {
    const listing = await market.listings.lock(tx, listingId);
    if (!listing) throw new Error('no such listing');
    const sale = {
      listing,
      title: 'Walnut bowl',
      buyerId: buyer.id,
      item: usd(8_400),
      reason: 'offer',
      auctionId: null,
    } as const;
    return await hold(market.deps.locks, tx, sale);
  });
  await checkout(market.deps.locks, buyer, lock.id, delivery, 'test');
  await market.capture(lock.id);
  await market.settle();
  const { db } = market.database;
  const deps = market.deps.orders;
  const id = (await market.orders.ofLocks(db, [lock.id])).get(lock.id) ?? '';
  const now = async () => {
    const order = await findOrder(db, id);
    if (!order) throw new Error('no order was placed');
    return order;
  };
  const { paymentId } = await now();
  const disputeId = newId();
  return {
    maker,
    buyer,
    id,
    now,
    state: async () => (await now()).state,
    timeline: async () => ((await timelinesOf(db, [id])).get(id) ?? []).map((moment) => moment.kind),
    listing: async () => (await market.listings.find(db, listingId))?.state,
    ship: (by = maker) => ship(deps, by, id, { carrier: 'CTT', trackingNumber: 'RR1' }, 'test'),
    handover: (code: string) => handover(deps, maker, id, code, 'test'),
    confirm: (by = buyer) => confirm(deps, by, id, 'test'),
    /** What is heard of a dispute about all of it. */
    bank: (state: 'evidence_due' | 'won' | 'lost', inquiry = false) =>
      market.database.transaction((tx) =>
        disputeChanged(deps, tx, { disputeId, paymentId, inquiry, amount: usd(9_600), state }),
      ),
    cancel: (by = maker, reason = '') => cancel(deps, by, id, reason, 'test'),
    released: () => market.provider.released.filter((release) => release.orderId === id),
    refunds: () => market.provider.refunds.filter((refund) => refund.paymentId === paymentId),
    /** Opens an issue. @returns what can be done with it */
    async complain(reason: IssueReason = 'damaged', by = buyer) {
      await openIssue(deps, by, id, { reason, text: 'It has a crack.', pictures: [] }, 'test');
      const issueId = (await issuesOf(db, id)).at(-1)?.id ?? '';
      return {
        id: issueId,
        state: async () => (await issuesOf(db, id)).at(-1)?.state,
        propose: (by: typeof maker, amount: number) =>
          propose(deps, by, issueId, { amount: usd(amount), text: 'Would this do?' }),
        agree: (by: typeof maker, amount: number) => agree(deps, by, issueId, usd(amount), 'test'),
        refundAll: (by = maker) => refundAll(deps, by, issueId, '', 'test'),
        resolve: (by = buyer) => resolve(deps, by, issueId, 'test'),
        escalate: (by: typeof maker) => escalate(deps, by, issueId, 'Please look.', 'test'),
        quote: (by: typeof maker) => quoteLabel(deps, by, issueId, aParcel),
        buyLabel: (by: typeof maker, quoteId: string) =>
          buyLabel(deps, by, issueId, { quoteId, rateId: 'rate_1' }, 'test'),
        attachLabel: (by: typeof maker, pdf = PAGE) =>
          attachLabel(deps, by, issueId, { carrier: 'CTT', trackingNumber: 'RR 2', pdf }, 'test'),
        label: async () => (await labelsOf(db, [issueId])).get(issueId),
        labelFile: async () => (await labelFile(deps, issueId)).bytes.length,
        decide: (by: typeof maker, amount: number) =>
          decide(deps, by, issueId, { refund: usd(amount), reason: 'The pictures show it.' }, 'test'),
      };
    },
    write: (by: typeof maker, text: string) => writeMessage(deps, by, id, { text, pictures: [] }),
    thread: async () => (await messagesOf(db, id, 50)).map(({ from, kind, amount }) => [from, kind, amount]),
  };
};
