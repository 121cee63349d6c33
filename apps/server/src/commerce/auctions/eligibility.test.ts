import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { make } from '../offers/commands.ts';
import { auctionIn } from './auctions.fixture.ts';

const DAY = 24 * 3_600_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const detailsOf = async (work: Promise<unknown>) =>
  await work.then(
    () => null,
    (error) => error.details,
  );

test('without a saved card one bids up to 200.00 while one is new, later up to 500.00; with one, as one likes', async () => {
  const room = await auctionIn(market, { auctionDurationH: 168 });
  const ana = await market.person('ana');
  market.cardless.add(ana.id);

  await room.most(ana, 20_000);
  expect(await detailsOf(room.most(ana, 20_001))).toEqual({ upTo: usd(20_000), why: 'new_account' });
  const story = market.story(room.maker.id);
  expect(await codeOf(make(market.deps.offers, ana, story, usd(20_001), 'test'))).toBe('card_required');
  await market.pass(6.9 * DAY);
  await room.bid(room.opener, 20_500);
  await market.database.pool.query(`update users set created_at = created_at - interval '1 day' where id = $1`, [
    ana.id,
  ]);
  expect(await detailsOf(room.most(ana, 50_001))).toEqual({ upTo: usd(50_000), why: 'amount' });
  await room.most(ana, 50_000);
  market.cardless.delete(ana.id);

  expect((await room.most(ana, 90_000)).leading).toBe(true);
});

test('a maker’s own card does not bid on their piece', async () => {
  const room = await auctionIn(market);
  const ana = await market.person('ana');
  market.sharedCards.add(`${ana.id} ${room.maker.id}`);

  expect(await codeOf(room.bid(ana, 6_000))).toBe('bidder_blocked');
});
