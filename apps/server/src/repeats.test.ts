// Every route that moves money, asked for three times at once and once more with the same Idempotency-Key: one answer, one
// effect, and another body under that key is refused. A new route must join one of the two tables.
import type { ApiTable } from '@videowindow/contract';
import type { api } from '@videowindow/contract/api';
import * as commerce from '@videowindow/contract/api/commerce';
import { deskApi } from '@videowindow/contract/api/desk';
import { payCheckout } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from './testing/app.ts';
import { aParcel } from './testing/market.ts';
import { linkPayoutAccount, type Person, signIn } from './testing/people.ts';
import { openStudio, type Studio } from './testing/studio.ts';

type Route = keyof typeof api;
type MoneyRoute = { [K in Route]: (typeof api)[K] extends { idempotency: string } ? K : never }[Route];

/** What is asked by whom, and of what there must be one more afterwards: a table, or an act in the audit log. */
type Case = { by: Person; id?: string; more?: Record<string, string>; body?: object; adds: string };

const usd = (amount: number) => ({ amount, currency: 'USD' });
const key = () => crypto.randomUUID();
const words = { reason: 'Looked at twice.' };

let app: TestApp;
let studio: Studio;
let maker: Person;
let buyer: Person;
let other: Person;
let admin: Person;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'maker', ['maker']);
  admin = await signIn(app, 'admin', ['admin', 'moderator']);
  buyer = await signIn(app, 'buyer');
  other = await signIn(app, 'other');
  await linkPayoutAccount(app, maker);
  studio = await openStudio(app);
}, 120_000);
afterAll(() => app.stop());

const shipping = {
  zones: [{ countries: ['US'], price: usd(1200), further: usd(1200) }],
  combined: false,
  handlingDays: 3,
  pickup: false,
  pickupPlace: null,
};

const forSale = async (terms: object = {}) => {
  const { id } = await studio.listed(maker, admin, { mediaId: await studio.clip(maker) });
  const offerPolicy = { acceptsOffers: true, minimumOffer: usd(2000), startAuctionAt: usd(5000), buyNow: usd(9000) };
  const listing = await maker.client.call('PUT /stories/:storyId/listing', {
    params: { storyId: id },
    body: { askingPrice: usd(9000), offerPolicy, shipping, ...terms },
  });
  return { id, listing };
};

const offered = async (amount: number) => {
  const { id: storyId } = await forSale();
  const body = { amount: usd(amount) };
  return await buyer.client.call('POST /stories/:storyId/offers', { params: { storyId }, body, idempotencyKey: key() });
};
const auctioned = async () => (await offered(5000)).auctionId ?? '';

const held = async () => {
  const { id } = await offered(4000);
  const { lockId } = await maker.client.call('POST /offers/:id/accept', { params: { id }, idempotencyKey: key() });
  return lockId ?? '';
};

/** A paid order, its payment and the charge behind it. */
const sold = async () => {
  const id = await held();
  const body = { delivery: 'ship' as const };
  const { url } = await buyer.client.call('POST /locks/:id/checkout', { params: { id }, body, idempotencyKey: key() });
  await payCheckout(url, { email: buyer.email, name: 'Bea Buyer' });
  await app.settle();
  const { rows } = await sql<{ order: string; payment: string; charge: string }>`
    select o.id as order, p.id as payment, p.charge_id as charge
    from orders o join payments p on p.id = o.payment_id where o.lock_id = ${id}`.execute(app.database.db);
  const [sale] = rows;
  if (!sale) throw new Error('no order came of a payment');
  return sale;
};

const inIssue = async () => {
  const { order: id } = await sold();
  const body = { reason: 'other' as const, text: 'It has a crack.', pictures: [] };
  const { issue } = await buyer.client.call('POST /orders/:id/issues', { params: { id }, body });
  return issue?.id ?? '';
};

const refunded = async () => {
  const { payment } = await sold();
  const body = { reason: 'goodwill' as const, amount: usd(100) };
  const params = { id: payment };
  const { refunds } = await admin.client.call('POST /payments/:id/refund', { params, body, idempotencyKey: key() });
  await app.settle();
  return { payment, refund: refunds[0]?.id ?? '' };
};

/** A maker whom the payment provider knows. */
const paidMaker = async () => {
  const person = await signIn(app, `maker-${key()}`, ['maker']);
  await person.client.call('POST /makers/me/onboarding');
  return person;
};

/** A case about a maker of its own: an open one keeps others from being opened. */
const inCase = async () => {
  const { id } = await paidMaker();
  const made = await admin.client.call('POST /admin/makers/:id/hold', {
    params: { id },
    body: words,
    idempotencyKey: key(),
  });
  return made.id;
};

const change = async (statement: ReturnType<typeof sql>) => void (await statement.execute(app.database.db));

const cases: Record<MoneyRoute, () => Promise<Case>> = {
  'POST /stories/:storyId/offers': async () => ({
    by: other,
    more: { storyId: (await forSale()).id },
    body: { amount: usd(3100) },
    adds: 'offers',
  }),
  'POST /offers/:id/accept': async () => ({ by: maker, id: (await offered(4000)).id, adds: 'locks' }),
  'POST /offers/:id/counter': async () => ({
    by: maker,
    id: (await offered(4000)).id,
    body: { amount: usd(4500) },
    adds: 'offers',
  }),
  'POST /offers/:id/open-auction': async () => ({ by: maker, id: (await offered(4000)).id, adds: 'auctions' }),
  'POST /auctions/:id/bids': async () => ({
    by: other,
    id: await auctioned(),
    body: { amount: usd(6000) },
    adds: 'auction_answers',
  }),
  'POST /auctions/:id/accept': async () => ({
    by: maker,
    id: await auctioned(),
    body: { expectedSeq: 2 },
    adds: 'locks',
  }),
  'POST /auctions/:id/buy-now': async () => ({ by: other, id: await auctioned(), adds: 'locks' }),
  'POST /auctions/:id/retract': async () => ({
    by: buyer,
    id: await auctioned(),
    body: { reason: 'wrong_amount' },
    adds: 'act auction.bid_retracted',
  }),
  'POST /auctions/:id/retract-for': async () => ({
    by: admin,
    id: await auctioned(),
    body: { bidder: 1, what: 'newest', reason: 'wrong_amount', note: 'She wrote to us.' },
    adds: 'act auction.bid_retracted_for',
  }),
  'POST /locks/:id/checkout': async () => ({
    by: buyer,
    id: await held(),
    body: { delivery: 'ship' },
    adds: 'payments',
  }),
  'POST /listings/:id/buy': async () => {
    const variants = [{ options: [], price: usd(2500), quantity: 5, sku: null }];
    const { listing } = await forSale({
      kind: 'fixed_price',
      askingPrice: null,
      offerPolicy: { acceptsOffers: false },
      optionNames: [],
      variants,
    });
    const variantId = listing.variants[0]?.id ?? '';
    return { by: buyer, id: listing.id, body: { variantId, quantity: 1 }, adds: 'locks' };
  },
  'POST /orders/:id/cancel': async () => ({
    by: maker,
    id: (await sold()).order,
    body: { reason: 'It broke.' },
    adds: 'refunds',
  }),
  'POST /orders/:id/confirm': async () => {
    const { order } = await sold();
    const body = { carrier: 'CTT', trackingNumber: 'RR1' };
    await maker.client.call('POST /orders/:id/ship', { params: { id: order }, body });
    return { by: buyer, id: order, adds: 'act order.confirmed' };
  },
  'POST /issues/:id/agree': async () => {
    const id = await inIssue();
    const body = { amount: usd(500), text: 'For the crack.' };
    await maker.client.call('POST /issues/:id/propose', { params: { id }, body });
    return { by: buyer, id, body: { amount: usd(500) }, adds: 'refunds' };
  },
  'POST /issues/:id/refund': async () => ({
    by: maker,
    id: await inIssue(),
    body: { text: 'Sorry.' },
    adds: 'refunds',
  }),
  'POST /issues/:id/decide': async () => {
    const id = await inIssue();
    await change(sql`update order_issues set state = 'escalated', decide_by = now() + interval '7 d' where id = ${id}`);
    return { by: admin, id, body: { refund: usd(700), reason: 'A crack is a crack.' }, adds: 'refunds' };
  },
  'POST /issues/:id/label/buy': async () => {
    const id = await inIssue();
    await change(sql`
      update orders set state = 'delivered', delivered_at = app_now()
      where id = (select order_id from order_issues where id = ${id})`);
    const { quoteId, rates } = await maker.client.call('POST /issues/:id/label/quote', {
      params: { id },
      body: aParcel,
    });
    return { by: maker, id, body: { quoteId, rateId: rates[0]?.id ?? '' }, adds: 'act issue.label_bought' };
  },
  'POST /payments/:id/refund': async () => ({
    by: admin,
    id: (await sold()).payment,
    body: { reason: 'goodwill', amount: usd(100) },
    adds: 'refunds',
  }),
  'POST /payments/:id/refunds/:refundId/retry': async () => {
    const { payment, refund } = await refunded();
    await change(sql`update refunds set state = 'failed' where id = ${refund}`);
    return { by: admin, id: payment, more: { refundId: refund }, adds: 'act payment.refund_retried' };
  },
  'POST /me/cards': async () => ({ by: buyer, adds: 'payment_customers' }),
  'POST /admin/makers/:id/hold': async () => {
    const { id } = await paidMaker();
    return { by: admin, id, body: words, adds: 'act money_case.opened' };
  },
  'POST /admin/cases/:id/keep': async () => ({
    by: admin,
    id: await inCase(),
    body: words,
    adds: 'act money_case.kept',
  }),
  'POST /admin/cases/:id/release': async () => ({
    by: admin,
    id: await inCase(),
    body: words,
    adds: 'act money_case.released',
  }),
  'POST /admin/disputes/:id/submit': async () => {
    const { payment, charge } = await sold();
    await fetch(`${app.url()}/sandbox/control/disputes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ charge }),
    });
    await app.settle();
    const { rows } = await sql<{ id: string }>`select id from disputes where payment_id = ${payment}`.execute(
      app.database.db,
    );
    return { by: admin, id: rows[0]?.id ?? '', body: { remark: 'It was sent.' }, adds: 'act dispute.evidence_sent' };
  },
  'POST /admin/money/compare': async () => ({ by: admin, adds: 'act books.compared' }),
  'POST /admin/locks/:id/release': async () => {
    const id = await held();
    await change(sql`
      update locks set state = 'releasing', release_reason = 'expired', releasing_at = app_now() - interval '2 h'
      where id = ${id}`);
    return { by: admin, id, body: words, adds: 'act lock.release_overridden' };
  },
};

/** Routes of commerce that write and move nobody's money by themselves: what they do twice is refused, or the same. */
const moveNothing = [
  'POST /auctions/:id/watch',
  'POST /auctions/:id/cancel',
  'POST /auctions/:id/block',
  'POST /auctions/:id/suspend',
  'POST /auctions/:id/resume',
  'POST /auctions/:id/end',
  'POST /auctions/:id/second-chance',
  'POST /disputes/:id/evidence',
  'DELETE /disputes/:id/evidence/:entryId',
  'POST /orders/:id/messages',
  'POST /orders/:id/issues',
  'POST /issues/:id/propose',
  'POST /issues/:id/resolve',
  'POST /issues/:id/escalate',
  'POST /issues/:id/label',
  'POST /issues/:id/label/quote',
  'PUT /stories/:storyId/listing',
  'POST /listings/:id/pause',
  'POST /listings/:id/resume',
  'POST /listings/:id/withdraw',
  'POST /listings/:id/additions',
  'POST /listings/:id/relist',
  'POST /listings/:id/duplicate',
  'POST /listings/bulk',
  'POST /listings/import',
  'POST /makers/me/shipping-profiles',
  'PUT /shipping-profiles/:id',
  'DELETE /shipping-profiles/:id',
  'PUT /makers/me/vacation',
  'POST /strikes/:id/appeal',
  'POST /moderation/appeals/:id/answer',
  'POST /moderation/bidders/:id/looked',
  'POST /locks/:id/ask-extension',
  'POST /locks/:id/extend',
  'POST /locks/:id/decline',
  'POST /offers/:id/withdraw',
  'POST /offers/:id/decline',
  'POST /orders/:id/ship',
  'POST /orders/:id/handover',
  'DELETE /me/cards/:id',
  'POST /webhooks/stripe/:endpoint',
  'POST /webhooks/carriers',
  'POST /webhooks/easypost',
  'POST /orders/:id/reviews',
  'POST /reviews/:id/reply',
  'POST /admin/incidents/:id/close',
] as const satisfies readonly Route[];

/** An answer without the moment at which it was given: how a bid ended is told with the clock of now. */
const told = (body: string) => body.replace(/"serverTime":"[^"]*"/g, '');

const countOf = async (adds: string): Promise<number> => {
  const [table = '', act] = adds.split(' ');
  const { rows } = await (act
    ? sql<{ n: number }>`select count(*)::int as n from audit_log where action = ${act}`
    : sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`
  ).execute(app.database.db);
  return rows[0]?.n ?? 0;
};

it('every route of commerce that writes takes an Idempotency-Key, or is known to move no money', () => {
  const rooms = [...Object.values(commerce), deskApi].filter((room) => typeof room === 'object');
  const writing = rooms
    .flatMap((room) => Object.entries(room as ApiTable))
    .filter(([route, endpoint]) => /^(POST|PUT|PATCH|DELETE) \//.test(route) && !endpoint.idempotency)
    .map(([route]) => route);

  expect(writing.sort()).toEqual([...moveNothing].sort());
});

describe('asked for three times at once and once more with one key, there is one answer and one effect of', () => {
  it.each(Object.keys(cases) as MoneyRoute[])('%s', async (route) => {
    const { by, id, more, body, adds } = await cases[route]();
    const before = await countOf(adds);
    const idempotencyKey = key();
    const [method = '', template = ''] = route.split(' ');
    const params: Record<string, string> = { ...(id ? { id } : {}), ...more };
    const path = template.replace(/:(\w+)/g, (_, name: string) => params[name] ?? 'missing');
    const ask = async (sent = body) => {
      const answer = await by.fetch(`/api/v1${path}`, {
        method,
        headers: { 'idempotency-key': idempotencyKey, ...(sent ? { 'content-type': 'application/json' } : {}) },
        ...(sent ? { body: JSON.stringify(sent) } : {}),
      });
      return { status: answer.status, body: await answer.text() };
    };

    const atOnce = await Promise.all([ask(), ask(), ask()]);
    const again = await ask();
    const otherwise = body ? await ask({ ...body, amount: usd(4321), reason: 'Something else.' }) : null;

    expect(again.status, again.body).toBeLessThan(300);
    for (const each of atOnce) {
      if (each.status < 300) expect(told(each.body)).toBe(told(again.body));
      else expect(JSON.parse(each.body).code, each.body).toBe('idempotency_in_flight');
    }
    expect(await countOf(adds)).toBe(before + 1);
    // Not every body can be made another one that its schema lets through.
    if (otherwise) expect([400, 422]).toContain(otherwise.status);
    await app.settle();
  });
});
