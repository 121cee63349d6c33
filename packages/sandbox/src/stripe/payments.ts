// Payment intents and charges.
import type Stripe from 'stripe';
import { type Card, fingerprintOf } from './cards.ts';
import { openDispute } from './disputes.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { book, cardFee, settlesAt } from './money.ts';
import { optional, paramsOf, text } from './params.ts';
import { type CheckoutPlan, newId, type Work } from './work.ts';

export interface Payer {
  readonly email: string;
  readonly name: string;
  readonly country: string;
  readonly shipping: { name: string; address: Stripe.Address } | null;
}

/** A payment intent that waits for a card, as a checkout session makes one when its form is first sent. */
export function openIntent(
  work: Work,
  wanted: { amount: number; currency: string; customer: string | null; plan: CheckoutPlan['intent'] },
): Stripe.PaymentIntent {
  const id = newId('pi_3');
  const intent: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: wanted.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${newId('', 25)}`,
    confirmation_method: 'automatic',
    created: work.now,
    currency: wanted.currency,
    customer: wanted.customer,
    customer_account: null,
    description: wanted.plan.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: wanted.plan.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: wanted.currency === 'usd' ? ['card', 'us_bank_account'] : ['card'],
    payment_record: null,
    processing: null,
    receipt_email: wanted.plan.receipt_email,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: wanted.plan.statement_descriptor_suffix,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: wanted.plan.transfer_group,
  };
  work.put('payment_intent', id, intent);
  work.emit('payment_intent.created', intent);
  return intent;
}

/** Tries the card: the charge succeeds or fails, the intent follows, the balance and the events too. A bank only promises. */
export function confirmIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  card: Card,
  payer: Payer,
): Stripe.PaymentIntent {
  const charge = chargeOf(work, intent, card, payer);
  const tried = { ...intent, latest_charge: charge.id, shipping: payer.shipping };
  if (card.later === undefined) return concludeIntent(work, tried, charge, card);
  const waiting: Stripe.PaymentIntent = { ...tried, payment_method: charge.payment_method, status: 'processing' };
  work.put('charge', charge.id, charge);
  work.emit('charge.pending', charge);
  work.put('payment_intent', intent.id, waiting);
  work.emit('payment_intent.processing', waiting);
  return waiting;
}

/** The money comes, or it is known that it does not. */
export function concludeIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  pending: Stripe.Charge,
  card: Card,
): Stripe.PaymentIntent {
  const declined = card.decline;
  const paid = declined === null;
  const transaction = paid
    ? book(work, {
        amount: intent.amount,
        currency: intent.currency,
        type: 'charge',
        category: 'charge',
        source: pending.id,
        description: intent.description,
        fee: cardFee(intent.amount),
        availableOn: settlesAt(work.now),
      })
    : null;
  const charge = concluded(pending, card, transaction?.id ?? null);
  work.put('charge', charge.id, charge);
  work.emit(paid ? 'charge.succeeded' : 'charge.failed', charge);

  const updated: Stripe.PaymentIntent = {
    ...intent,
    amount_received: paid ? intent.amount : 0,
    last_payment_error:
      declined === null
        ? null
        : {
            charge: charge.id,
            code: declined.code,
            decline_code: declined.declineCode,
            doc_url: `https://stripe.com/docs/error-codes/${declined.code.replaceAll('_', '-')}`,
            message: declined.message,
            type: 'card_error',
          },
    payment_method: paid ? charge.payment_method : null,
    status: paid ? 'succeeded' : 'requires_payment_method',
  };
  work.put('payment_intent', intent.id, updated);
  work.emit(paid ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', updated);
  if (paid && card.dispute) openDispute(work, charge, card.dispute);
  return updated;
}

/** A charge whose bank has not answered yet. */
function chargeOf(work: Work, intent: Stripe.PaymentIntent, card: Card, payer: Payer): Stripe.Charge {
  return {
    id: newId('ch_3'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      address: { city: null, country: payer.country, line1: null, line2: null, postal_code: null, state: null },
      email: payer.email,
      name: payer.name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: 'SANDBOX',
    captured: false,
    created: work.now,
    currency: intent.currency,
    customer: typeof intent.customer === 'string' ? intent.customer : null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: newId('pm_1'),
    payment_method_details:
      card.later === undefined ? null : { type: 'us_bank_account', us_bank_account: bankDetails(card) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: payer.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: 'pending',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

function concluded(charge: Stripe.Charge, card: Card, balanceTransaction: string | null): Stripe.Charge {
  const paid = card.decline === null;
  return {
    ...charge,
    amount_captured: paid ? charge.amount : 0,
    balance_transaction: balanceTransaction,
    captured: paid,
    failure_code: card.decline?.code ?? null,
    failure_message: card.decline?.message ?? null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: paid ? 'approved_by_network' : 'declined_by_network',
      reason: card.decline?.declineCode ?? null,
      risk_level: 'normal',
      risk_score: 12,
      seller_message: paid ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: paid ? 'authorized' : 'issuer_declined',
    },
    paid,
    payment_method_details: charge.payment_method_details ?? {
      card: cardDetails(charge.amount, card, paid),
      type: 'card',
    },
    status: paid ? 'succeeded' : 'failed',
    transfer_group: charge.transfer_group ?? (paid ? `group_${String(charge.payment_intent)}` : null),
  };
}

function bankDetails(card: Card): Stripe.Charge.PaymentMethodDetails.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    fingerprint: fingerprintOf(card),
    last4: card.number.slice(-4),
    payment_reference: null,
    routing_number: '110000000',
  };
}

function cardDetails(amount: number, card: Card, paid: boolean): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: paid ? amount : null,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: fingerprintOf(card),
    funding: 'credit',
    installments: null,
    last4: card.number.slice(-4),
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}

export const paymentEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/payment_intents',
    params: paramsOf<Stripe.PaymentIntentListParams>()({ ...listFields, customer: optional(text()) }),
    run: (work, params) =>
      listPage(work, 'payment_intent', '/v1/payment_intents', params, { customer: params.customer }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    params: paramsOf<Stripe.PaymentIntentRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('payment_intent', idOf(ids), 'intent'),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/charges',
    params: paramsOf<Stripe.ChargeListParams>()({
      ...listFields,
      customer: optional(text()),
      payment_intent: optional(text()),
      transfer_group: optional(text()),
    }),
    run(work, params) {
      const { customer, payment_intent, transfer_group } = params;
      return listPage(work, 'charge', '/v1/charges', params, { customer, payment_intent, transfer_group });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/charges/:id',
    params: paramsOf<Stripe.ChargeRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('charge', idOf(ids)),
  }),
];
