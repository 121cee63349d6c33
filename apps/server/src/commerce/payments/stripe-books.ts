// Stripe's payouts, disputes and balance transactions behind the settlement's shape.
import type { PayoutState } from '@videowindow/contract/machines/payout';
import { type Money, money } from '@videowindow/contract/money';
import type Stripe from 'stripe';
import type {
  EvidenceFiles,
  EvidenceParts,
  Movement,
  ProviderBooks,
  ProviderDispute,
  ProviderPayout,
} from './settlement-books.ts';

type Parts = {
  call<T>(work: (stripe: Stripe) => Promise<T>): Promise<T>;
  /** The same for what takes long. */
  callSlowly<T>(work: (stripe: Stripe, timeout: number) => Promise<T>): Promise<T>;
  /** Stripe's minor units as ours. */
  fromStripe(amount: number, currency: string): Money;
  /** An id that we gave; null for what others wrote there. */
  ourId(text: string | null | undefined): string | null;
};

const PAGE = 100;
/** Stripe takes 20,000 characters for free text. */
const LONGEST_TEXT = 20_000;

export const stripeBooks = ({ call, callSlowly, fromStripe, ourId }: Parts): ProviderBooks => {
  const payoutOf = (payout: Stripe.Payout): ProviderPayout => ({
    id: payout.id,
    amount: fromStripe(payout.amount, payout.currency),
    state: payoutStateOf(payout),
    madeAt: new Date(payout.created * 1000),
    arrivesAt: new Date(payout.arrival_date * 1000),
    failure: payout.failure_message ?? payout.failure_code,
  });

  const disputeOf = (dispute: Stripe.Dispute): ProviderDispute => {
    const { currency } = dispute;
    const sum = (pick: (transaction: Stripe.BalanceTransaction) => number) =>
      fromStripe(
        dispute.balance_transactions.reduce((all, transaction) => all + pick(transaction), 0),
        currency,
      );
    return {
      id: dispute.id,
      chargeId: typeof dispute.charge === 'string' ? dispute.charge : dispute.charge.id,
      paymentId: typeof dispute.charge === 'string' ? null : ourId(dispute.charge.metadata.payment),
      amount: fromStripe(dispute.amount, currency),
      reason: dispute.reason,
      stand: standOf(dispute.status),
      inquiry: dispute.status.startsWith('warning_'),
      evidenceDue: dispute.evidence_details.due_by === null ? null : new Date(dispute.evidence_details.due_by * 1000),
      openedAt: new Date(dispute.created * 1000),
      taken: sum(({ amount }) => Math.max(0, -amount)),
      givenBack: sum(({ amount }) => Math.max(0, amount)),
      fee: sum(({ fee }) => fee),
    };
  };

  return {
    readPayout: async (stripeAccount, id) =>
      payoutOf(await call((stripe) => stripe.payouts.retrieve(id, {}, { stripeAccount }))),
    async payoutsOf(stripeAccount) {
      const page = await call((stripe) => stripe.payouts.list({ limit: PAGE }, { stripeAccount }));
      return page.data.map(payoutOf);
    },
    readDispute: async (id) => disputeOf(await call((stripe) => stripe.disputes.retrieve(id, { expand: ['charge'] }))),
    uploadEvidence: async ({ name, bytes }) => {
      const file = { name, data: bytes, type: 'application/pdf' };
      const made = await callSlowly((stripe, timeout) =>
        stripe.files.create({ purpose: 'dispute_evidence', file }, { timeout }),
      );
      return made.id;
    },
    submitEvidence: async (id, { key, evidence, files }) =>
      disputeOf(
        await call((stripe) =>
          stripe.disputes.update(
            id,
            { evidence: { ...evidenceOf(evidence), ...filesOf(files) }, submit: true },
            // Evidence is sent once; a repeat is the same call.
            { idempotencyKey: `dispute-${key}-evidence` },
          ),
        ),
      ),
    async *movementsSince(seconds) {
      let after: string | undefined;
      do {
        const page = await call((stripe) =>
          stripe.balanceTransactions.list({
            created: { gte: seconds },
            limit: PAGE,
            ...(after ? { starting_after: after } : {}),
          }),
        );
        for (const one of page.data) yield movementOf(one, fromStripe);
        after = page.has_more ? page.data.at(-1)?.id : undefined;
      } while (after !== undefined);
    },
    async holdings() {
      const balance = await call((stripe) => stripe.balance.retrieve());
      const sums = new Map<string, number>();
      for (const { amount, currency } of [...balance.available, ...balance.pending]) {
        const held = fromStripe(amount, currency);
        sums.set(held.currency, (sums.get(held.currency) ?? 0) + held.amount);
      }
      return [...sums].map(([currency, amount]) => money(amount, currency));
    },
  };
};

const movementOf = (transaction: Stripe.BalanceTransaction, fromStripe: Parts['fromStripe']): Movement => {
  const { id, type, source, amount, fee, net, currency, created } = transaction;
  return {
    id,
    type,
    source: typeof source === 'string' ? source : (source?.id ?? null),
    amount: fromStripe(amount, currency),
    fee: fromStripe(fee, currency),
    net: fromStripe(net, currency),
    at: new Date(created * 1000),
  };
};

/** Stripe may add words to its lists; one that we don't know is not guessed at. */
const payoutStateOf = ({ id, status }: Stripe.Payout): PayoutState => {
  const known = (['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const).find((word) => word === status);
  if (!known) throw new Error(`payout ${id} has a status that is not known: ${status}`);
  return known;
};

const STANDS: Readonly<Record<string, ProviderDispute['stand']>> = {
  needs_response: 'open',
  warning_needs_response: 'open',
  under_review: 'submitted',
  warning_under_review: 'submitted',
  appeal_needs_response: 'submitted',
  appeal_under_review: 'submitted',
  won: 'won',
  lost: 'lost',
  warning_closed: 'closed',
  prevented: 'closed',
};

const standOf = (status: string): ProviderDispute['stand'] => {
  const stand = STANDS[status];
  if (!stand) throw new Error(`a dispute has a status that is not known: ${status}`);
  return stand;
};

const evidenceOf = (parts: EvidenceParts): Stripe.DisputeUpdateParams.Evidence => {
  const texts = {
    product_description: parts.productDescription,
    customer_name: parts.customerName,
    shipping_carrier: parts.shippingCarrier,
    shipping_tracking_number: parts.shippingTrackingNumber,
    shipping_date: parts.shippingDate,
    shipping_address: parts.shippingAddress,
    refund_policy_disclosure: parts.refundPolicy,
    uncategorized_text: parts.story,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [[name, text.slice(0, LONGEST_TEXT)]])),
  );
};

const filesOf = ({ sending, correspondence, pictures }: EvidenceFiles): Stripe.DisputeUpdateParams.Evidence => ({
  ...(sending && { shipping_documentation: sending }),
  ...(correspondence && { customer_communication: correspondence }),
  ...(pictures && { uncategorized_file: pictures }),
});
