// Checkout sessions: made by the API, paid or abandoned on the hosted page, expired by us or by the clock.
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import { type Card, findCard } from './cards.ts';
import { endpoint, idOf, listFields, listPage, pageOf } from './endpoint.ts';
import { invalid } from './faults.ts';
import {
  currency as currencyRule,
  email,
  flag,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  paramsOf,
  type Read,
  type Rule,
  shape,
  text,
  webAddress,
} from './params.ts';
import { concludeIntent, confirmIntent, openIntent, type Payer } from './payments.ts';
import { confirmSetup, openSetup } from './setup.ts';
import { automaticTax, taxIn } from './tax.ts';
import { type CheckoutPlan, newId, type Work } from './work.ts';

const SHORTEST_LIFE = 30 * 60;
/** How long a bank takes to say whether it pays, in seconds. */
const BANK_TAKES = 3600;
const LONGEST_LIFE = 24 * 60 * 60;
/** What Stripe takes at least, for those currencies where it isn't 0.50. Source: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const LEAST_AMOUNT: Record<string, number> = {
  jpy: 50,
  gbp: 30,
  sek: 300,
  nok: 300,
  dkk: 250,
  mxn: 1000,
  huf: 17500,
  czk: 1500,
  aed: 200,
};
const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

const taxCode: Rule<string> = (value, path) => {
  const given = text()(value, path);
  if (!/^txcd_\d{8}$/.test(given)) throw invalid(`Invalid tax code: ${given}`, path);
  return given;
};

const lineItem = shape({
  price_data: shape({
    currency: currencyRule,
    unit_amount: integer(0, 99_999_999),
    tax_behavior: optional(oneOf('inclusive', 'exclusive', 'unspecified')),
    product_data: shape({
      name: text(),
      tax_code: optional(taxCode),
      description: optional(text()),
      images: optional(list(webAddress)),
      metadata: optional(metadata),
    }),
  }),
  quantity: integer(1, 999_999),
});

const createParams = paramsOf<Stripe.Checkout.SessionCreateParams>()({
  mode: oneOf('payment', 'setup'),
  line_items: optional(list(lineItem, 1)),
  success_url: webAddress,
  cancel_url: optional(webAddress),
  expires_at: optional(integer(0)),
  client_reference_id: optional(text(200)),
  customer: optional(text()),
  customer_email: optional(email),
  customer_creation: optional(oneOf('always', 'if_required')),
  metadata: optional(metadata),
  payment_intent_data: optional(
    shape({
      description: optional(text(1000)),
      metadata: optional(metadata),
      receipt_email: optional(email),
      statement_descriptor_suffix: optional(text(22)),
      transfer_group: optional(text()),
    }),
  ),
  setup_intent_data: optional(shape({ description: optional(text(1000)), metadata: optional(metadata) })),
  automatic_tax: optional(shape({ enabled: flag })),
  currency: optional(currencyRule),
  allowed_payment_method_types: optional(list(oneOf('card'))),
  shipping_address_collection: optional(shape({ allowed_countries: list(text(2), 1) })),
  billing_address_collection: optional(oneOf('auto', 'required')),
  phone_number_collection: optional(shape({ enabled: flag })),
  submit_type: optional(oneOf('auto', 'book', 'donate', 'pay')),
  locale: optional(text(10)),
  ui_mode: optional(oneOf('hosted_page')),
});

export const checkoutEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions',
    params: createParams,
    run(work, params) {
      const { session, plan } = openSession(work, params);
      work.put('checkout.session', session.id, session);
      work.put('checkout_plan', session.id, plan);
      return session;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions',
    params: paramsOf<Stripe.Checkout.SessionListParams>()({
      ...listFields,
      payment_intent: optional(text()),
      status: optional(oneOf('open', 'complete', 'expired')),
    }),
    run(work, params) {
      const { payment_intent, status } = params;
      return listPage(work, 'checkout.session', '/v1/checkout/sessions', params, { payment_intent, status });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    params: paramsOf<Stripe.Checkout.SessionRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('checkout.session', idOf(ids), 'session'),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions/:id',
    params: paramsOf<Stripe.Checkout.SessionUpdateParams>()({ metadata: optional(metadata) }),
    run(work, params, ids) {
      const session = work.require('checkout.session', idOf(ids), 'session');
      const updated = { ...session, metadata: mergeMetadata(session.metadata ?? {}, params.metadata) };
      work.put('checkout.session', session.id, updated);
      return updated;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    params: paramsOf<Stripe.Checkout.SessionExpireParams>()({}),
    run(work, _params, ids) {
      const session = work.require('checkout.session', idOf(ids), 'session');
      if (session.status !== 'open') {
        throw invalid(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
        );
      }
      return close(work, session);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    params: paramsOf<Stripe.Checkout.SessionListLineItemsParams>()({
      limit: listFields.limit,
      starting_after: listFields.starting_after,
      ending_before: listFields.ending_before,
    }),
    run(work, params, ids) {
      const id = idOf(ids);
      work.require('checkout.session', id, 'session');
      return pageOf(work.require('checkout_plan', id).lineItems, `/v1/checkout/sessions/${id}/line_items`, params);
    },
  }),
];

/** Expires every open session whose time is over. Cheap when there is none; called before each request and by a tick. */
export function expireDueSessions(work: Work): void {
  for (const { value: session } of work.list('checkout.session', { where: { status: 'open' } })) {
    if (session.expires_at <= work.now) close(work, session);
  }
}

function close(work: Work, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  const expired: Stripe.Checkout.Session = { ...session, status: 'expired', url: null };
  work.put('checkout.session', session.id, expired);
  work.emit('checkout.session.expired', expired);
  return expired;
}

/**
 * The hosted page's button: tries the card for an open session.
 * @returns the session, complete; or the decline's sentence, with the session still open.
 */
export function paySession(
  work: Work,
  id: string,
  card: Card,
  payer: Payer,
): { session: Stripe.Checkout.Session } | { declined: string } {
  const session = work.require('checkout.session', id, 'session');
  if (session.status !== 'open')
    throw invalid(`This Checkout Session has a status of \`${session.status}\`.`, 'session');
  if (session.mode === 'setup') return saveOnPage(work, session, card, payer);
  if (session.amount_total === null || session.currency === null) throw new Error('a payment session has an amount');
  const intent =
    typeof session.payment_intent === 'string'
      ? work.require('payment_intent', session.payment_intent)
      : openIntent(work, {
          amount: session.amount_total,
          currency: session.currency,
          customer: typeof session.customer === 'string' ? session.customer : null,
          plan: work.require('checkout_plan', id).intent,
        });
  const tried = confirmIntent(work, intent, card, payer);
  if (tried.status === 'processing') {
    work.put('bank_debit', id, {
      session: id,
      due_at: work.now + BANK_TAKES,
      account: card.number,
      state: 'waiting',
    });
    return { session: complete(work, { ...session, payment_intent: tried.id }, payer) };
  }
  if (tried.status !== 'succeeded') {
    work.put('checkout.session', id, { ...session, payment_intent: tried.id });
    return { declined: tried.last_payment_error?.message ?? 'Your card was declined.' };
  }
  return { session: complete(work, { ...session, payment_intent: tried.id, payment_status: 'paid' }, payer) };
}

/** What banks have promised comes, or does not, as far as its time has come. Called by a tick. */
export function collectDebits(work: Work): void {
  for (const { id, value: debit } of work.list('bank_debit', { where: { state: 'waiting' } })) {
    if (debit.due_at > work.now) continue;
    work.put('bank_debit', id, { ...debit, state: 'over' });
    const session = work.require('checkout.session', debit.session);
    const intent = work.require('payment_intent', String(session.payment_intent));
    const card = findCard(debit.account);
    if (card === undefined) throw new Error(`${debit.account} is no test account`);
    const { status } = concludeIntent(work, intent, work.require('charge', String(intent.latest_charge)), card);
    const after = status === 'succeeded' ? { ...session, payment_status: 'paid' as const } : session;
    work.put('checkout.session', session.id, after);
    work.emit(`checkout.session.async_payment_${status === 'succeeded' ? 'succeeded' : 'failed'}`, after);
  }
}

/** The page's button in setup mode: saves the card with the session's customer. */
function saveOnPage(
  work: Work,
  session: Stripe.Checkout.Session,
  card: Card,
  payer: Payer,
): { session: Stripe.Checkout.Session } | { declined: string } {
  const tried = confirmSetup(work, work.require('setup_intent', String(session.setup_intent)), card, payer);
  if (tried.status !== 'succeeded') return { declined: tried.last_setup_error?.message ?? 'Your card was declined.' };
  return { session: complete(work, session, payer) };
}

function complete(work: Work, session: Stripe.Checkout.Session, payer: Payer): Stripe.Checkout.Session {
  const done: Stripe.Checkout.Session = {
    ...session,
    ...taxOf(work, session, payer),
    collected_information: { business_name: null, individual_name: null, shipping_details: payer.shipping },
    customer_details: {
      address: { city: null, country: payer.country, line1: null, line2: null, postal_code: null, state: null },
      business_name: null,
      email: payer.email,
      individual_name: null,
      name: payer.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    },
    status: 'complete',
    url: null,
  };
  work.put('checkout.session', session.id, done);
  work.emit('checkout.session.completed', done);
  return done;
}

/** The tax in what was paid, now that it is known where the buyer is; the lines say it too. */
function taxOf(work: Work, session: Stripe.Checkout.Session, payer: Payer): Partial<Stripe.Checkout.Session> {
  if (!session.automatic_tax.enabled) return {};
  const place = payer.shipping?.address ?? { country: payer.country, state: null };
  const plan = work.require('checkout_plan', session.id);
  const lineItems = plan.lineItems.map((item) => ({ ...item, amount_tax: taxIn(item.amount_total, place) }));
  work.put('checkout_plan', session.id, { ...plan, lineItems });
  const amount_tax = lineItems.reduce((sum, item) => sum + item.amount_tax, 0);
  return {
    automatic_tax: automaticTax(true, 'complete'),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax },
  };
}

type CreateParams = Read<typeof createParams>;
type Item = Read<typeof lineItem>;

function openSession(work: Work, params: CreateParams): { session: Stripe.Checkout.Session; plan: CheckoutPlan } {
  checkMode(params);
  const items = params.line_items ?? [];
  const currency = params.mode === 'setup' ? (params.currency ?? null) : oneCurrency(items);
  const total = items.reduce((sum, item) => sum + item.price_data.unit_amount * item.quantity, 0);
  if (currency !== null && params.mode === 'payment') checkTotal(total, currency);
  if (params.customer !== undefined) {
    work.refer('customer', params.customer, 'customer');
    if (params.customer_email !== undefined) {
      throw invalid('You may only specify one of these parameters: customer, customer_email.', 'customer');
    }
  }
  const expiresAt = params.expires_at ?? work.now + LONGEST_LIFE;
  if (expiresAt < work.now + SHORTEST_LIFE) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (expiresAt > work.now + LONGEST_LIFE) {
    throw invalid(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  }
  const id = newId('cs_test_a1', 56);
  const intent = params.payment_intent_data;
  const plan: CheckoutPlan = {
    lineItems: items.map((item) => lineItemOf(work, item)),
    lineImages: items.map((item) => item.price_data.product_data.images?.[0] ?? null),
    intent: {
      description: intent?.description ?? null,
      metadata: intent?.metadata ?? {},
      receipt_email: intent?.receipt_email ?? null,
      statement_descriptor_suffix: intent?.statement_descriptor_suffix ?? null,
      transfer_group: intent?.transfer_group ?? null,
    },
  };
  const setup = params.mode === 'setup' ? openSetup(work, params.customer ?? null, params.setup_intent_data) : null;
  return { session: sessionOf(work, id, params, { currency, total, expiresAt, setup }), plan };
}

function sessionOf(
  work: Work,
  id: string,
  params: CreateParams,
  sums: { currency: string | null; total: number; expiresAt: number; setup: Stripe.SetupIntent | null },
): Stripe.Checkout.Session {
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: sums.setup ? null : sums.total,
    amount_total: sums.setup ? null : sums.total,
    automatic_tax: automaticTax(params.automatic_tax?.enabled ?? false, 'requires_location_inputs'),
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: work.now,
    currency: sums.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: params.customer ?? null,
    customer_account: null,
    customer_creation: params.customer === undefined ? (params.customer_creation ?? 'if_required') : null,
    customer_details: null,
    customer_email: params.customer_email ?? null,
    discounts: [],
    expires_at: sums.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: params.locale ?? null,
    managed_payments: null,
    metadata: params.metadata ?? {},
    mode: params.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: sums.setup ? 'always' : 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: sums.currency === 'usd' && !sums.setup ? ['card', 'us_bank_account'] : ['card'],
    payment_status: sums.setup ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: sums.setup?.id ?? null,
    shipping_address_collection: shippingOf(params.shipping_address_collection?.allowed_countries),
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null,
    success_url: params.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${work.pages}/pay/${id}`,
    wallet_options: null,
  };
}

/** Each mode takes its own parameters. */
function checkMode(params: CreateParams): void {
  if (params.mode === 'payment') {
    if (params.line_items === undefined) {
      throw invalid('You must pass `line_items` in `payment` mode.', 'line_items', 'parameter_missing');
    }
    if (params.setup_intent_data !== undefined) {
      throw invalid('You can not pass `setup_intent_data` in `payment` mode.', 'setup_intent_data');
    }
    if (params.automatic_tax?.enabled) checkTaxable(params.line_items);
    return;
  }
  for (const name of ['line_items', 'payment_intent_data', 'shipping_address_collection', 'submit_type'] as const) {
    if (params[name] !== undefined) throw invalid(`You can not pass \`${name}\` in \`setup\` mode.`, name);
  }
  if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
    throw invalid(
      'You must pass `currency` in `setup` mode when `allowed_payment_method_types` is not set.',
      'currency',
      'parameter_missing',
    );
  }
}

/** Stripe adds exclusive tax to the total; here it is only ever within a price. */
function checkTaxable(items: readonly Item[]): void {
  for (const [index, { price_data }] of items.entries()) {
    if (price_data.tax_behavior === 'inclusive') continue;
    throw invalid('The sandbox computes tax that prices include.', `line_items[${index}][price_data][tax_behavior]`);
  }
}

function shippingOf(countries: string[] | undefined): Stripe.Checkout.Session.ShippingAddressCollection | null {
  if (countries === undefined) return null;
  for (const [index, country] of countries.entries()) {
    if (!/^[A-Z]{2}$/.test(country)) {
      throw invalid(`Invalid country: ${country}`, `shipping_address_collection[allowed_countries][${index}]`);
    }
  }
  return { allowed_countries: countries };
}

function oneCurrency(items: readonly Item[]): string {
  const [first, ...others] = items.map((item) => item.price_data.currency);
  if (first === undefined || others.some((other) => other !== first)) {
    throw invalid('All prices on a Checkout session must have the same currency.', 'line_items');
  }
  return first;
}

function checkTotal(total: number, currency: string): void {
  const least = LEAST_AMOUNT[currency] ?? (THREE_DECIMALS.has(currency) ? 500 : 50);
  if (total < least) {
    throw invalid(
      `The Checkout Session's total amount due must add up to at least ${least} of the smallest unit of ${currency}`,
      undefined,
      'amount_too_small',
    );
  }
  if (total > 99_999_999)
    throw invalid('The amount due must be no more than 999,999.99', undefined, 'amount_too_large');
  if (THREE_DECIMALS.has(currency) && total % 10 !== 0) {
    throw invalid(`Invalid amount: amounts in ${currency} must end in 0.`, 'line_items', 'invalid_charge_amount');
  }
}

function lineItemOf(work: Work, item: Item): Stripe.LineItem {
  const { price_data, quantity } = item;
  const amount = price_data.unit_amount * quantity;
  const price: Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string } = {
    id: newId('price_1'),
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: work.now,
    currency: price_data.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: newId('prod_', 14),
    recurring: null,
    tax_behavior: price_data.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: price_data.unit_amount,
    unit_amount_decimal: String(price_data.unit_amount),
  };
  return {
    id: newId('li_1'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price_data.currency,
    description: price_data.product_data.name,
    metadata: {},
    // On the wire a decimal is text; the SDK's type describes it after the SDK has read it.
    price: price as unknown as Stripe.Price,
    quantity,
  };
}
