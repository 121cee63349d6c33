import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { lookAt, openSignals } from '../locks/signals.ts';
import { make } from '../offers/commands.ts';
import { auctionIn } from './auctions.fixture.ts';
import { lookForShills } from './shills.ts';

const DAY = 24 * 3_600_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** Somebody has had a parcel sent there. */
const lives = (person: string, home: string) =>
  market.database.pool.query('insert into order_homes (home, person_id) values ($1, $2)', [home, person]);
/** What there is to look at about people and this other one. */
const signalsOf = async (other: string) =>
  (await openSignals(market.database.db))
    .filter(({ otherId }) => otherId === other)
    .map(({ personId, kind, times }) => [personId, kind, times])
    .sort(([, a], [, b]) => (String(a) < String(b) ? -1 : 1));

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

test('whoever has the maker’s card or home does not bid on their piece, and somebody looks at it', async () => {
  const room = await auctionIn(market);
  const [card, home, stranger] = [await market.person('ana'), await market.person('ben'), await market.person('cem')];
  market.sharedCards.add(`${card.id} ${room.maker.id}`);
  await lives(room.maker.id, 'one');
  await lives(home.id, 'one');
  await lives(stranger.id, 'other');

  expect(await codeOf(room.bid(card, 6_000))).toBe('bidder_blocked');
  expect(await codeOf(room.bid(home, 6_000))).toBe('bidder_blocked');
  expect(await codeOf(room.bid(home, 6_100))).toBe('bidder_blocked');
  expect((await room.bid(stranger, 6_000)).leading).toBe(true);

  expect(await signalsOf(room.maker.id)).toEqual([
    [card.id, 'maker_card', 1],
    [home.id, 'maker_home', 2],
  ]);
});

test('bidders who belong together are noticed when an auction of a maker has ended, once until somebody has looked', async () => {
  const room = await auctionIn(market, { auctionDurationH: 24 });
  const [ana, ben, cem] = [await market.person('ana'), await market.person('ben'), await market.person('cem')];
  for (const person of [ana, ben]) await lives(person.id, 'shared');
  for (const pair of [
    [ana, cem],
    [cem, ana],
  ])
    market.sharedCards.add(pair.map((each) => each?.id).join(' '));
  await room.bid(ana, 6_000);
  await room.bid(ben, 7_000);
  await market.pass(25 * 3_600_000);

  const look = () => lookForShills(market.deps.auctions);
  await look();
  await look();

  const [one, two] = [ana.id, ben.id].sort();
  expect(await signalsOf(two ?? '')).toEqual([[one, 'bidder_home', 2]]);
  expect(await signalsOf(cem.id)).toEqual([]); // who has not bid there
  const moderator = await market.person('mo', 'moderator');
  const [open] = (await openSignals(market.database.db)).filter(({ personId }) => personId === one);
  await lookAt(market.deps.locks, moderator, open?.id ?? '', 'A family.', 'test');
  expect(await codeOf(lookAt(market.deps.locks, moderator, open?.id ?? '', 'Again.', 'test'))).toBe('not_found');
  expect(await signalsOf(two ?? '')).toEqual([]);
});
