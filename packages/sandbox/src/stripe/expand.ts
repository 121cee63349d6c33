// expand[]: ids replaced by the objects they name, at most four levels deep.
import type Stripe from 'stripe';
import { pageOf } from './endpoint.ts';
import { invalid } from './faults.ts';
import type { Kinds, Work } from './work.ts';

/** Which fields of which object can be expanded, and into what. */
const EXPANDABLE: Readonly<Record<string, Readonly<Record<string, keyof Kinds | 'by_prefix' | Included>>>> = {
  'checkout.session': {
    payment_intent: 'payment_intent',
    setup_intent: 'setup_intent',
    customer: 'customer',
    line_items: lineItems,
  },
  payment_method: { customer: 'customer' },
  setup_intent: { customer: 'customer', payment_method: 'payment_method' },
  dispute: { charge: 'charge', payment_intent: 'payment_intent' },
  payout: { balance_transaction: 'balance_transaction', failure_balance_transaction: 'balance_transaction' },
  balance_transaction: { source: 'by_prefix' },
  payment_intent: { latest_charge: 'charge', customer: 'customer' },
  charge: {
    balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
    customer: 'customer',
    refunds: refundsOfCharge,
    source_transfer: 'transfer',
  },
  refund: {
    balance_transaction: 'balance_transaction',
    failure_balance_transaction: 'balance_transaction',
    charge: 'charge',
    payment_intent: 'payment_intent',
    transfer_reversal: 'transfer_reversal',
  },
  transfer: {
    balance_transaction: 'balance_transaction',
    source_transaction: 'charge',
    destination: 'account',
    destination_payment: 'charge',
  },
  transfer_reversal: { balance_transaction: 'balance_transaction', transfer: 'transfer' },
};

/** Something that is only there when it is asked for. */
type Included = (work: Work, id: string) => Stripe.ApiList<object>;
type Fields = Record<string, unknown>;

/** Returns `answer` with every path of `paths` expanded. @throws StripeFault 400 for what can't be expanded. */
export function expand(work: Work, answer: object, paths: readonly string[]): object {
  const copy = structuredClone(answer);
  for (const path of paths) {
    const steps = path.split('.');
    const depth = steps[0] === 'data' ? steps.length - 1 : steps.length;
    if (depth > 4) throw invalid('You cannot expand more than 4 levels of a property', 'expand');
    walk(work, fieldsOf(copy), steps, path);
  }
  return copy;
}

function walk(work: Work, object: Fields, steps: readonly string[], path: string): void {
  const [field, ...rest] = steps;
  if (field === undefined) return;
  if (object.object === 'list' && field === 'data' && Array.isArray(object.data)) {
    for (const item of object.data) walk(work, fieldsOf(item), rest, path);
    return;
  }
  const target = EXPANDABLE[String(object.object)]?.[field];
  if (target === undefined) throw invalid(`This property cannot be expanded (${path}).`, 'expand');
  if (typeof target === 'function') object[field] ??= target(work, String(object.id));
  else if (typeof object[field] === 'string') object[field] = lookUp(work, object, target, object[field]);
  if (typeof object[field] === 'object' && object[field] !== null && rest.length > 0) {
    walk(work, fieldsOf(object[field]), rest, path);
  }
}

/** Of what kind a movement of money is about, by its id. */
const BY_PREFIX: Readonly<Record<string, keyof Kinds>> = {
  ch: 'charge',
  du: 'dispute',
  po: 'payout',
  py: 'charge',
  re: 'refund',
  tr: 'transfer',
  trr: 'transfer_reversal',
};

function lookUp(work: Work, holder: Fields, target: keyof Kinds | 'by_prefix', id: string): object {
  const kind = target === 'by_prefix' ? BY_PREFIX[id.split('_', 1)[0] ?? ''] : target;
  if (kind === undefined) throw new Error(`${id} is of no kind that is known`);
  // A transfer's payment lives on the connected account; everything else where its holder lives.
  const owner =
    holder.object === 'transfer' && kind === 'charge' && id.startsWith('py_')
      ? String(holder.destination)
      : work.account;
  // A connected account's payment names the platform's transfer.
  const place = kind === 'transfer' ? work.as('') : work.as(owner);
  return structuredClone(place.require(kind, id));
}

function lineItems(work: Work, session: string): Stripe.ApiList<Stripe.LineItem> {
  return pageOf(work.require('checkout_plan', session).lineItems, `/v1/checkout/sessions/${session}/line_items`);
}

function refundsOfCharge(work: Work, charge: string): Stripe.ApiList<Stripe.Refund> {
  const refunds = work.list('refund', { where: { charge } }).map((stored) => stored.value);
  return pageOf(refunds, `/v1/charges/${charge}/refunds`);
}

/** Everything walked is an object of ours, made from JSON. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value as Fields;
}
