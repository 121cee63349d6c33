// Payouts and disputes on payments with the sandbox's Stripe; orders are the plain port that these rooms know.
import type { Money } from '@videowindow/contract/money';
import type { Order } from '#commerce/orders';
import { createPayouts, fundsRules, type Payouts, type SalesProfile } from '#commerce/payouts';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { openTill, usd } from '../payments/payments.fixture.ts';
import type { PayoutsDeps } from '../payouts/deps.ts';
import type { DisputesDeps } from './deps.ts';
import type { EvidenceFacts } from './evidence.ts';
import { joinOrder } from './hear.ts';
import { createDisputes, type Disputes } from './index.ts';

export const DAY = 86_400_000;
/** Of a sale of 96.00, 87.30 are the maker's. */
export const PAYABLE = 8730;
export const TOTAL = 9600;

type PlainOrder = Pick<Order, 'id' | 'number' | 'title' | 'paymentId' | 'makerId' | 'state' | 'paidAt' | 'completesAt'>;

export type Counter = Awaited<ReturnType<typeof openCounter>>;

export const openCounter = async (rules: Partial<Parameters<typeof fundsRules>> = []) => {
  const orders = new Map<string, PlainOrder>();
  const issues = new Set<string>();
  const evidence = new Map<string, EvidenceFacts>();
  const pictures = new Map<string, Uint8Array>();
  const profiles = new Map<string, Partial<SalesProfile>>();
  const calm: SalesProfile = { today: 0, usualDay: 0, sales: 0, refunded: 0, byOneCard: 0 };
  const port = {
    // The rooms read nothing else of an order.
    find: async (_reader: unknown, id: string) => (orders.get(id) ?? null) as Order | null,
    countOf: async (_reader: unknown, ids: readonly string[], personId: string) =>
      ids.filter((id) => orders.get(id)?.makerId === personId).length,
    ofPayments: async (_reader: unknown, ids: readonly string[]) =>
      new Map(
        [...orders.values()].filter(({ paymentId }) => ids.includes(paymentId)).map((one) => [one.paymentId, one]),
      ),
    progressOf: async (_reader: unknown, ids: readonly string[]) =>
      new Map(
        [...orders.values()]
          .filter(({ paymentId }) => ids.includes(paymentId))
          .map((one) => [
            one.paymentId,
            { ...one, issueEndsAt: issues.has(one.id) ? new Date('2027-01-20T10:00:00Z') : null },
          ]),
      ),
  };
  const made: Partial<{ payoutsDeps: PayoutsDeps; payouts: Payouts; disputes: Disputes; disputesDeps: DisputesDeps }> =
    {};
  const till = await openTill((parts) => {
    const payoutsDeps: PayoutsDeps = {
      ...parts,
      orders: port,
      issueHolds: async (_reader, id) => issues.has(id),
      answersDue: (reader, ids) => made.disputes?.answersDue(reader, ids) ?? Promise.resolve(new Map()),
      disputedPayments: (reader, sources) => made.disputes?.paymentsOf(reader, sources) ?? Promise.resolve(new Map()),
      admins: async () => [],
      currency: 'USD',
      signals: { dayFrom: new Map([['USD', 200_000]]), dayFactor: 10, refunds: 5, refundPercent: 30, sameCard: 8 },
      salesProfile: async (_reader, makerId) => ({ ...calm, ...profiles.get(makerId) }),
      people: async () => new Map(),
      rules: fundsRules(rules[0] ?? new Map([['USD', 60_000]]), rules[1] ?? 10),
    };
    const payouts = createPayouts(payoutsDeps);
    const disputesDeps: DisputesDeps = {
      ...parts,
      payouts,
      orders: port,
      evidence: async (_reader, id) => evidence.get(id) ?? null,
      siteName: 'Test',
      assertPictures: async () => {},
      pictures: async () => new Map(),
      jpeg: async (_reader, id) => pictures.get(id) ?? null,
      admins: async () => [],
    };
    const disputes = createDisputes(disputesDeps);
    Object.assign(made, { payoutsDeps, payouts, disputes, disputesDeps });
    return {
      rooms: [payouts.room, disputes.room],
      otherEvents: {
        'payout.': (event) => payouts.hear(event),
        'charge.dispute.': (event) => disputes.hear(event),
      },
    };
  });
  const { payoutsDeps, payouts, disputes, disputesDeps } = made;
  if (!payoutsDeps || !payouts || !disputes || !disputesDeps) throw new Error('the rooms were not made');
  const transaction = <T>(work: (tx: Tx) => Promise<T>) => till.database.transaction(work);

  const balance = async (account: Parameters<typeof till.ledger.balance>[1], owner?: string): Promise<number> =>
    (await till.ledger.balance(till.database.db, account, owner ?? null)).amount;

  return {
    ...till,
    payoutsDeps,
    payouts,
    disputes,
    disputesDeps,
    orders,
    issues,
    evidence,
    pictures,
    /** What a maker has sold, as the rules of unusual money look at it. */
    profiles,
    /** A maker whose account takes money; `identity: false`: the provider has not verified them. */
    async maker(options: { identity?: boolean; bank?: string } = {}): Promise<string> {
      const person = await till.person();
      await till.onboard(person, options.identity === false);
      await till.settle();
      return person.id;
    },
    /** A paid order; `shipped` gives the bank something to believe. */
    async sell(makerId: string, options: { card?: string; shipped?: boolean; item?: number } = {}) {
      const item = usd(options.item ?? 8400);
      const request = await till.request({ makerId, item, total: usd(item.amount + 1200) });
      await till.pay((await till.payments.checkouts.open(request)).url, options.card);
      // The order is there before the bank's word is handled, as it is when a person pays.
      await till.sandboxSettled();
      const payment = await till.paymentOf(request.lockId);
      const at = await till.database.now(till.database.db);
      const order: PlainOrder = {
        id: newId(),
        number: 1001 + orders.size,
        title: 'Moon jar',
        paymentId: payment?.id ?? '',
        makerId,
        state: 'shipped',
        paidAt: at,
        completesAt: null,
      };
      orders.set(order.id, order);
      if (options.shipped) {
        evidence.set(order.id, {
          orderNumber: order.number,
          title: order.title,
          item,
          shipping: usd(1200),
          pickup: false,
          paidAt: at,
          shipment: { carrier: 'CTT', trackingNumber: 'RR482910PT', shippedAt: at },
          address: null,
          buyerName: 'Bea Buyer',
          piece: 'Stoneware, glazed white.',
          returns: 'Beyond what the law gives, it cannot be sent back.',
          arrival: null,
          pictures: [],
          timeline: [{ kind: 'paid', at, note: null }],
          bids: ['Bidder 1, 84.00'],
          messages: [],
        });
      }
      // The bank may have been faster than the order.
      await transaction((tx) => joinOrder(disputesDeps, tx, order.id));
      await till.settle();
      const found = await till.paymentOf(request.lockId);
      return {
        orderId: order.id,
        lockId: request.lockId,
        paymentId: found?.id ?? '',
        chargeId: found?.charge_id ?? '',
        makerId,
        payable: usd(item.amount + 1200 - request.fee.amount),
      };
    },
    async release(sale: { orderId: string; paymentId: string; makerId: string; payable: Money }) {
      await transaction((tx) => payouts.funds.release(tx, sale));
      await till.settle();
    },
    /** The buyer goes to their bank. */
    async dispute(chargeId: string, more: Record<string, unknown> = {}) {
      await till.control('POST', '/disputes', { charge: chargeId, ...more });
      await till.settle();
    },
    disputeOf: async (paymentId: string) => (await disputes.ofPayments(till.database.db, [paymentId]))[0],
    /** What an account has; what is owed to somebody is negative. */
    balance,
    /** By how much our books and the provider's differ; nothing, always. */
    async difference(): Promise<number> {
      const held = await till.deps.settlement.holdings();
      return (await balance('clearing')) - (held.find(({ currency }) => currency === 'USD')?.amount ?? 0);
    },
  };
};
