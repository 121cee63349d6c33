// Stripe behind the settlement's shape, through its official SDK. One charge on the platform, transfers when released.
import { DomainError } from '@videowindow/contract';
import type { Address } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import Stripe from 'stripe';
import { createProvider, type Provider } from '#platform/resilience';
import {
  type EventEndpoint,
  type ProviderAccount,
  type ProviderEvent,
  type RefundState,
  Refused,
  type Session,
  type SettlementStrategy,
} from './settlement.ts';
import { stripeBooks } from './stripe-books.ts';

export type StripeSettings = {
  secretKey: string;
  /** Signing secrets in force for each webhook endpoint; two while one is rolled. */
  webhookSecrets: Readonly<Record<EventEndpoint, readonly string[]>>;
  /** How long a call may take, in ms; 5,000 when not given. */
  timeoutMs?: number;
  /** Another address than Stripe's own, asked at the first call: a stand-in's port is not known earlier. */
  target?: () => { host: string; port: number; protocol: 'http' | 'https'; fetch: typeof fetch };
};

const TIMEOUT_MS = 5000;
/** Files of some megabytes, from where lines are thin. */
const UPLOAD_TIMEOUT_MS = 60_000;
const SIGNATURE_TOLERANCE_S = 300;
/** ISO 4217 says no decimals, Stripe's API says two. Source: docs.stripe.com/currencies#special-cases */
const TWO_DECIMALS_AT_STRIPE = new Set(['ISK', 'UGX']);
/** Source: docs.stripe.com/tax/tax-codes */
const TAX_CODE_OF_SHIPPING = 'txcd_92010001';
/** How far a session is looked into: the charge and what Stripe took of it. */
const EXPAND = ['payment_intent.latest_charge.balance_transaction'];

export const createStripe = (settings: StripeSettings): SettlementStrategy => {
  const timeoutMs = settings.timeoutMs ?? TIMEOUT_MS;
  const uploadMs = settings.timeoutMs ?? UPLOAD_TIMEOUT_MS;
  const provider = createProvider('stripe', { timeoutMs, isAnswer: isRefusal, isBusy: isSameRunning });
  const uploads = createProvider('stripe', { timeoutMs: uploadMs, isAnswer: isRefusal });
  let client: Stripe | null = null;
  const stripe = (): Stripe => {
    client ??= connect(settings);
    return client;
  };

  /** Runs a call under a policy; what Stripe refuses is told as Refused. */
  const under = async <T>(policy: Provider, work: (stripe: Stripe) => Promise<T>): Promise<T> => {
    try {
      return await policy.call(() => work(stripe()));
    } catch (error) {
      // This key did something else before: what became of it is not known, so it is no refusal.
      if (error instanceof Stripe.errors.StripeIdempotencyError) throw new Error(error.message, { cause: error });
      if (error instanceof Stripe.errors.StripeError) throw new Refused(error.message, error.code ?? null);
      throw error;
    }
  };

  const call = <T>(work: (stripe: Stripe) => Promise<T>) => under(provider, work);
  const callSlowly = <T>(work: (stripe: Stripe, timeout: number) => Promise<T>) =>
    under(uploads, (stripe) => work(stripe, uploadMs));

  const readSession = async (id: string) =>
    sessionOf(await call((stripe) => stripe.checkout.sessions.retrieve(id, { expand: EXPAND })));

  return {
    ...stripeBooks({ call, callSlowly, fromStripe, ourId }),
    async openSession(payment, request) {
      const session = await call((stripe) =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            client_reference_id: payment.id,
            customer_email: request.email,
            line_items: request.lines.map(({ label, amount, isShipping }) => ({
              quantity: 1,
              price_data: {
                currency: amount.currency.toLowerCase(),
                unit_amount: toStripe(amount),
                // What kind of thing a piece is, where its rate differs, is the preset of Stripe's own tax settings.
                product_data: {
                  name: label,
                  ...(request.taxed && isShipping ? { tax_code: TAX_CODE_OF_SHIPPING } : {}),
                },
                ...(request.taxed ? { tax_behavior: 'inclusive' as const } : {}),
              },
            })),
            ...(request.taxed ? { automatic_tax: { enabled: true } } : {}),
            payment_intent_data: {
              transfer_group: payment.lockId,
              metadata: { payment: payment.id, lock: payment.lockId },
            },
            ...(request.shipsTo === null
              ? {}
              : { shipping_address_collection: { allowed_countries: [...request.shipsTo] } }),
            success_url: request.successUrl.replace('{SESSION}', '{CHECKOUT_SESSION_ID}'),
            cancel_url: request.cancelUrl,
            expires_at: Math.floor(Date.parse(request.endsAt) / 1000),
            metadata: { payment: payment.id, lock: payment.lockId },
          },
          { idempotencyKey: `payment-${payment.id}-session` },
        ),
      );
      return sessionOf(session);
    },
    readSession,
    async expireSession(id) {
      try {
        return sessionOf(await call((stripe) => stripe.checkout.sessions.expire(id, { expand: EXPAND })));
      } catch (error) {
        // Stripe expires open sessions only; how it stands instead is what counts.
        if (error instanceof Refused) return await readSession(id);
        throw error;
      }
    },
    async refund({ id, attempt, intentId, amount }) {
      const made = await call((stripe) =>
        stripe.refunds.create(
          { payment_intent: intentId, amount: toStripe(amount), metadata: { refund: id } },
          { idempotencyKey: keyOf('refund', id, attempt) },
        ),
      );
      return { id: made.id, state: refundStateOf(made.status) };
    },
    async readRefund(refundId) {
      const found = await call((stripe) => stripe.refunds.retrieve(refundId));
      return { id: found.id, refund: ourId(found.metadata?.refund), state: refundStateOf(found.status) };
    },
    async transfer({ id, attempt, chargeId, accountId, amount, orderId }) {
      const made = await call((stripe) =>
        stripe.transfers.create(
          {
            amount: toStripe(amount),
            currency: amount.currency.toLowerCase(),
            destination: accountId,
            ...(chargeId && { source_transaction: chargeId }),
            metadata: { transfer: id, order: orderId },
          },
          { idempotencyKey: keyOf('transfer', id, attempt) },
        ),
      );
      return { id: made.id };
    },
    async reverseTransfer({ id, attempt, transferId, amount }) {
      const made = await call((stripe) =>
        stripe.transfers.createReversal(
          transferId,
          { amount: toStripe(amount), metadata: { reversal: id } },
          { idempotencyKey: keyOf('reversal', id, attempt) },
        ),
      );
      return { id: made.id };
    },
    async accountBalance(accountId, currency) {
      const { available } = await call((stripe) => stripe.balance.retrieve({}, { stripeAccount: accountId }));
      const held = available.find((each) => each.currency === currency.toLowerCase());
      return fromStripe(held?.amount ?? 0, currency);
    },
    async createCustomer(person) {
      const made = await call((stripe) =>
        stripe.customers.create(
          { email: person.email, metadata: { person: person.id } },
          { idempotencyKey: `customer-${person.id}` },
        ),
      );
      return made.id;
    },
    async openSetup({ id, customerId }, urls) {
      const { url } = await call((stripe) =>
        stripe.checkout.sessions.create(
          {
            mode: 'setup',
            customer: customerId,
            allowed_payment_method_types: ['card'],
            success_url: urls.success,
            cancel_url: urls.cancel,
          },
          { idempotencyKey: `card-${id}` },
        ),
      );
      if (!url) throw new Error(`a page to save a card on has no address`);
      return url;
    },
    async readSetup(setupId) {
      const { status, payment_method } = await call((stripe) => stripe.setupIntents.retrieve(setupId));
      return status === 'succeeded' && typeof payment_method === 'string' ? payment_method : null;
    },
    async readCard(cardId) {
      const { id, card, customer } = await call((stripe) => stripe.paymentMethods.retrieve(cardId));
      if (!card) return null;
      return {
        id,
        customerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
        brand: card.brand,
        last4: card.last4,
        expYear: card.exp_year,
        expMonth: card.exp_month,
        fingerprint: card.fingerprint ?? null,
      };
    },
    async detachCard(cardId) {
      await call((stripe) => stripe.paymentMethods.detach(cardId));
    },
    async createAccount(maker) {
      const account = await call((stripe) =>
        stripe.accounts.create(
          {
            type: 'express',
            email: maker.email,
            capabilities: { transfers: { requested: true }, card_payments: { requested: true } },
            metadata: { maker: maker.id },
          },
          { idempotencyKey: `account-${maker.id}` },
        ),
      );
      return accountOf(account);
    },
    readAccount: async (id) => accountOf(await call((stripe) => stripe.accounts.retrieve(id))),
    async accountLink(account, { returnTo, refresh }) {
      const link = await call((stripe) =>
        stripe.accountLinks.create({
          account,
          type: 'account_onboarding',
          return_url: returnTo,
          refresh_url: refresh,
        }),
      );
      return link.url;
    },
    readWebhook(endpoint, body, signature) {
      for (const secret of settings.webhookSecrets[endpoint]) {
        try {
          return eventOf(Stripe.webhooks.constructEvent(body, signature, secret, SIGNATURE_TOLERANCE_S));
        } catch (error) {
          if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
        }
      }
      throw new Refused('this is not signed by Stripe, or too long ago', null);
    },
    async *eventsSince(seconds, stripeAccount) {
      let after: string | undefined;
      do {
        const page = await call((stripe) =>
          stripe.events.list(
            { created: { gte: seconds }, limit: 100, ...(after ? { starting_after: after } : {}) },
            stripeAccount === null ? {} : { stripeAccount },
          ),
        );
        // Asked in an account's name, Stripe need not repeat whose events they are.
        yield* page.data.map((event) => ({ ...eventOf(event), account: event.account ?? stripeAccount }));
        after = page.has_more ? page.data.at(-1)?.id : undefined;
      } while (after !== undefined);
    },
  };
};

/** Stripe answers a key as it did before, refusals too: a try after a refusal needs another one. */
const keyOf = (kind: string, id: string, attempt: number): string =>
  attempt === 0 ? `${kind}-${id}` : `${kind}-${id}-${attempt}`;

const connect = (settings: StripeSettings): Stripe => {
  const target = settings.target?.();
  return new Stripe(settings.secretKey, {
    timeout: settings.timeoutMs ?? TIMEOUT_MS,
    // Tries, time-outs and the breaker are the resilience room's, in one place.
    maxNetworkRetries: 0,
    telemetry: false,
    ...(target
      ? {
          host: target.host,
          port: target.port,
          protocol: target.protocol,
          httpClient: Stripe.createFetchHttpClient(target.fetch),
        }
      : {}),
  });
};

/** Whether Stripe has understood and refused. A conflict, a rate limit and everything of 500 and above is no answer. */
const isRefusal = (error: unknown): boolean => {
  if (error instanceof DomainError) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 && status !== 409 && status !== 429;
};

/** The same call is still running, asked by another of our processes: its answer comes in a moment. */
const isSameRunning = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.statusCode === 409;

const toStripe = ({ amount, currency }: Money): number =>
  TWO_DECIMALS_AT_STRIPE.has(currency) ? amount * 100 : amount;

const fromStripe = (amount: number, currency: string): Money => {
  const code = currency.toUpperCase();
  return money(TWO_DECIMALS_AT_STRIPE.has(code) ? amount / 100 : amount, code);
};

/** An expanded member, or null while it is an id or absent. */
const expanded = <T extends object>(value: string | T | null | undefined): T | null =>
  typeof value === 'object' ? (value ?? null) : null;

const sessionOf = (session: Stripe.Checkout.Session): Session => {
  const intent = expanded(session.payment_intent);
  const charge = expanded(intent?.latest_charge);
  const taken = expanded(charge?.balance_transaction);
  const paid = session.payment_status === 'paid';
  const total = session.amount_total ?? 0;
  const status = statusOf(session);
  return {
    id: session.id,
    paymentId: ourId(session.client_reference_id),
    url: session.url,
    endsAt: new Date(session.expires_at * 1000),
    status,
    paid,
    // A bank's promise that was not kept: the session stays complete, its intent wants another way to pay.
    failed:
      status === 'complete' && !paid && (intent?.status === 'requires_payment_method' || intent?.status === 'canceled'),
    // The intent knows what really came; the session, what was asked.
    received: paid ? fromStripe(intent?.amount_received ?? total, intent?.currency ?? session.currency ?? '') : null,
    intentId: intent?.id ?? (typeof session.payment_intent === 'string' ? session.payment_intent : null),
    chargeId: charge?.id ?? null,
    cardPrint: charge?.payment_method_details?.card?.fingerprint ?? null,
    fee: taken ? fromStripe(taken.fee, taken.currency) : null,
    address: addressOf(session),
    tax:
      paid && session.automatic_tax.enabled
        ? fromStripe(session.total_details?.amount_tax ?? 0, session.currency ?? '')
        : null,
    method: charge?.payment_method_details?.type ?? null,
  };
};

/** An id that we gave; what other programs on the same account wrote there is none of ours. */
const ourId = (text: string | null | undefined): string | null =>
  text && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;

/** Stripe may add words to its lists; one that we don't know is not guessed at. */
const statusOf = ({ id, status }: Stripe.Checkout.Session): Session['status'] => {
  const known = (['open', 'complete', 'expired'] as const).find((word) => word === status);
  if (!known) throw new Error(`checkout session ${id} has a status that is not known: ${status}`);
  return known;
};

const addressOf = (session: Stripe.Checkout.Session): Address | null => {
  const shipping = session.collected_information?.shipping_details;
  if (!shipping) return null;
  const { name, address } = shipping;
  return {
    name,
    line1: address.line1 ?? '',
    line2: address.line2,
    city: address.city ?? '',
    region: address.state,
    postalCode: address.postal_code,
    country: address.country ?? '',
  };
};

/** Other reasons ask for papers only, which the requirements say. Source: docs.stripe.com/connect/handling-api-verification */
const barredBy = (reason: string | null): string | null =>
  reason !== null && /^(listed|under_review|rejected\..+)$/.test(reason) ? reason : null;

const accountOf = (account: Stripe.Account): ProviderAccount => ({
  id: account.id,
  submitted: account.details_submitted,
  canReceive: account.capabilities?.transfers === 'active',
  canPayOut: account.payouts_enabled,
  requirementsDue: account.requirements?.currently_due ?? [],
  barred: barredBy(account.requirements?.disabled_reason ?? null),
});

const eventOf = (event: Stripe.Event): ProviderEvent => {
  const { object } = event.data;
  return {
    id: event.id,
    type: event.type,
    subject: 'id' in object && typeof object.id === 'string' ? object.id : null,
    account: event.account ?? null,
    created: event.created,
  };
};

const refundStateOf = (status: string | null): RefundState => {
  if (status === 'succeeded') return 'sent';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
};
