// Commerce over the wire: keys, other people's things, bad input. What commands do is tested beside them.
import { isApiError } from '@videowindow/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { shiftClock } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { linkPayoutAccount, type Person, signIn } from '../../testing/people.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const key = () => ({ idempotencyKey: newId() });

let app: TestApp;
let maker: Person;
let anna: Person;
let bruno: Person;
beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  anna = await signIn(app, 'anna');
  bruno = await signIn(app, 'bruno');
  await linkPayoutAccount(app, maker);
});
afterAll(async () => {
  await app.settle();
  await app.stop();
});

/** A listed story of the maker; its clip does not matter here. */
const listedStory = async (visibility: 'public' | 'followers' = 'public'): Promise<string> => {
  const id = newId();
  await app.database.pool.query(
    `insert into stories (id, maker_id, state, title, visibility, created_at, updated_at, listed_at)
     values ($1, $2, 'listed', 'Moon jar', $3, now(), now(), now())`,
    [id, maker.id, visibility],
  );
  await maker.client.call('PUT /stories/:storyId/listing', {
    params: { storyId: id },
    body: {
      askingPrice: usd(9_000),
      offerPolicy: { acceptsOffers: true, minimumOffer: usd(3_000), startAuctionAt: usd(5_000) },
      shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' },
    },
  });
  return id;
};
const opened = async (visibility: 'public' | 'followers' = 'public'): Promise<string> => {
  const storyId = await listedStory(visibility);
  const offer = await anna.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(5_000) },
    ...key(),
  });
  return offer.auctionId ?? '';
};
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'no error',
    (error) => (isApiError(error) ? error.code : String(error)),
  );

/** The code of a problem+json answer. */
const codeIn = async (answer: Response): Promise<unknown> => {
  const problem: unknown = await answer.json();
  return typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : null;
};

describe('a bid over the wire', () => {
  test('needs a key, and gets its first answer again with the same one', async () => {
    const id = await opened();
    const bid = { params: { id }, body: { amount: usd(6_000) }, ...key() };

    const first = await bruno.client.call('POST /auctions/:id/bids', bid);
    const again = await bruno.client.call('POST /auctions/:id/bids', bid);
    const keyless = await bruno.fetch(`/api/v1/auctions/${id}/bids`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bid.body),
    });

    expect(first).toMatchObject({
      accepted: true,
      seq: 3,
      auction: { price: usd(6_000), leader: { label: 'Bidder 2' } },
    });
    expect(again.seq).toBe(3);
    expect([keyless.status, await codeIn(keyless)]).toEqual([400, 'idempotency_key_required']);
    expect(await codeOf(bruno.client.call('POST /auctions/:id/bids', { ...bid, body: { amount: usd(7_000) } }))).toBe(
      'idempotency_key_reused',
    );
  });

  test('refused tells what would be enough', async () => {
    const id = await opened();

    const refusal = await bruno.client
      .call('POST /auctions/:id/bids', { params: { id }, body: { amount: usd(5_010) }, ...key() })
      .catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: 'bid_too_low', status: 422, details: { minNext: usd(5_100) } });
  });

  test.each([
    ['no amount', {}],
    ['nothing', { amount: usd(0) }],
    ['half a cent', { amount: usd(0.5) }],
    ['a fils, which no card pays', { amount: { amount: 6_001, currency: 'KWD' } }],
    ['a number', { amount: 6_000 }],
    ['more than there is', { amount: usd(1e15) }],
    ['another member', { amount: usd(6_000), bidder: 'me' }],
    ['an amount and a maximum', { amount: usd(6_000), maximum: usd(7_000) }],
  ])('with %s is a 400, never a 500', async (_what, body) => {
    const id = await opened();

    const answer = await bruno.fetch(`/api/v1/auctions/${id}/bids`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
      body: JSON.stringify(body),
    });

    expect([answer.status, await codeIn(answer)]).toEqual([400, 'validation_failed']);
  });
});

test('a maximum is told to nobody but who named it, and says at once who leads', async () => {
  const id = await opened();
  const most = (person: Person, amount: number) =>
    person.client.call('POST /auctions/:id/bids', { params: { id }, body: { maximum: usd(amount) }, ...key() });

  const first = await most(bruno, 9_000);
  const less = await most(anna, 8_000);

  expect(first).toMatchObject({ leading: true, auction: { price: usd(5_100), leader: { label: 'Bidder 2' } } });
  expect(less).toMatchObject({ leading: false, auction: { price: usd(8_100), leader: { label: 'Bidder 2' } } });
  const seen = (person: Person) => person.client.call('GET /auctions/:id', { params: { id } });
  expect((await seen(bruno)).me).toMatchObject({ leading: true, maximum: usd(9_000) });
  for (const other of [anna, maker]) expect(JSON.stringify(await seen(other))).not.toContain('9000');
  const { items } = await maker.client.call('GET /auctions/:id/events', { params: { id } });
  expect(items.map(({ label, automatic, amount }) => [label, automatic, amount?.amount])).toEqual([
    ['Bidder 2', true, 8_100],
    ['Bidder 1', false, 8_000],
    ['Bidder 2', false, 5_100],
    ['Bidder 1', false, 5_000],
    [null, false, 5_000],
  ]);
  await most(bruno, 9_500);
  expect((await maker.client.call('GET /auctions/:id/events', { params: { id } })).items).toHaveLength(items.length);
});

test('an auction shows each reader what it is to them, and its log newest first', async () => {
  const id = await opened();
  await bruno.client.call('POST /auctions/:id/bids', { params: { id }, body: { amount: usd(6_000) }, ...key() });
  const read = (person: Person) => person.client.call('GET /auctions/:id', { params: { id } });

  expect(await read(maker)).toMatchObject({ me: { isMaker: true, leading: false }, possible: ['accept', 'cancel'] });
  expect(await read(anna)).toMatchObject({
    me: { bidder: 1, leading: false, lockId: null },
    possible: ['bid', 'retract'],
  });
  expect(await read(bruno)).toMatchObject({
    me: { bidder: 2, leading: true },
    quickAmounts: [usd(6_100), usd(6_200), usd(6_400)],
  });
  // Who shows their handle is remembered for some seconds.
  const shows = async (showHandleWhenBidding: boolean) => {
    await anna.client.call('PATCH /users/me/privacy', { body: { showHandleWhenBidding } });
    await shiftClock(app.database, 6_000);
  };
  await shows(true);
  const named = await maker.client.call('GET /auctions/:id/events', { params: { id }, query: { limit: 2 } });
  expect(named.items.map(({ label }) => label)).toEqual(['Bidder 2', expect.stringMatching(/^@/)]);
  await shows(false);
  const first = await anna.client.call('GET /auctions/:id/events', { params: { id }, query: { limit: 2 } });
  const rest = await anna.client.call('GET /auctions/:id/events', {
    params: { id },
    query: { limit: 2, before: first.next ?? 0 },
  });
  expect(first.items.map((entry) => [entry.seq, entry.kind, entry.label])).toEqual([
    [3, 'bid', 'Bidder 2'],
    [2, 'bid', 'Bidder 1'],
  ]);
  expect(rest).toMatchObject({ items: [{ seq: 1, kind: 'opened' }], next: null });
});

test('what belongs to others is not there', async () => {
  const storyId = await listedStory();
  const offer = await anna.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(4_000) },
    ...key(),
  });
  const sold = await maker.client.call('POST /offers/:id/accept', { params: { id: offer.id }, ...key() });
  const lock = { params: { id: sold.lockId ?? '' } };
  const nowhere = { params: { id: newId() } };

  expect((await anna.client.call('GET /locks/:id', lock)).total).toEqual(usd(4_000));
  const attempts = [
    bruno.client.call('GET /offers/:id', { params: { id: offer.id } }),
    bruno.client.call('POST /offers/:id/withdraw', { params: { id: offer.id } }),
    bruno.client.call('GET /locks/:id', lock),
    bruno.client.call('POST /locks/:id/checkout', { ...lock, body: { delivery: 'pickup' }, ...key() }),
    maker.client.call('GET /locks/:id', lock),
    bruno.client.call('GET /orders/:id', nowhere),
    bruno.client.call('GET /auctions/:id', nowhere),
    bruno.client.call('POST /auctions/:id/bids', { ...nowhere, body: { amount: usd(1) }, ...key() }),
    bruno.client.call('GET /stories/:storyId/listing', { params: { storyId: newId() } }),
  ];
  const codes = await Promise.all(attempts.map(codeOf));
  expect(new Set(codes)).toEqual(new Set(['not_found']));
  expect((await bruno.client.call('GET /offers', { query: { as: 'maker' } })).items).toEqual([]);
  expect((await bruno.client.call('GET /locks')).items).toEqual([]);
});

test('an auction of a story for followers is there for them, and for whoever had bid before', async () => {
  const follow = (person: Person) => person.client.call('PUT /users/:id/follow', { params: { id: maker.id } });
  const unfollow = (person: Person) => person.client.call('DELETE /users/:id/follow', { params: { id: maker.id } });
  await follow(anna);
  const id = await opened('followers');
  await unfollow(anna);
  const bid = (person: Person, amount: number) =>
    person.client.call('POST /auctions/:id/bids', { params: { id }, body: { amount: usd(amount) }, ...key() });
  const read = (person: Person) => person.client.call('GET /auctions/:id', { params: { id } });
  const hears = (person: Person) =>
    new Promise((resolve) => {
      const socket = person.realtime();
      const say = (heard: string) => {
        socket.close();
        resolve(heard);
      };
      socket.subscribe(`auction:${id}`, { onData: () => say('it'), onRefused: say });
    });

  const attempts = [
    read(bruno),
    bruno.client.call('GET /auctions/:id/events', { params: { id } }),
    bruno.client.call('POST /auctions/:id/watch', { params: { id }, body: { watching: true } }),
    bruno.client.call('POST /auctions/:id/buy-now', { params: { id }, ...key() }),
    bid(bruno, 6_000),
  ];

  expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['not_found']));
  expect([await hears(bruno), await hears(anna), await hears(maker)]).toEqual(['not_found', 'it', 'it']);
  expect((await read(anna)).me.bidder).toBe(1);
  await follow(bruno);
  expect((await bid(bruno, 6_000)).leading).toBe(true);
  await unfollow(bruno);
  expect((await read(bruno)).me.leading).toBe(true);
});

test("the maker's limits are the maker's own; buyers see the least offer", async () => {
  const storyId = await listedStory();
  const read = (person: Person) => person.client.call('GET /stories/:storyId/listing', { params: { storyId } });

  expect(await read(maker)).toMatchObject({
    offerPolicy: { startAuctionAt: usd(5_000) },
    possible: ['pause', 'withdraw'],
  });
  expect(await read(anna)).toMatchObject({
    offerPolicy: null,
    leastOffer: usd(3_000),
    acceptsOffers: true,
    possible: [],
  });
});

test('lists come in pages that neither repeat nor skip', async () => {
  for (let count = 0; count < 3; count++) {
    const storyId = await listedStory();
    await bruno.client.call('POST /stories/:storyId/offers', {
      params: { storyId },
      body: { amount: usd(4_000) },
      ...key(),
    });
  }
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await bruno.client.call('GET /offers', {
      query: { as: 'buyer', limit: 2, ...(cursor ? { cursor } : {}) },
    });
    seen.push(...page.items.map((offer) => offer.id));
    cursor = page.next;
  } while (cursor);

  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(3);
  expect([...seen].sort().reverse()).toEqual(seen);
});
