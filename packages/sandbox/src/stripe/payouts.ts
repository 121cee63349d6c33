// Payouts: what an account holds goes to its bank by itself, day by day, and sometimes the bank sends it back.
import type Stripe from 'stripe';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid } from './faults.ts';
import { book, holdings } from './money.ts';
import { currency as currencyRule, integer, metadata, oneOf, optional, paramsOf, text } from './params.ts';
import { newId, type Work } from './work.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
/** A payout leaves an hour after it was made and is there two days after. */
const LEAVES_AFTER = HOUR;
const ARRIVES_AFTER = 2 * DAY;
/** A bank that sends money back after all does so a day later. */
const RETURNS_AFTER = DAY;

type BankFailure = { code: string; message: string; afterPaid: boolean };

/** Stripe's test bank accounts that fail, by their last four digits. Source: docs.stripe.com/connect/testing#payouts */
const FAILING_BANKS: Readonly<Record<string, BankFailure>> = {
  '1116': {
    code: 'no_account',
    message: 'The bank account details on file are probably incorrect. No bank account could be located with them.',
    afterPaid: false,
  },
  '1113': { code: 'account_closed', message: 'The bank account has been closed.', afterPaid: true },
};

/** The bank account that an onboarding form gave. */
export function bankAccountOf(work: Work, account: string, number: string): Stripe.BankAccount {
  return {
    id: newId('ba_1'),
    object: 'bank_account',
    account,
    account_holder_name: null,
    account_holder_type: 'individual',
    account_type: null,
    available_payout_methods: ['standard'],
    bank_name: 'SANDBOX BANK',
    country: 'US',
    currency: work.require('account', account).default_currency ?? 'usd',
    customer: null,
    default_for_currency: true,
    fingerprint: `sandboxbank${number.slice(-4)}`,
    last4: number.slice(-4),
    metadata: {},
    routing_number: '110000000',
    status: 'new',
  };
}

const bankOf = (account: Stripe.Account): Stripe.BankAccount | undefined =>
  account.external_accounts?.data.find((one): one is Stripe.BankAccount => one.object === 'bank_account');

/** Makes, moves, pays and fails whatever is due by the clock, on every account. */
export function movePayouts(work: Work): void {
  for (const { value: account } of work.list('account')) {
    const own = work.as(account.id);
    for (const { value: payout } of own.list('payout')) advance(work, own, account, payout);
    const current = work.require('account', account.id);
    const interval = current.settings?.payouts?.schedule.interval;
    const bank = bankOf(current);
    if (!current.payouts_enabled || interval === 'manual' || bank?.status === 'errored') continue;
    const currency = current.default_currency ?? 'usd';
    const { available } = holdings(own, currency);
    if (available > 0) make(own, { amount: available, currency, automatic: true, bank, metadata: {} });
  }
}

function advance(work: Work, own: Work, account: Stripe.Account, payout: Stripe.Payout): void {
  const failure = FAILING_BANKS[bankOf(account)?.last4 ?? ''];
  if (payout.status === 'pending' && own.now >= payout.created + LEAVES_AFTER) {
    change(own, payout, { status: 'in_transit' }, 'payout.updated');
  } else if (payout.status === 'in_transit' && own.now >= payout.arrival_date) {
    if (failure && !failure.afterPaid) fail(work, own, account, payout, failure);
    else change(own, payout, { status: 'paid' }, 'payout.paid');
  } else if (payout.status === 'paid' && failure?.afterPaid && own.now >= payout.arrival_date + RETURNS_AFTER) {
    fail(work, own, account, payout, failure);
  }
}

function change(own: Work, payout: Stripe.Payout, to: Partial<Stripe.Payout>, event: Stripe.Event.Type): void {
  const after = { ...payout, ...to };
  own.put('payout', payout.id, after);
  own.emit(event, after, {
    ...(own.account === '' ? {} : { account: own.account }),
    previous: { status: payout.status },
  });
}

/** The money is on the account's balance again, and payouts stop until it has another bank account. */
function fail(work: Work, own: Work, account: Stripe.Account, payout: Stripe.Payout, failure: BankFailure): void {
  const back = book(own, {
    amount: payout.amount,
    currency: payout.currency,
    type: 'payout_failure',
    category: 'payout_reversal',
    source: payout.id,
  });
  change(
    own,
    payout,
    {
      status: 'failed',
      failure_balance_transaction: back.id,
      failure_code: failure.code,
      failure_message: failure.message,
    },
    'payout.failed',
  );
  const bank = bankOf(account);
  const after: Stripe.Account = {
    ...account,
    payouts_enabled: false,
    ...(bank && account.external_accounts
      ? { external_accounts: { ...account.external_accounts, data: [{ ...bank, status: 'errored' }] } }
      : {}),
    ...(account.requirements
      ? {
          requirements: {
            ...account.requirements,
            currently_due: ['external_account'],
            past_due: ['external_account'],
          },
        }
      : {}),
  };
  work.put('account', account.id, after);
  work.emit('account.updated', after, { account: account.id });
}

function make(
  own: Work,
  wanted: {
    amount: number;
    currency: string;
    automatic: boolean;
    bank: Stripe.BankAccount | undefined;
    metadata: Record<string, string>;
  },
): Stripe.Payout {
  const id = newId('po_1');
  const out = book(own, {
    amount: -wanted.amount,
    currency: wanted.currency,
    type: 'payout',
    category: 'payout',
    source: id,
    description: 'STRIPE PAYOUT',
  });
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount: wanted.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: own.now + ARRIVES_AFTER,
    automatic: wanted.automatic,
    balance_transaction: out.id,
    created: own.now,
    currency: wanted.currency,
    description: 'STRIPE PAYOUT',
    destination: wanted.bank?.id ?? null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: wanted.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: wanted.automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  };
  own.put('payout', id, payout);
  own.emit('payout.created', payout, own.account === '' ? {} : { account: own.account });
  return payout;
}

export const payoutEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/payouts',
    params: paramsOf<Stripe.PayoutCreateParams>()({
      amount: integer(1),
      currency: currencyRule,
      description: optional(text(1000)),
      metadata: optional(metadata),
      method: optional(oneOf('standard')),
    }),
    run(work, params) {
      if (holdings(work, params.currency).available < params.amount) {
        throw invalid(
          'You have insufficient funds in your Stripe account for this transfer.',
          'amount',
          'balance_insufficient',
        );
      }
      const account = work.account === '' ? undefined : work.as('').require('account', work.account);
      return make(work, {
        amount: params.amount,
        currency: params.currency,
        automatic: false,
        bank: account && bankOf(account),
        metadata: params.metadata ?? {},
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payouts',
    params: paramsOf<Stripe.PayoutListParams>()({
      ...listFields,
      status: optional(text()),
      destination: optional(text()),
    }),
    run(work, params) {
      const { status, destination } = params;
      return listPage(work, 'payout', '/v1/payouts', params, { status, destination });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payouts/:id',
    params: paramsOf<Stripe.PayoutRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('payout', idOf(ids)),
  }),
];
