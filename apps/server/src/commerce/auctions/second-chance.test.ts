import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftClock } from '#platform/database';
import { type Market, openMarket, usd } from '../../testing/market.ts';
import { answer } from '../offers/commands.ts';
import { pageOfOffers } from '../offers/store.ts';
import { auctionIn } from './auctions.fixture.ts';
import { replay } from './replay.ts';
import { choose } from './second-chance.ts';

const HOUR = 3_600_000;
const ROUNDS = 10;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** Opener 50, ana 60, accepted for ana. */
const sold = async () => {
  const room = await auctionIn(market);
  const ana = await market.person('ana');
  await room.bid(ana, 6_000);
  await room.accept(3);
  await market.settle();
  const lock = await room.lockOf(ana);
  if (!lock) throw new Error('the winner has a lock');
  return { ...room, ana, lock };
};

test('SecondChanceRelist: the maker asks, the maker relists, and the time to choose ends, at once; one of them counts', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const room = await sold();
    await market.pass(48 * HOUR);
    if (round % 2 === 0) await shiftClock(market.database, 12 * HOUR);

    const outcomes = await Promise.allSettled([
      choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test'),
      choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'relist' }, 'test'),
      choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test'),
      market.settle(),
    ]);
    await market.settle();

    expect(outcomes.slice(0, 3).filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    const { auction } = await room.lot();
    expect(replay(await room.log())).toEqual(auction);
    const second = await room.lockOf(room.opener);
    if (auction.state === 'closing') {
      expect(second).toMatchObject({ state: 'held', reason: 'second_chance' });
      expect(await room.listingNow()).toBe('locked');
    } else {
      expect(auction.state).toBe('no_sale');
      expect(second).toBeNull();
      expect(await room.listingNow()).toBe('available');
    }
  }
});

test('the maker may name the next bidder a price instead: the auction is over, and the offer can be taken', async () => {
  const room = await sold();
  await market.pass(48 * HOUR);

  const lot = await choose(
    market.deps.auctions,
    room.maker,
    room.auctionId,
    { choice: 'offer', amount: usd(4_500) },
    'test',
  );
  await market.settle();

  expect(lot.auction.state).toBe('no_sale');
  expect(replay(await room.log())).toEqual((await room.lot()).auction);
  const offers = await pageOfOffers(market.database.db, {
    as: 'buyer',
    personId: room.opener.id,
    state: 'pending',
    from: 'maker',
    below: null,
    limit: 2,
  });
  expect(offers).toMatchObject([{ amount: usd(4_500), makerId: room.maker.id, answers: null }]);
  const taken = await answer(market.deps.offers, room.opener, offers[0]?.id ?? '', 'accept', 'test');
  expect(taken.state).toBe('accepted');
  expect(await room.listingNow()).toBe('locked');
  expect((await room.lockOf(room.ana))?.state).toBe('released');
});

test('LockExpirePaid: the time to pay ends and the money comes, at once; the piece is sold, or the money goes back', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { lock, ana, ...room } = await sold();
    // In some rounds the provider has ended the session before it hears of the payment.
    const settles = round % 2 === 0;
    if (settles) market.provider.paid.add(lock.id);
    await shiftClock(market.database, 48 * HOUR);

    const [, paymentId] = await Promise.all([market.settle(), market.capture(lock.id), market.settle()]);
    await market.settle();

    const after = await room.lockOf(ana);
    const orders = (await market.orders.ofLocks(market.database.db, [lock.id])).size;
    const late = market.provider.late.includes(paymentId);
    const { auction } = await room.lot();
    expect(replay(await room.log())).toEqual(auction);
    if (after?.state === 'paid') {
      expect([orders, late, auction.state, await room.listingNow()]).toEqual([1, false, 'sold', 'sold']);
    } else {
      expect(after?.state).toBe('released');
      expect([orders, late]).toEqual([0, true]);
      expect(await room.listingNow()).not.toBe('sold');
    }
  }
});
