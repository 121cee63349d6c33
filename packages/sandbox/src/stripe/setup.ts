// Setup intents and payment methods: cards that are saved on the hosted page for later.
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import { type Card, fingerprintOf } from './cards.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid } from './faults.ts';
import { metadata, oneOf, optional, paramsOf, text } from './params.ts';
import type { Payer } from './payments.ts';
import { newId, type Work } from './work.ts';

/** A setup intent that waits for a card, as a checkout session in setup mode has one from the start. */
export function openSetup(
  work: Work,
  customer: string | null,
  wanted: { description?: string | undefined; metadata?: Record<string, string> | undefined } = {},
): Stripe.SetupIntent {
  const id = newId('seti_1');
  const intent: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${newId('', 25)}`,
    created: work.now,
    customer,
    customer_account: null,
    description: wanted.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: wanted.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
  };
  work.put('setup_intent', id, intent);
  work.emit('setup_intent.created', intent);
  return intent;
}

/** Tries to save the card: it is attached to the customer, or its bank says no. */
export function confirmSetup(work: Work, intent: Stripe.SetupIntent, card: Card, payer: Payer): Stripe.SetupIntent {
  const refused = card.savable ? null : card.decline;
  if (refused !== null) {
    const failed: Stripe.SetupIntent = {
      ...intent,
      last_setup_error: {
        code: refused.code,
        decline_code: refused.declineCode,
        doc_url: `https://stripe.com/docs/error-codes/${refused.code.replaceAll('_', '-')}`,
        message: refused.message,
        type: 'card_error',
      },
    };
    work.put('setup_intent', intent.id, failed);
    work.emit('setup_intent.setup_failed', failed);
    return failed;
  }
  const method = methodOf(work, card, payer, typeof intent.customer === 'string' ? intent.customer : null);
  work.put('payment_method', method.id, method);
  if (method.customer !== null) work.emit('payment_method.attached', method);
  const done: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: null,
    payment_method: method.id,
    status: 'succeeded',
  };
  work.put('setup_intent', intent.id, done);
  work.emit('setup_intent.succeeded', done);
  return done;
}

function methodOf(work: Work, card: Card, payer: Payer, customer: string | null): Stripe.PaymentMethod {
  return {
    id: newId('pm_1'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: { city: null, country: payer.country, line1: null, line2: null, postal_code: null, state: null },
      email: payer.email,
      name: payer.name,
      phone: null,
      tax_id: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: 12,
      exp_year: 2034,
      fingerprint: fingerprintOf(card),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: work.now,
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}

function change(work: Work, type: Stripe.Event.Type, method: Stripe.PaymentMethod): Stripe.PaymentMethod {
  work.put('payment_method', method.id, method);
  work.emit(type, method);
  return method;
}

export const setupEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/setup_intents',
    params: paramsOf<Stripe.SetupIntentListParams>()({
      ...listFields,
      customer: optional(text()),
      payment_method: optional(text()),
    }),
    run(work, params) {
      const { customer, payment_method } = params;
      return listPage(work, 'setup_intent', '/v1/setup_intents', params, { customer, payment_method });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/setup_intents/:id',
    params: paramsOf<Stripe.SetupIntentRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('setup_intent', idOf(ids), 'intent'),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods',
    params: paramsOf<Stripe.PaymentMethodListParams>()({
      limit: listFields.limit,
      starting_after: listFields.starting_after,
      ending_before: listFields.ending_before,
      customer: optional(text()),
      type: optional(oneOf('card')),
    }),
    run(work, params) {
      const { customer, type } = params;
      return listPage(work, 'payment_method', '/v1/payment_methods', params, { customer, type });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers/:customer/payment_methods',
    params: paramsOf<Stripe.CustomerListPaymentMethodsParams>()({
      limit: listFields.limit,
      starting_after: listFields.starting_after,
      ending_before: listFields.ending_before,
      type: optional(oneOf('card')),
    }),
    run(work, params, ids) {
      const customer = idOf(ids, 'customer');
      work.require('customer', customer, 'customer');
      const url = `/v1/customers/${customer}/payment_methods`;
      return listPage(work, 'payment_method', url, params, { customer, type: params.type });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    params: paramsOf<Stripe.PaymentMethodRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('payment_method', idOf(ids), 'payment_method'),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods/:id',
    params: paramsOf<Stripe.PaymentMethodUpdateParams>()({ metadata: optional(metadata) }),
    run(work, params, ids) {
      const found = work.require('payment_method', idOf(ids), 'payment_method');
      return change(work, 'payment_method.updated', {
        ...found,
        metadata: mergeMetadata(found.metadata ?? {}, params.metadata),
      });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    params: paramsOf<Stripe.PaymentMethodDetachParams>()({}),
    run(work, _params, ids) {
      const found = work.require('payment_method', idOf(ids), 'payment_method');
      if (found.customer === null) {
        throw invalid(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
          'payment_method',
        );
      }
      return change(work, 'payment_method.detached', { ...found, customer: null });
    },
  }),
];
