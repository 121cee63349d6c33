import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { checkout } from './checkout.ts';
import { hold } from './commands.ts';
import { askExtension, extend } from './extension.ts';
import type { LockReason } from './lock.ts';
import { decline } from './release.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
beforeEach(() => {
  market.provider.reachable = true;
});
afterAll(() => market.close());

/** A piece of 84.00, shipping 12.00, held for a buyer. */
const held = async (reason: LockReason = 'offer') => {
  const [maker, buyer] = [await market.person('maker', 'maker'), await market.person('buyer')];
  const { id: listingId } = await putTerms(market.deps.listings, maker, market.story(maker.id), plainTerms);
  const lock = await market.database.transaction(async (tx) => {
    const listing = await market.listings.lock(tx, listingId);
    if (!listing) throw new Error('no such listing');
    return await hold(market.deps.locks, tx, {
      listing,
      title: 'Walnut bowl',
      buyerId: buyer.id,
      item: usd(8_400),
      reason,
      auctionId: null,
    });
  });
  return {
    maker,
    buyer,
    id: lock.id,
    now: async () => await market.locks.find(market.database.db, lock.id),
    listingNow: async () => (await market.listings.find(market.database.db, listingId))?.state,
    checkout: (delivery: 'ship' | 'pickup' = 'ship', by = buyer) =>
      checkout(market.deps.locks, by, lock.id, delivery, 'test'),
    eventTypes: async () => (await market.events.readAggregate(lock.id, 0, 20)).map((event) => event.type),
  };
};

describe('the checkout of a lock', () => {
  test('opens for its buyer, with what is to pay; asking again gives the same address', async () => {
    const room = await held();

    const first = await room.checkout();
    const again = await room.checkout();

    expect(again.url).toBe(first.url);
    expect(market.provider.open.get(room.id)).toMatchObject({
      item: usd(8_400),
      shipping: usd(1_200),
      total: usd(9_600),
      fee: usd(870),
      shipsTo: ['US'],
    });
    expect(await codeOf(room.checkout('ship', room.maker))).toBe('not_found');
  });

  test('costs no shipping when the piece is fetched, also after a change of mind', async () => {
    const room = await held();
    await room.checkout('ship');

    await room.checkout('pickup');

    expect(market.provider.open.get(room.id)).toMatchObject({ shipping: null, total: usd(8_400) });
    expect(await room.now()).toMatchObject({ state: 'checkout_open', delivery: 'pickup' });
  });

  test('is held again, and nothing lost, when the provider cannot be reached', async () => {
    const room = await held();
    market.provider.reachable = false;

    expect(await codeOf(room.checkout())).toContain('cannot be reached');
    expect((await room.now())?.state).toBe('held');
    market.provider.reachable = true;
    await room.checkout();
    expect((await room.now())?.state).toBe('checkout_open');
  });

  test('late in the window stretches it once to 31 minutes', async () => {
    const room = await held();
    await market.pass(48 * HOUR - 10 * MINUTE);

    await room.checkout();
    await market.pass(20 * MINUTE);
    expect((await room.now())?.state).toBe('checkout_open');
    await market.pass(12 * MINUTE);

    expect((await room.now())?.state).toBe('released');
    expect(await codeOf(room.checkout())).toBe('lock_expired');
  });

  test('that ended before it was paid leaves the piece held, unless another one took its place', async () => {
    const room = await held();
    await room.checkout();
    const sessionEnds = async () => {
      await market.database.transaction((tx) =>
        market.events.emit(tx, 'payment.session_expired', room.id, { paymentId: room.id, lockId: room.id }),
      );
      await market.settle();
    };

    await sessionEnds();
    expect((await room.now())?.state).toBe('checkout_open');
    market.provider.open.delete(room.id);
    await sessionEnds();

    expect((await room.now())?.state).toBe('held');
  });

  test('whose page ends before the time to pay does gets new ones, until that is over', async () => {
    const room = await held();
    const first = await room.checkout();
    const renew = async () => {
      await market.locks.renewSessions([room.id]);
      return market.provider.open.get(room.id)?.expiresAt.getTime() ?? 0;
    };

    await market.pass(24 * HOUR - 5 * MINUTE);
    const second = await renew();
    await market.pass(HOUR);
    expect(second - first.expiresAt.getTime()).toBeCloseTo(24 * HOUR - 5 * MINUTE, -4);
    expect(await room.now()).toMatchObject({ state: 'checkout_open', delivery: 'ship' });
    await market.pass(24 * HOUR);

    expect(await renew()).toBe(0);
  });
});

describe('the time to pay', () => {
  test('reminds three times, then lets go and frees the piece', async () => {
    const room = await held();

    for (const hours of [12, 24, 11, 1]) await market.pass(hours * HOUR);

    expect((await room.eventTypes()).filter((type) => type === 'lock.reminder_due')).toHaveLength(3);
    expect(await room.now()).toMatchObject({ state: 'released', releaseReason: 'expired' });
    expect(await room.listingNow()).toBe('available');
    expect((await room.eventTypes()).at(-1)).toBe('lock.released');
  });

  test('ends early for whoever was asked second and says no; the winner has no such way out', async () => {
    const [winner, second] = [await held('auction'), await held('second_chance')];

    expect(await codeOf(decline(market.deps.locks, winner.buyer, winner.id, 'test'))).toBe('invalid_transition');
    expect(await codeOf(decline(market.deps.locks, winner.buyer, second.id, 'test'))).toBe('not_found');
    await decline(market.deps.locks, second.buyer, second.id, 'test');
    await market.settle();

    expect(await second.now()).toMatchObject({ state: 'released', releaseReason: 'declined' });
  });
});

describe('the payment', () => {
  test('pays the lock, sells the piece and places one order, however often it is told', async () => {
    const room = await held();
    await room.checkout();

    const paymentId = await market.capture(room.id);
    await market.capture(room.id, paymentId);
    await market.settle();

    expect((await room.now())?.state).toBe('paid');
    expect(await room.listingNow()).toBe('sold');
    expect(await market.orders.ofLocks(market.database.db, [room.id])).toHaveProperty('size', 1);
    expect((await room.eventTypes()).filter((type) => type === 'lock.paid')).toHaveLength(1);
    expect(market.provider.late).not.toContain(paymentId);
    await market.pass(49 * HOUR);
    expect((await room.now())?.state).toBe('paid');
  });

  test('that a bank has promised is waited for, whatever the clock says; one that does not come may be made anew in time', async () => {
    const [slow, early, late] = [await held(), await held('auction'), await held('auction')];
    const bank = (room: typeof slow, type: 'payment.processing' | 'payment.failed') =>
      market.database.transaction((tx) =>
        market.events.emit(tx, type, room.id, { paymentId: newId(), lockId: room.id }),
      );
    for (const room of [slow, early, late]) {
      await room.checkout();
      await bank(room, 'payment.processing');
    }
    await market.settle();

    expect(await codeOf(early.checkout())).toBe('checkout_in_progress');
    await bank(early, 'payment.failed');
    await market.settle();
    expect(await early.now()).toMatchObject({ state: 'held', paymentFailed: true });
    expect((await early.eventTypes()).at(-1)).toBe('lock.payment_failed');
    await early.checkout();
    expect(await early.now()).toMatchObject({ state: 'checkout_open', paymentFailed: false });

    await market.pass(49 * HOUR);
    expect((await slow.now())?.state).toBe('processing');
    await market.capture(slow.id);
    await bank(late, 'payment.failed');
    await market.settle();
    expect((await slow.now())?.state).toBe('paid');
    expect(await late.now()).toMatchObject({ state: 'released', releaseReason: 'failed' });
    expect(await codeOf(late.checkout())).toBe('payment_failed');
  });

  test('that comes for a released lock goes back, and the piece stays free', async () => {
    const room = await held();
    await market.pass(48 * HOUR);

    const paymentId = await market.capture(room.id);
    await market.settle();

    expect(market.provider.late).toContain(paymentId);
    expect(await room.listingNow()).toBe('available');
    expect(await market.orders.ofLocks(market.database.db, [room.id])).toHaveProperty('size', 0);
  });

  test('that comes a second time, by another page, goes back, also when both come at once', async () => {
    const room = await held();

    const came = await Promise.all([market.capture(room.id), market.capture(room.id)]);
    await market.settle();

    expect(came.filter((each) => market.provider.late.includes(each))).toHaveLength(1);
    expect(await market.orders.ofLocks(market.database.db, [room.id])).toHaveProperty('size', 1);
    expect(await room.listingNow()).toBe('sold');
  });

  test('and the end of the window at the same moment: one of them wins, never both', async () => {
    const rooms = await Promise.all(Array.from({ length: 8 }, () => held()));
    await Promise.all(rooms.map((room) => room.checkout()));
    const expiry = market.pass(48 * HOUR);

    await Promise.all([expiry, ...rooms.map((room) => market.capture(room.id))]);
    await market.settle();

    for (const room of rooms) {
      const [lock, listing] = [await room.now(), await room.listingNow()];
      const ordered = (await market.orders.ofLocks(market.database.db, [room.id])).size;
      expect([lock?.state, listing, ordered]).toEqual(
        lock?.state === 'paid' ? ['paid', 'sold', 1] : ['released', 'available', 0],
      );
    }
  });
});

describe('more time', () => {
  test('is asked for by the buyer and given by the maker, once: a day, with its reminders', async () => {
    const room = await held();
    const end = (await room.now())?.expiresAt.getTime() ?? 0;
    const ask = () => askExtension(market.deps.locks, room.buyer, room.id, 'test');
    const give = (by = room.maker) => extend(market.deps.locks, by, room.id, 'test');

    expect(await codeOf(give(await market.person('other', 'maker')))).toBe('not_found');
    await ask();
    expect(await codeOf(ask())).toBe('invalid_transition');
    expect((await give()).expiresAt.getTime()).toBe(end + 24 * HOUR);
    expect(await codeOf(give())).toBe('invalid_transition');
    await market.pass(48 * HOUR);
    expect((await room.now())?.state).toBe('held');
    await market.pass(24 * HOUR);

    expect((await room.now())?.state).toBe('released');
    expect(await room.eventTypes()).toEqual(expect.arrayContaining(['lock.extension_asked', 'lock.extended']));
  });

  test('and reminders are those of the day on which it began', async () => {
    const room = await held();
    const end = (await room.now())?.expiresAt.getTime() ?? 0;
    const deps = { ...market.deps.locks, rules: { ...market.deps.locks.rules, extendMs: HOUR, remindAt: [] } };

    await askExtension(deps, room.buyer, room.id, 'test');
    expect((await extend(deps, room.maker, room.id, 'test')).expiresAt.getTime()).toBe(end + 24 * HOUR);
    await market.pass(18 * HOUR);

    expect(await room.eventTypes()).toContain('lock.reminder_due');
  });

  test('is not given when the time is over, nor where half an hour is all there is', async () => {
    const [late, second] = [await held(), await held('buy_now')];
    await expect(extend(market.deps.locks, second.maker, second.id, 'test')).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    market.provider.reachable = false;
    await market.pass(48 * HOUR);

    expect(await codeOf(extend(market.deps.locks, late.maker, late.id, 'test'))).toBe('invalid_transition');
    market.provider.reachable = true;
    await market.settle();
  });
});
