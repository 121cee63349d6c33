import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createListings } from '#commerce/listings';
import { openDatabase } from '#platform/database';
import { createEvents } from '#platform/events';
import { createTimers } from '#platform/jobs';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { command, putTerms } from '../listings/commands.ts';
import { move } from '../listings/moves.ts';
import { variantsOf } from '../listings/variants.ts';
import { ship } from '../orders/commands.ts';
import { linesOf } from '../orders/lines.ts';
import { ordersByIds } from '../orders/store.ts';
import { parcelsOf } from '../orders/together.ts';
import { buy } from './buy.ts';
import { checkout } from './checkout.ts';
import { decline } from './release.ts';

const MINUTE = 60_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** Bowls in two sizes, 48.00 and 64.00; sent to the US for 12.00 and 4.00 more each, anywhere else for 25.00 and 9.00. */
const termsOf = (small: number, large: number): ListingTerms => ({
  kind: 'fixed_price',
  askingPrice: null,
  offerPolicy: plainTerms.offerPolicy,
  optionNames: ['Size'],
  variants: [
    { options: ['Small'], price: usd(4_800), quantity: small, sku: 'BOWL-S' },
    { options: ['Large'], price: usd(6_400), quantity: large, sku: null },
  ],
  shipping: {
    ...plainTerms.shipping,
    zones: [
      { countries: ['US'], price: usd(1_200), further: usd(400) },
      { countries: [], price: usd(2_500), further: usd(900) },
    ],
  },
});

const shop = async (small = 1, large = 1) => {
  const maker = await market.person('maker', 'maker');
  const storyId = market.story(maker.id, 'Tea bowl');
  const { id } = await putTerms(market.deps.listings, maker, storyId, termsOf(small, large));
  const variants = async () => (await variantsOf(market.database.db, [id])).get(id) ?? [];
  const [smallId = '', largeId = ''] = (await variants()).map((variant) => variant.id);
  return {
    id,
    maker,
    storyId,
    smallId,
    largeId,
    put: (terms: ListingTerms) => putTerms(market.deps.listings, maker, storyId, terms),
    stock: async () => (await variants()).map((variant) => variant.quantity),
    listing: async () => {
      const listing = await market.listings.find(market.database.db, id);
      if (!listing) throw new Error('the listing is there');
      return listing;
    },
    async buy(
      variantId: string,
      quantity = 1,
      more: { by?: Awaited<ReturnType<Market['person']>>; country?: string } = {},
    ) {
      const buyer = more.by ?? (await market.person('buyer'));
      const { country } = more;
      const lock = await buy(
        market.deps.locks,
        buyer,
        id,
        { variantId, quantity, ...(country ? { country } : {}) },
        'test',
      );
      return { buyer, lock };
    },
  };
};
const pay = async (lockId: string) => {
  await market.capture(lockId);
  await market.settle();
};

describe('buying at a fixed price', () => {
  test('reserves the units for half an hour, and the order says which and how many', async () => {
    const bowls = await shop(3, 1);

    const { buyer, lock } = await bowls.buy(bowls.smallId, 2, { country: 'US' });

    expect(lock).toMatchObject({
      item: usd(9_600),
      shipping: usd(1_600),
      quantity: 2,
      options: [{ name: 'Size', value: 'Small' }],
      reason: 'fixed_price',
    });
    expect(lock.expiresAt.getTime() - lock.heldAt.getTime()).toBe(30 * MINUTE);
    expect(await bowls.stock()).toEqual([1, 1]);
    expect(await bowls.listing()).toMatchObject({ state: 'available', units: { free: 2, held: 2 } });
    await checkout(market.deps.locks, buyer, lock.id, 'ship', 'test');
    expect(market.provider.open.get(lock.id)).toMatchObject({
      title: 'Tea bowl, Small × 2',
      total: usd(11_200),
      shipsTo: ['US'],
    });
    await pay(lock.id);

    const orderId = (await market.orders.ofLocks(market.database.db, [lock.id])).get(lock.id) ?? '';
    expect((await linesOf(market.database.db, [orderId])).get(orderId)).toEqual([
      {
        listingId: bowls.id,
        variantId: bowls.smallId,
        title: 'Tea bowl',
        options: [{ name: 'Size', value: 'Small' }],
        quantity: 2,
        unit: usd(4_800),
      },
    ]);
    expect(await bowls.listing()).toMatchObject({ state: 'available', units: { free: 2, held: 0 } });
  });

  test('is held while the last units are paid, and sold out when they are', async () => {
    const bowls = await shop(1, 1);
    const [first, second] = [await bowls.buy(bowls.smallId), await bowls.buy(bowls.largeId)];

    expect((await bowls.listing()).state).toBe('locked');
    // It may come back: not sold out, but reserved.
    expect(await codeOf(bowls.buy(bowls.smallId))).toBe('listing_locked');
    await pay(first.lock.id);
    expect((await bowls.listing()).state).toBe('locked');
    await pay(second.lock.id);

    expect(await bowls.listing()).toMatchObject({ state: 'sold', units: { free: 0, held: 0 } });
    expect(await codeOf(bowls.buy(bowls.smallId))).toBe('listing_unavailable');
  });

  test('gives the units back when nobody pays, or the buyer lets go', async () => {
    const bowls = await shop(1, 1);
    await bowls.buy(bowls.smallId);
    const { buyer, lock } = await bowls.buy(bowls.largeId);

    await decline(market.deps.locks, buyer, lock.id, 'test');
    await market.settle();
    expect(await bowls.stock()).toEqual([0, 1]);
    await market.pass(31 * MINUTE);

    expect(await bowls.stock()).toEqual([1, 1]);
    expect(await bowls.listing()).toMatchObject({ state: 'available', units: { free: 2, held: 0 } });
  });

  test('gives the units back when the sale is undone', async () => {
    const bowls = await shop(1, 0);
    const { lock } = await bowls.buy(bowls.smallId);
    await pay(lock.id);
    expect((await bowls.listing()).state).toBe('sold');

    await market.database.transaction(async (tx) => {
      const listing = await market.listings.lock(tx, bowls.id);
      if (!listing) throw new Error('the listing is there');
      await move(
        market.deps.listings,
        tx,
        listing,
        'free',
        { saleUndone: true },
        {
          variantId: bowls.smallId,
          quantity: lock.quantity,
        },
      );
    });

    expect(await bowls.stock()).toEqual([1, 0]);
    expect((await bowls.listing()).state).toBe('available');
  });

  test('asked again it is the same reservation; another kind of it has to wait', async () => {
    const bowls = await shop(2, 2);
    const { buyer, lock } = await bowls.buy(bowls.smallId);

    const again = await bowls.buy(bowls.smallId, 1, { by: buyer });

    expect(again.lock.id).toBe(lock.id);
    expect(await codeOf(bowls.buy(bowls.largeId, 1, { by: buyer }))).toBe('checkout_in_progress');
    expect(await bowls.stock()).toEqual([1, 2]);
    expect(await codeOf(bowls.buy(bowls.smallId, 2))).toBe('sold_out');
  });

  test('is not for the maker, not for those they blocked, not while it is paused or nobody could be paid', async () => {
    const bowls = await shop(1, 1);
    const blocked = await market.person('blocked');
    await market.block(bowls.maker.id, blocked.id);

    expect(await codeOf(bowls.buy(bowls.smallId, 1, { by: bowls.maker }))).toBe('seller_cannot_bid');
    expect(await codeOf(bowls.buy(bowls.smallId, 1, { by: blocked }))).toBe('not_found');
    expect(await codeOf(bowls.buy(bowls.id))).toBe('not_found');
    market.unpayable.set(bowls.maker.id, 'begin');
    expect(await codeOf(bowls.buy(bowls.smallId))).toBe('listing_unavailable');
    expect(await bowls.stock()).toEqual([1, 1]);
    await command(market.deps.listings, bowls.maker, bowls.id, 'pause', 'test');
    expect(await codeOf(bowls.buy(bowls.smallId))).not.toBe('no error');
    expect(await bowls.stock()).toEqual([1, 1]);
  });

  test('while somebody pays, what they relied on stays as it is, and nothing of it is withdrawn', async () => {
    const bowls = await shop(2, 1);
    const { version } = await bowls.listing();
    const { lock } = await bowls.buy(bowls.smallId);

    expect(await codeOf(bowls.put(termsOf(9, 9)))).toBe('story_frozen');
    expect(await codeOf(command(market.deps.listings, bowls.maker, bowls.id, 'withdraw', 'test'))).toBe(
      'invalid_transition',
    );
    await pay(lock.id);
    // Read as 2 and saved as 2, it would bring back the one that was sold.
    expect(await codeOf(bowls.put({ ...termsOf(2, 1), version }))).toBe('version_conflict');
    await bowls.put({ ...termsOf(5, 0), version: (await bowls.listing()).version });
    expect(await bowls.stock()).toEqual([5, 0]);
  });

  test('paused with units on hold it is sold out by the last of them, or comes back by the maker', async () => {
    const bowls = await shop(2, 0);
    const [one, other] = [await bowls.buy(bowls.smallId), await bowls.buy(bowls.smallId)];
    await decline(market.deps.locks, other.buyer, other.lock.id, 'test');
    await market.settle();
    await command(market.deps.listings, bowls.maker, bowls.id, 'pause', 'test');

    await pay(one.lock.id);

    expect((await bowls.listing()).state).toBe('paused');
    expect((await command(market.deps.listings, bowls.maker, bowls.id, 'resume', 'test')).state).toBe('available');
  });
});

describe('where it goes', () => {
  test('decides what sending costs and which addresses the provider takes', async () => {
    const bowls = await shop(4, 4);
    const { buyer, lock } = await bowls.buy(bowls.smallId, 3);
    const open = (country?: string) =>
      checkout(market.deps.locks, buyer, lock.id, 'ship', 'test', { country: country ?? null });

    expect(await codeOf(open())).toBe('validation_failed');
    await open('JP');
    expect(market.provider.open.get(lock.id)).toMatchObject({ shipping: usd(2_500 + 2 * 900), shipsTo: ['JP'] });
    await open('US');
    expect(market.provider.open.get(lock.id)).toMatchObject({ shipping: usd(1_200 + 2 * 400), shipsTo: ['US'] });
  });

  test('may be the parcel of what waits already: to its address, for what one more piece adds', async () => {
    const bowls = await shop(4, 4);
    const { shipping, ...terms } = termsOf(4, 4);
    await bowls.put({ ...terms, shipping: { ...shipping, combined: true } });
    const [small, large] = (await variantsOf(market.database.db, [bowls.id])).get(bowls.id) ?? [];
    const first = await bowls.buy(small?.id ?? '');
    const open = (lock: { id: string }, where: { country?: string; together?: boolean }) =>
      checkout(market.deps.locks, first.buyer, lock.id, 'ship', 'test', where);
    expect(await codeOf(open(first.lock, { together: true }))).toBe('validation_failed');
    await open(first.lock, { country: 'US' });
    await pay(first.lock.id);
    const second = await bowls.buy(large?.id ?? '', 2, { by: first.buyer });

    await open(second.lock, { country: 'JP' });
    await open(second.lock, { together: true });

    // Three pieces cost 12.00 and twice 4.00, of which 12.00 are paid.
    expect(market.provider.open.get(second.lock.id)).toMatchObject({ shipping: usd(800), shipsTo: [] });
    await pay(second.lock.id);
    const whose = { buyerId: first.buyer.id, makerIds: [bowls.maker.id] };
    const unsent = await market.orders.unsentOf(market.database.db, whose);
    expect(unsent).toMatchObject([
      { lockId: first.lock.id, country: 'US' },
      { lockId: second.lock.id, country: 'US' },
    ]);
    const orders = await ordersByIds(market.database.db, [
      ...(await market.orders.ofLocks(market.database.db, [first.lock.id, second.lock.id])).values(),
    ]);
    const [host, guest] = [first, second].map(({ lock }) => orders.find(({ lockId }) => lockId === lock.id));
    expect([host?.shipping, guest?.shipping]).toEqual([usd(1_200), usd(800)]);
    expect([host?.travelsWith, guest?.travelsWith]).toEqual([null, host?.id]);
    expect(await parcelsOf(market.database.db, orders)).toEqual(
      new Map([
        [host?.id, [{ id: guest?.id, number: guest?.number }]],
        [guest?.id, [{ id: host?.id, number: host?.number }]],
      ]),
    );

    const third = await bowls.buy(small?.id ?? '', 1, { by: first.buyer });
    for (const order of orders) {
      const shipment = { carrier: 'CTT', trackingNumber: 'RR 1' };
      await ship(market.deps.orders, bowls.maker, order.id, shipment, 'test');
    }
    expect(await codeOf(open(third.lock, { together: true }))).toBe('validation_failed');
  });

  test('must be somewhere that the maker sends to', async () => {
    const maker = await market.person('maker', 'maker');
    const { id } = await putTerms(market.deps.listings, maker, market.story(maker.id), {
      ...termsOf(1, 1),
      shipping: plainTerms.shipping,
    });
    const [variant] = (await variantsOf(market.database.db, [id])).get(id) ?? [];
    const buyer = await market.person('buyer');
    const lock = await buy(market.deps.locks, buyer, id, { variantId: variant?.id ?? '', quantity: 1 }, 'test');

    expect(await codeOf(checkout(market.deps.locks, buyer, lock.id, 'ship', 'test', { country: 'JP' }))).toBe(
      'validation_failed',
    );
    // One price for all places: the provider asks for the address.
    await checkout(market.deps.locks, buyer, lock.id, 'ship', 'test');
    expect(market.provider.open.get(lock.id)).toMatchObject({ shipping: usd(1_200), shipsTo: ['US'] });
  });
});

describe('TwoCartsOneUnit', () => {
  test('of many buyers over the connections of two processes exactly as many get it as there are pieces', async () => {
    const other = openDatabase({
      url: market.database.pool.options.connectionString ?? '',
      poolSize: 12,
      statementTimeoutMs: 10_000,
      idleTransactionTimeoutMs: 20_000,
    });
    const { log } = market.deps.locks;
    const [events, timers] = [createEvents(other, log), createTimers(other, log)];
    const listings = createListings({ ...market.deps.listings, database: other, events });
    const processes = [market.deps.locks, { ...market.deps.locks, database: other, events, timers, listings }];
    const [BUYERS, PIECES] = [16, 5];
    const buyers = await Promise.all(Array.from({ length: BUYERS }, () => market.person('racer')));
    try {
      for (let round = 0; round < 6; round++) {
        const bowls = await shop(PIECES, 0);
        const tries = buyers.map((buyer, at) =>
          codeOf(
            buy(
              processes[at % 2] ?? market.deps.locks,
              buyer,
              bowls.id,
              { variantId: bowls.smallId, quantity: 1 },
              'test',
            ),
          ),
        );

        const codes = await Promise.all(tries);

        expect(codes.filter((code) => code === 'no error')).toHaveLength(PIECES);
        expect(new Set(codes.filter((code) => code !== 'no error'))).toEqual(new Set(['listing_locked']));
        expect(await bowls.listing()).toMatchObject({ state: 'locked', units: { free: 0, held: PIECES } });
        const { rows } = await market.database.pool.query(
          "select count(*)::int as n from locks where listing_id = $1 and state = 'held'",
          [bowls.id],
        );
        expect(rows).toEqual([{ n: PIECES }]);
      }
    } finally {
      await other.close();
    }
  });
});
