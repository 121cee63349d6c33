import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Market, openMarket } from '../../testing/market.ts';
import { auctionIn } from './auctions.fixture.ts';
import { watch, watchersOf, watchlist } from './watch.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const toldIn = async (auctionId: string) =>
  (await market.events.readAggregate(auctionId, 0, 1_000)).flatMap((event) =>
    event.type === 'auction.ending' ? [event.payload.personIds] : [],
  );

test('whoever watches or has bid is told once, an hour before the end, also when the end has moved', async () => {
  const room = await auctionIn(market);
  const [ana, ben] = [await market.person('ana'), await market.person('ben')];
  await watch(market.deps.auctions, ana, await room.lot(), true);
  await watch(market.deps.auctions, ben, await room.lot(), true);
  await watch(market.deps.auctions, ben, await room.lot(), false);

  await market.pass(71 * HOUR - MINUTE);
  expect(await toldIn(room.auctionId)).toEqual([]);
  await market.pass(2 * MINUTE);
  expect((await toldIn(room.auctionId)).map((people) => [...people].sort())).toEqual([[room.opener.id, ana.id].sort()]);
  await market.pass(50 * MINUTE);
  await room.bid(ana, 6_000);
  await market.pass(13 * MINUTE);

  expect(await toldIn(room.auctionId)).toHaveLength(1);
});

test('the list has what one watches and what one bid on, what ends first before all, and what is over last', async () => {
  const [over, later, watched, stranger] = [
    await auctionIn(market, { auctionDurationH: 24 }),
    await auctionIn(market, { auctionDurationH: 120 }),
    await auctionIn(market, { auctionDurationH: 72 }),
    await auctionIn(market),
  ];
  const ana = await market.person('ana');
  await over.bid(ana, 6_000);
  await later.bid(ana, 6_000);
  await watch(market.deps.auctions, ana, await watched.lot(), true);
  await watch(market.deps.auctions, ana, await watched.lot(), true);
  await market.pass(25 * HOUR);

  const list = await watchlist(market.deps.auctions, ana);

  expect(list.map(({ auction, watching, leading }) => [auction.id, watching, leading])).toEqual([
    [watched.auctionId, true, false],
    [later.auctionId, false, true],
    [over.auctionId, false, true],
  ]);
  expect(await watchersOf(market.database.db, watched.auctionId, ana.id)).toEqual({ watchers: 1, watching: true });
  expect(await watchersOf(market.database.db, stranger.auctionId, null)).toEqual({ watchers: 0, watching: false });
  await market.block(watched.maker.id, ana.id);
  expect(await watchlist(market.deps.auctions, ana)).toHaveLength(2);
});

test('what is no longer for somebody is not in their list, and they are not told of its end; who has bid sees it always', async () => {
  const room = await auctionIn(market);
  const [ana, ben] = [await market.person('ana'), await market.person('ben')];
  for (const person of [ana, ben]) await watch(market.deps.auctions, person, await room.lot(), true);
  await room.bid(ben, 6_000);
  const { isFor } = market.deps.listings;
  market.deps.listings.isFor = async (_reader, _actor, storyId) => storyId !== room.storyId;

  const lists = [await watchlist(market.deps.auctions, ana), await watchlist(market.deps.auctions, ben)];
  await market.pass(71.5 * HOUR);
  market.deps.listings.isFor = isFor;

  expect(lists.map((list) => list.length)).toEqual([0, 1]);
  expect((await toldIn(room.auctionId)).map((people) => [...people].sort())).toEqual([[room.opener.id, ben.id].sort()]);
});
