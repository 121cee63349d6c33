// The balance: every movement of money is a balance transaction, and what is available follows from them and the clock.
import type Stripe from 'stripe';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { optional, paramsOf, text } from './params.ts';
import { newId, type Work } from './work.ts';

/** Card money can be used two days after it was charged. */
const SETTLES_SECONDS = 2 * 24 * 60 * 60;

/** Stripe's price for a card in the US: 2.9% of the amount and 30 of the smallest unit. Whole minor units, half up. */
export function cardFee(amount: number): number {
  return Math.round((amount * 29) / 1000) + 30;
}

/** When money charged now can be used, in seconds. */
export function settlesAt(now: number): number {
  return now + SETTLES_SECONDS;
}

/** Books a movement. `amount` is signed, in minor units; `net = amount - fee`. */
export function book(
  work: Work,
  entry: {
    amount: number;
    currency: string;
    type: Stripe.BalanceTransaction.Type;
    category: string;
    /** Null for what Stripe takes by itself. */
    source: string | null;
    description?: string | null;
    fee?: number;
    availableOn?: number;
  },
): Stripe.BalanceTransaction {
  const fee = entry.fee ?? 0;
  const availableOn = entry.availableOn ?? work.now;
  const transaction: Stripe.BalanceTransaction = {
    id: newId('txn_3'),
    object: 'balance_transaction',
    amount: entry.amount,
    available_on: availableOn,
    balance_type: 'payments',
    created: work.now,
    currency: entry.currency,
    description: entry.description ?? null,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: entry.currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: entry.amount - fee,
    reporting_category: entry.category,
    source: entry.source,
    status: availableOn > work.now ? 'pending' : 'available',
    type: entry.type,
  };
  work.put('balance_transaction', transaction.id, transaction);
  return transaction;
}

/** What the account holds in a currency, by the clock: usable now, and still on its way. */
export function holdings(work: Work, currency: string): { available: number; pending: number } {
  let available = 0;
  let pending = 0;
  for (const { value } of work.list('balance_transaction', { where: { currency } })) {
    if (value.available_on <= work.now) available += value.net;
    else pending += value.net;
  }
  return { available, pending };
}

/** `status` follows the clock, whatever was true when the row was written. */
function atClock(work: Work, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...transaction, status: transaction.available_on <= work.now ? 'available' : 'pending' };
}

export const moneyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/balance',
    params: paramsOf<Stripe.BalanceRetrieveParams>()({}),
    run(work) {
      const currencies = new Set(work.list('balance_transaction').map(({ value }) => value.currency));
      if (currencies.size === 0) currencies.add('usd');
      const each = [...currencies].sort().map((currency) => ({ currency, ...holdings(work, currency) }));
      const balance: Stripe.Balance = {
        object: 'balance',
        available: each.map(({ currency, available }) => ({
          amount: available,
          currency,
          source_types: { card: available },
        })),
        livemode: false,
        pending: each.map(({ currency, pending }) => ({ amount: pending, currency, source_types: { card: pending } })),
      };
      return balance;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/balance_transactions',
    params: paramsOf<Stripe.BalanceTransactionListParams>()({
      ...listFields,
      currency: optional(text()),
      source: optional(text()),
      type: optional(text()),
    }),
    run(work, params) {
      const { currency, source, type } = params;
      const page = listPage(work, 'balance_transaction', '/v1/balance_transactions', params, {
        currency,
        source,
        type,
      });
      return { ...page, data: page.data.map((transaction) => atClock(work, transaction)) };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    params: paramsOf<Stripe.BalanceTransactionRetrieveParams>()({}),
    run: (work, _params, ids) => atClock(work, work.require('balance_transaction', idOf(ids))),
  }),
];
