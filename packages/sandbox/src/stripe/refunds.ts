// Refunds: given back at once, or by a bank that takes its time or sends them back.
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import { type Card, fingerprintOf, TEST_CARDS } from './cards.ts';
import { assertRefundable } from './disputes.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid } from './faults.ts';
import { book } from './money.ts';
import { flag, integer, metadata, oneOf, optional, paramsOf, text } from './params.ts';
import { newId, type Work } from './work.ts';

/** How long a bank takes that does not do it at once, in seconds. */
const BANK_TAKES = 3600;

/** Gives back `amount` of a charge: a refund, a negative balance transaction, the charge's totals, the events. */
function refund(
  work: Work,
  charge: Stripe.Charge,
  wanted: { amount: number | undefined; reason: Stripe.Refund.Reason | null; metadata: Record<string, string> },
): Stripe.Refund {
  if (!charge.paid) throw invalid(`Charge ${charge.id} has not been paid and can't be refunded.`, 'charge');
  assertRefundable(charge, work);
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
  const amount = wanted.amount ?? left;
  if (amount > left) {
    throw invalid(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
      'charge_already_refunded',
    );
  }
  const id = newId('re_3');
  const bank = bankOf(charge);
  const transaction = book(work, {
    amount: -amount,
    currency: charge.currency,
    type: 'refund',
    category: 'refund',
    source: id,
    description: 'REFUND FOR CHARGE',
  });
  const made: Stripe.Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: wanted.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: wanted.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: bank === 'slow' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  work.put('refund', id, made);
  if (bank !== undefined) {
    const says = bank === 'slow' ? 'taken' : 'failed';
    work.put('bank_answer', id, { refund: id, due_at: work.now + BANK_TAKES, says, state: 'waiting' });
  }
  const refunded = charge.amount_refunded + amount;
  const after: Stripe.Charge = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount };
  work.put('charge', charge.id, after);
  work.emit('refund.created', made);
  work.emit('charge.refunded', after, {
    previous: { amount_refunded: charge.amount_refunded, refunded: charge.refunded },
  });
  return made;
}

function chargeToRefund(
  work: Work,
  params: { charge: string | undefined; payment_intent: string | undefined },
): Stripe.Charge {
  if (params.charge !== undefined) return work.refer('charge', params.charge, 'charge');
  if (params.payment_intent === undefined)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.');
  const intent = work.refer('payment_intent', params.payment_intent, 'payment_intent');
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
    throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, 'payment_intent');
  }
  return work.require('charge', intent.latest_charge);
}

/** What the bank of a charge's card does with refunds; undefined: it takes them at once. */
function bankOf(charge: Stripe.Charge): Card['refund'] {
  const fingerprint = charge.payment_method_details?.card?.fingerprint;
  return TEST_CARDS.find((card) => fingerprintOf(card) === fingerprint)?.refund;
}

/** What banks say later, as far as their time has come. Called by a tick. */
export function answerRefunds(work: Work): void {
  for (const { id, value: answer } of work.list('bank_answer', { where: { state: 'waiting' } })) {
    if (answer.due_at > work.now) continue;
    work.put('bank_answer', id, { ...answer, state: 'given' });
    const made = work.require('refund', answer.refund);
    if (answer.says === 'taken') change(work, { ...made, status: 'succeeded' });
    else sendBack(work, made);
  }
}

/** The bank did not take it: the money is ours again, and the charge counts as refunded no more. */
function sendBack(work: Work, made: Stripe.Refund): void {
  const charge = work.require('charge', String(made.charge));
  const back = book(work, {
    amount: made.amount,
    currency: made.currency,
    type: 'refund_failure',
    category: 'refund_failure',
    source: made.id,
    description: 'REFUND FAILURE',
  });
  const refunded = charge.amount_refunded - made.amount;
  work.put('charge', charge.id, { ...charge, amount_refunded: refunded, refunded: false });
  const failed: Stripe.Refund = {
    ...made,
    failure_balance_transaction: back.id,
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  };
  change(work, failed);
  work.emit('refund.failed', failed);
}

function change(work: Work, refund: Stripe.Refund): void {
  work.put('refund', refund.id, refund);
  work.emit('refund.updated', refund);
}

export const refundEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/refunds',
    params: paramsOf<Stripe.RefundCreateParams>()({
      amount: optional(integer(1)),
      charge: optional(text()),
      payment_intent: optional(text()),
      reason: optional(oneOf('duplicate', 'fraudulent', 'requested_by_customer')),
      metadata: optional(metadata),
      reverse_transfer: optional(flag),
      refund_application_fee: optional(flag),
    }),
    run(work, params) {
      const charge = chargeToRefund(work, params);
      if (params.reverse_transfer) {
        throw invalid(
          `Cannot reverse transfer on charge ${charge.id} because it does not have an associated transfer.`,
          'reverse_transfer',
        );
      }
      if (params.refund_application_fee) {
        throw invalid(`Charge ${charge.id} has no application fee to refund.`, 'refund_application_fee');
      }
      return refund(work, charge, {
        amount: params.amount,
        reason: params.reason ?? null,
        metadata: params.metadata ?? {},
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/refunds',
    params: paramsOf<Stripe.RefundListParams>()({
      ...listFields,
      charge: optional(text()),
      payment_intent: optional(text()),
    }),
    run(work, params) {
      const { charge, payment_intent } = params;
      return listPage(work, 'refund', '/v1/refunds', params, { charge, payment_intent });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/refunds/:id',
    params: paramsOf<Stripe.RefundRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('refund', idOf(ids)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/refunds/:id',
    params: paramsOf<Stripe.RefundUpdateParams>()({ metadata: optional(metadata) }),
    run(work, params, ids) {
      const found = work.require('refund', idOf(ids));
      const updated = { ...found, metadata: mergeMetadata(found.metadata ?? {}, params.metadata) };
      work.put('refund', found.id, updated);
      work.emit('refund.updated', updated);
      return updated;
    },
  }),
];
