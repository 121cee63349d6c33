// The main job of the product over the wire, all rooms together: from an upload to the maker's money.
import { readFileSync } from 'node:fs';
import { uploadVideo } from '@videowindow/client';
import { payCheckout } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip, temporaryFolder } from './content/media/test-clips.ts';
import { shiftClock, sql } from './platform/database/index.ts';
import { startTestApp, type TestApp } from './testing/app.ts';
import { linkPayoutAccount, type Person, signIn } from './testing/people.ts';

const HOUR_MS = 3_600_000;
const usd = (amount: number) => ({ amount, currency: 'USD' });

const folder = temporaryFolder();
let app: TestApp;
let maker: Person;
let moderator: Person;
let anna: Person;
let bruno: Person;
let clip: Buffer;

beforeAll(async () => {
  app = await startTestApp();
  clip = readFileSync(makeClip(folder.path, 'pot.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  maker = await signIn(app, 'ines', ['maker']);
  moderator = await signIn(app, 'noor', ['moderator']);
  anna = await signIn(app, 'anna');
  bruno = await signIn(app, 'bruno');
  await linkPayoutAccount(app, maker);
});
afterAll(async () => {
  await app.stop();
  folder[Symbol.dispose]();
});

/** A listed story whose piece opens an auction at an offer of 50.00. @returns its id */
const listStory = async (title: string): Promise<string> => {
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data: clip,
    file: { name: 'pot.mp4', size: clip.length },
    headers: { cookie: maker.cookie() },
  });
  await app.settle();
  const story = await maker.client.call('POST /stories', {
    body: {
      title,
      caption: 'One pull. #moonjar',
      sections: [{ kind: 'process', text: 'Thrown in one piece.' }],
      mediaId,
    },
  });
  await maker.client.call('PUT /stories/:storyId/listing', {
    params: { storyId: story.id },
    body: {
      askingPrice: usd(9000),
      offerPolicy: { acceptsOffers: true, minimumOffer: usd(3000), startAuctionAt: usd(5000), auctionDurationH: 24 },
      shipping: {
        zones: [{ countries: ['US', 'PT'], price: usd(1800), further: usd(1800) }],
        combined: false,
        handlingDays: 3,
        pickup: false,
        pickupPlace: null,
      },
    },
  });
  const submitted = await maker.client.call('POST /stories/:id/submit', { params: { id: story.id } });
  await moderator.client.call('POST /moderation/stories/:id/decision', {
    params: { id: story.id },
    body: { decision: 'approve', reason: '', version: submitted.version },
  });
  await app.settle();
  return story.id;
};

const openAuction = async (storyId: string) => {
  const offer = await anna.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(5000) },
    idempotencyKey: crypto.randomUUID(),
  });
  await app.settle();
  return offer.auctionId ?? '';
};

const bid = (person: Person, auctionId: string, amount: number) =>
  person.client.call('POST /auctions/:id/bids', {
    params: { id: auctionId },
    body: { amount: usd(amount) },
    idempotencyKey: crypto.randomUUID(),
  });

/** What each person was told, by kind, newest first. */
const told = async (person: Person) =>
  (await person.client.call('GET /notifications', { query: {} })).items.map(({ kind }) => kind);

const lockOf = async (person: Person) => (await person.client.call('GET /locks')).items[0];

const ledgerIsBalanced = async () => {
  const { rows } = await sql<{ sum: number }>`
    select coalesce(sum(amount), 0)::int as sum from ledger_lines`.execute(app.database.db);
  return rows[0]?.sum === 0;
};

describe('the main job', () => {
  it('goes from a video to the money of its maker', async () => {
    const storyId = await listStory('Moon jar, wood ash');
    const feed = await anna.client.call('GET /feed/:name', { params: { name: 'for-you' }, query: {} });
    const master = await anna.fetch(feed.items[0]?.story.media.hlsUrl ?? '');

    const auctionId = await openAuction(storyId);
    await bid(bruno, auctionId, 5500);
    await app.settle();
    const { seq } = await maker.client.call('GET /auctions/:id', { params: { id: auctionId } });
    await maker.client.call('POST /auctions/:id/accept', {
      params: { id: auctionId },
      body: { expectedSeq: seq },
      idempotencyKey: crypto.randomUUID(),
    });
    await app.settle();
    const lock = await lockOf(bruno);
    const { url } = await bruno.client.call('POST /locks/:id/checkout', {
      params: { id: lock?.id ?? '' },
      body: { delivery: 'ship' },
      idempotencyKey: crypto.randomUUID(),
    });
    const paid = await payCheckout(url);
    await app.settle();
    const [order] = (await bruno.client.call('GET /orders', { query: { as: 'buyer' } })).items;
    const params = { id: order?.id ?? '' };
    const toShip = await maker.client.call('GET /orders/:id', { params });
    await maker.client.call('POST /orders/:id/ship', {
      params,
      body: { carrier: 'CTT', trackingNumber: 'RR482910PT' },
    });
    const done = await bruno.client.call('POST /orders/:id/confirm', { params, idempotencyKey: crypto.randomUUID() });
    await app.settle();
    const balance = await maker.client.call('GET /makers/me/balance');

    expect(master.status).toBe(200);
    expect(lock).toMatchObject({ item: usd(5500), shipping: usd(1800), total: usd(7300), state: 'held' });
    expect(paid).toMatchObject({ status: 303 });
    expect(order).toMatchObject({ state: 'awaiting_shipment', total: usd(7300), storyTitle: 'Moon jar, wood ash' });
    expect(toShip.address).toMatchObject({ city: 'Portland', country: 'US' });
    expect(done.state).toBe('completed');
    const { rows: acts } = await sql<{ act: string }>`
      select action || ': ' || (facts->'before'->>'state') || ' → ' || (facts->'after'->>'state') as act
      from audit_log where subject = ${params.id} and action in ('order.shipped', 'order.confirmed')
      order by at`.execute(app.database.db);
    expect(acts.map(({ act }) => act)).toEqual([
      'order.shipped: awaiting_shipment → shipped',
      'order.confirmed: shipped → completed',
    ]);
    // 73.00 less the fee of 10% of the piece and 0.30.
    expect(balance).toMatchObject({ held: usd(0), paidOut: usd(7300 - 580) });
    expect(await ledgerIsBalanced()).toBe(true);
    expect(await told(anna)).toEqual(expect.arrayContaining(['outbid', 'offer_became_bid', 'auction_lost']));
    expect(await told(bruno)).toEqual(expect.arrayContaining(['won', 'order_placed', 'order_shipped']));
    expect(await told(maker)).toEqual(
      expect.arrayContaining(['story_listed', 'auction_sold', 'order_to_ship', 'order_completed']),
    );
  }, 60_000);

  it('asks the next bidder when the winner lets the time to pay pass, and only after the provider has closed the session', async () => {
    const storyId = await listStory('Tea bowl');
    const auctionId = await openAuction(storyId);
    await bid(bruno, auctionId, 6000);
    await app.settle();
    await shiftClock(app.database, 25 * HOUR_MS);
    await app.settle();
    const lock = await lockOf(bruno);
    const { url } = await bruno.client.call('POST /locks/:id/checkout', {
      params: { id: lock?.id ?? '' },
      body: { delivery: 'ship' },
      idempotencyKey: crypto.randomUUID(),
    });
    const declined = await payCheckout(url, { card: '4000000000000002' });
    await shiftClock(app.database, 49 * HOUR_MS);
    await app.settle();
    const tooLate = await payCheckout(url);
    const waiting = await maker.client.call('GET /auctions/:id', { params: { id: auctionId } });
    await maker.client.call('POST /auctions/:id/second-chance', { params: { id: auctionId }, body: { choice: 'ask' } });
    await app.settle();
    const second = await lockOf(anna);
    const again = await anna.client.call('POST /locks/:id/checkout', {
      params: { id: second?.id ?? '' },
      body: { delivery: 'ship' },
      idempotencyKey: crypto.randomUUID(),
    });
    await payCheckout(again.url);
    await app.settle();
    const [order] = (await anna.client.call('GET /orders', { query: { as: 'buyer' } })).items;

    expect(declined.status).toBe(402);
    expect(tooLate.status).toBe(410);
    expect(waiting.secondChance?.next).toMatchObject({ amount: usd(5000) });
    expect(second).toMatchObject({ reason: 'second_chance', item: usd(5000) });
    expect(order).toMatchObject({ storyTitle: 'Tea bowl', total: usd(6800) });
    expect(await told(bruno)).toContain('lock_released');
    expect(await ledgerIsBalanced()).toBe(true);
  }, 60_000);
});
