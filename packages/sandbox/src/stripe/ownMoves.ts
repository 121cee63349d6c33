// What Stripe does by itself, on request: it takes a fee of its own out of the balance, bars an account, or takes money by a page
// of which it had said that it was over.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type Stripe from 'stripe';
import { findCard } from './cards.ts';
import { paySession } from './checkout.ts';
import type { HostedPageParts } from './checkoutPage.ts';
import { invalid, StripeFault } from './faults.ts';
import { book } from './money.ts';
import type { Work } from './work.ts';

/** Fees that belong to no charge. Source: docs.stripe.com/reports/balance-transaction-types */
const fee = {
  type: 'object',
  additionalProperties: false,
  required: ['amount'],
  properties: {
    amount: { type: 'integer', minimum: 1 },
    currency: { type: 'string', pattern: '^[a-z]{3}$', default: 'usd' },
    type: { enum: ['stripe_fee', 'stripe_fx_fee', 'tax_fee'], default: 'stripe_fee' },
  },
};

const bar = {
  type: 'object',
  additionalProperties: false,
  required: ['account', 'reason'],
  properties: {
    account: { type: 'string' },
    reason: { enum: ['listed', 'under_review', 'rejected.fraud', 'rejected.terms_of_service', 'rejected.other'] },
  },
};

const late = {
  type: 'object',
  additionalProperties: false,
  required: ['session'],
  properties: { session: { type: 'string' } },
};

/** Registers /control/fees, /control/accounts/bar and /control/checkouts/late on `app`. */
export function registerOwnMoves(app: FastifyInstance, parts: Pick<HostedPageParts, 'transact'>): void {
  app.post<{ Body: { amount: number; currency: string; type: 'stripe_fee' | 'stripe_fx_fee' | 'tax_fee' } }>(
    '/control/fees',
    { schema: { body: fee } },
    async (request) => {
      const { amount, currency, type } = request.body;
      return await parts.transact(request, (work) =>
        book(work, { amount: -amount, currency, type, category: 'fee', source: null, description: 'Billing' }),
      );
    },
  );
  app.post<{ Body: { account: string; reason: BarReason } }>(
    '/control/accounts/bar',
    { schema: { body: bar } },
    async (request, reply) => {
      const { account, reason } = request.body;
      return await orFault(reply, () => parts.transact(request, (work) => barAccount(work, account, reason)));
    },
  );
  app.post<{ Body: { session: string } }>('/control/checkouts/late', { schema: { body: late } }, (request, reply) =>
    orFault(reply, () => parts.transact(request, (work) => payLate(work, request.body.session))),
  );
}

/** A page that had expired is paid all the same: what a provider never does, and what must not lose anybody's money. */
function payLate(work: Work, id: string): object {
  const session = work.require('checkout.session', id);
  const card = findCard('4242424242424242');
  if (session.status !== 'expired' || card === undefined)
    throw invalid('Only a page that expired can be paid late.', 'session');
  work.put('checkout.session', id, { ...session, status: 'open' });
  const address = {
    line1: '12 Kiln Lane',
    line2: null,
    city: 'Portland',
    postal_code: '97205',
    state: 'OR',
    country: 'US',
  };
  const shipping = session.shipping_address_collection === null ? null : { name: 'Berta Buyer', address };
  return paySession(work, id, card, { email: 'buyer@people.test', name: 'Berta Buyer', country: 'US', shipping });
}

type BarReason = Stripe.Account.Requirements.DisabledReason;

function barAccount(work: Work, id: string, reason: BarReason): Stripe.Account {
  const before = work.require('account', id);
  const after: Stripe.Account = {
    ...before,
    payouts_enabled: false,
    ...(before.requirements && { requirements: { ...before.requirements, disabled_reason: reason } }),
  };
  work.put('account', id, after);
  work.emit('account.updated', after, {
    account: id,
    previous: { payouts_enabled: before.payouts_enabled, requirements: before.requirements },
  });
  return after;
}

async function orFault<T>(reply: FastifyReply, work: () => Promise<T>): Promise<T | FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StripeFault) return reply.code(error.status).send({ error: error.body });
    throw error;
  }
}
