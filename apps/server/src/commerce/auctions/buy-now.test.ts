import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { auctionIn } from './auctions.fixture.ts';
import { buyNow } from './buy-now.ts';
import { replay } from './replay.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const offered = { buyNow: usd(20_000) };
const take = (room: { auctionId: string }, who: { id: string; roles: readonly 'viewer'[] | readonly string[] }) =>
  buyNow(market.deps.auctions, { id: who.id, roles: ['viewer'] }, room.auctionId, 'test');
const attemptOf = (room: { auctionId: string }, who: { id: string }) =>
  market.locks.attemptOf(market.database.db, room.auctionId, who.id);
const ordersFor = async (lockId: string) => (await market.orders.ofLocks(market.database.db, [lockId])).size;

describe('having it at once', () => {
  test('takes half an hour to pay at most, while bidding goes on; whoever pays has it', async () => {
    const room = await auctionIn(market, offered);
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];

    await take(room, ana);
    await take(room, ana);
    expect((await room.bid(ben, 6_000)).leading).toBe(true);
    expect(await room.listingNow()).toBe('in_auction');
    const attempt = await attemptOf(room, ana);
    expect(attempt).toMatchObject({ state: 'held', reason: 'buy_now', item: usd(20_000) });
    await market.capture(attempt?.id ?? '');
    await market.settle();

    expect((await room.lot()).auction).toMatchObject({ state: 'sold', asked: { bidder: ana.id, amount: usd(20_000) } });
    expect(replay(await room.log())).toEqual((await room.lot()).auction);
    expect(await room.listingNow()).toBe('sold');
    expect(await ordersFor(attempt?.id ?? '')).toBe(1);
    expect(await codeOf(room.bid(ben, 9_000))).toBe('auction_ended');
    await market.pass(73 * HOUR);
    expect((await room.lot()).auction.state).toBe('sold');
  });

  test('two try: the first payment wins, the other money goes back', async () => {
    const room = await auctionIn(market, offered);
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];
    await take(room, ana);
    await take(room, ben);
    const [first, second] = [await attemptOf(room, ana), await attemptOf(room, ben)];

    await market.capture(first?.id ?? '');
    const late = await market.capture(second?.id ?? '');
    await market.settle();

    expect(await attemptOf(room, ana)).toMatchObject({ state: 'paid' });
    expect(await attemptOf(room, ben)).toMatchObject({ state: 'released', releaseReason: 'cancelled' });
    expect(market.provider.late).toContain(late);
    expect([await ordersFor(first?.id ?? ''), await ordersFor(second?.id ?? '')]).toEqual([1, 0]);
  });

  test('is tried once by each person, and an attempt that is left counts as a strike', async () => {
    const room = await auctionIn(market, offered);
    const ana = await market.person('ana');
    await take(room, ana);

    await market.pass(32 * MINUTE);

    expect(await attemptOf(room, ana)).toMatchObject({ state: 'released', releaseReason: 'expired' });
    expect(await room.listingNow()).toBe('in_auction');
    expect((await room.lot()).auction.state).toBe('live');
    expect(await codeOf(take(room, ana))).toBe('buy_now_closed');
    const struck = (await market.events.readAggregate(ana.id, 0, 10)).filter(({ type }) => type === 'person.struck');
    expect(struck).toMatchObject([{ payload: { kind: 'unpaid', standing: 'warned' } }]);
  });

  test('ends when bidding passes 70 per cent of it, or meets the reserve, and in the last hour', async () => {
    const [plain, reserved, late] = [
      await auctionIn(market, offered),
      await auctionIn(market, { ...offered, reserve: usd(9_000) }),
      await auctionIn(market, offered),
    ];
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];

    expect((await plain.bid(ana, 14_000)).auction.buyNow).toEqual(usd(20_000));
    expect((await plain.bid(ben, 14_250)).auction.buyNow).toBeNull();
    expect(await codeOf(take(plain, ana))).toBe('buy_now_closed');
    await reserved.bid(ana, 8_900);
    expect(await codeOf(take(reserved, ben))).toBe('no error');
    await reserved.bid(ana, 9_000);
    expect(await codeOf(take(reserved, await market.person('cleo')))).toBe('buy_now_closed');
    await market.pass(71 * HOUR + MINUTE);
    expect(await codeOf(take(late, ana))).toBe('buy_now_closed');
    expect(await codeOf(take(late, late.maker))).toBe('seller_cannot_bid');
  });

  test('is over when the maker accepts: whoever pays after that gets the money back, and no strike', async () => {
    const room = await auctionIn(market, offered);
    const ana = await market.person('ana');
    await take(room, ana);
    const attempt = await attemptOf(room, ana);
    market.provider.paid.add(attempt?.id ?? '');

    await room.accept(2);
    await market.settle();
    expect(await attemptOf(room, ana)).toMatchObject({ state: 'releasing' });
    const late = await market.capture(attempt?.id ?? '');
    await market.settle();

    expect(await attemptOf(room, ana)).toMatchObject({ state: 'released' });
    expect(market.provider.late).toContain(late);
    expect((await room.lot()).auction).toMatchObject({ state: 'closing', asked: { bidder: room.opener.id } });
    expect((await market.events.readAggregate(ana.id, 0, 10)).map(({ type }) => type)).not.toContain('person.struck');
  });
});

test('three payments missed within a year suspend bidding', async () => {
  const ana = await market.person('ana');
  for (let times = 0; times < 3; times++) {
    const room = await auctionIn(market, offered);
    await take(room, ana);
    await market.pass(32 * MINUTE);
  }
  const room = await auctionIn(market, offered);

  expect(await codeOf(room.bid(ana, 6_000))).toBe('strikes_exceeded');
  expect(await codeOf(take(room, ana))).toBe('strikes_exceeded');
  const struck = (await market.events.readAggregate(ana.id, 0, 10)).flatMap((event) =>
    event.type === 'person.struck' ? [event.payload] : [],
  );
  expect(struck).toMatchObject([{ standing: 'warned' }, { standing: 'card' }, { standing: 'suspended' }]);
});

test('BuyNowBid: payments, bids and the maker’s word at once; one of them has the piece', async () => {
  for (let round = 0; round < 10; round++) {
    const room = await auctionIn(market, offered);
    const [ana, ben, cleo] = [await market.person('ana'), await market.person('ben'), await market.person('cleo')];
    await take(room, ana);
    await take(room, ben);
    const attempts = [await attemptOf(room, ana), await attemptOf(room, ben)];
    const { seq } = (await room.lot()).auction;

    await Promise.allSettled([
      room.bid(cleo, 6_000),
      ...attempts.map((attempt) => market.capture(attempt?.id ?? '')),
      market.settle(),
      room.accept(seq),
      room.bid(cleo, 7_000),
    ]);
    await market.settle();

    const { auction } = await room.lot();
    expect(replay(await room.log())).toEqual(auction);
    expect(['sold', 'closing']).toContain(auction.state);
    const orders = await Promise.all(attempts.map((attempt) => ordersFor(attempt?.id ?? '')));
    expect(orders.reduce((sum, each) => sum + each, 0)).toBe(auction.state === 'sold' ? 1 : 0);
    expect(await room.listingNow()).toBe(auction.state === 'sold' ? 'sold' : 'locked');
    const paid = attempts.filter((_, index) => orders[index] === 1);
    expect(paid.map((attempt) => attempt?.buyerId)).toEqual(auction.state === 'sold' ? [auction.asked?.bidder] : []);
  }
});
