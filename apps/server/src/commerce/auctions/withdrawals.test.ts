import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { openSignals } from '../locks/signals.ts';
import { auctionIn } from './auctions.fixture.ts';
import { resume, suspend } from './moderation.ts';
import { replay } from './replay.ts';
import { choose } from './second-chance.ts';
import { blockBidder, retract, retractFor, retractionOf } from './withdrawals.ts';

const HOUR = 3_600_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const eventsOf = async (aggregate: string, type: string) =>
  (await market.events.readAggregate(aggregate, 0, 1_000)).filter((event) => event.type === type);

/** The stored auction is the replay of its log. */
const assertReplayed = async (room: Awaited<ReturnType<typeof auctionIn>>) => {
  const { auction } = await room.lot();
  expect(replay(await room.log())).toEqual(auction);
  return auction;
};

describe('a reserve', () => {
  test('that is not met at the end sells nothing, and the piece is free', async () => {
    const room = await auctionIn(market, { reserve: usd(9_000) });
    await room.most(await market.person('ana'), 8_000);

    await market.pass(72 * HOUR);

    expect((await room.lot()).auction).toMatchObject({ state: 'no_sale', price: usd(5_100) });
    expect(await room.listingNow()).toBe('available');
    expect(await eventsOf(room.auctionId, 'auction.closed')).toMatchObject([{ payload: { outcome: 'no_sale' } }]);
  });

  test('is the price once a maximum covers it; accepted before that, the maker waives it', async () => {
    const [met, waived] = [
      await auctionIn(market, { reserve: usd(9_000) }),
      await auctionIn(market, { reserve: usd(9_000) }),
    ];
    const ana = await market.person('ana');

    const bid = await met.most(ana, 12_000);
    await waived.accept(2);

    expect(bid.auction).toMatchObject({ price: usd(9_000), reserveMet: true });
    expect(JSON.stringify((await waived.bid(ana, 6_000).catch((error) => error)).details ?? {})).not.toContain('9000');
    expect(await waived.lockOf(waived.opener)).toMatchObject({ item: usd(5_000) });
  });

  test('is not undercut by silence when the winner does not pay', async () => {
    const room = await auctionIn(market, { reserve: usd(9_000) });
    await room.most(await market.person('ana'), 12_000);
    await market.pass(72 * HOUR);
    await market.pass(48 * HOUR);
    expect((await room.lot()).auction.decideBy).not.toBeNull();

    await market.pass(12 * HOUR);

    expect((await room.lot()).auction.state).toBe('no_sale');
    expect(await room.lockOf(room.opener)).toBeNull();
  });

  test('is undercut by the maker’s own word', async () => {
    const room = await auctionIn(market, { reserve: usd(9_000) });
    await room.most(await market.person('ana'), 12_000);
    await market.pass(72 * HOUR);
    await market.pass(48 * HOUR);

    await choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test');

    expect(await room.lockOf(room.opener)).toMatchObject({ reason: 'second_chance', item: usd(5_000) });
  });
});

describe('a retraction', () => {
  test('is public, tells who leads then, and is asked about beforehand', async () => {
    const room = await auctionIn(market);
    const ana = await market.person('ana');
    await room.most(ana, 9_000);
    expect(await retractionOf(market.deps.auctions, await room.lot(), ana.id)).toEqual({
      what: 'all',
      why: null,
      bids: 1,
      bidAgain: true,
    });

    await retract(market.deps.auctions, ana, room.auctionId, 'wrong_amount', 'test');

    expect(await assertReplayed(room)).toMatchObject({ price: usd(5_000), leader: { bidder: room.opener.id } });
    expect(await eventsOf(room.auctionId, 'auction.bids_withdrawn')).toMatchObject([
      { payload: { how: 'retracted', bidderId: ana.id, leaderId: room.opener.id, price: usd(5_000) } },
    ]);
    expect(await codeOf(room.most(ana, 9_000))).toBe('bid_after_retraction');
    expect((await room.most(ana, 8_000)).leading).toBe(true);
  });

  test('in the last hour is made by support alone, who has no part in the auction; the record says why', async () => {
    const room = await auctionIn(market);
    const [ana, noor] = [await market.person('ana'), await market.person('noor', 'moderator')];
    await market.pass(71.5 * HOUR);
    await room.most(ana, 90_000);
    const asked = { bidder: 2, what: 'newest', reason: 'wrong_amount', note: 'She meant 90.00.' } as const;
    const by = (actor: typeof noor) => retractFor(market.deps.auctions, actor, room.auctionId, asked, 'test');
    expect(await codeOf(retract(market.deps.auctions, ana, room.auctionId, 'wrong_amount', 'test'))).toBe(
      'retraction_not_allowed',
    );

    expect(await codeOf(by(ana))).toBe('forbidden');
    expect(await codeOf(by({ ...room.maker, roles: ['maker', 'moderator'] }))).toBe('own_content');
    expect(await codeOf(by({ ...room.opener, roles: ['viewer', 'moderator'] }))).toBe('own_content');
    const [one, two] = await Promise.all([codeOf(by(noor)), codeOf(by(noor))]);

    expect([one, two].sort()).toEqual(['no error', 'retraction_not_allowed']);
    expect(await assertReplayed(room)).toMatchObject({ price: usd(5_000), leader: { bidder: room.opener.id } });
    expect(await eventsOf(room.auctionId, 'auction.bids_withdrawn')).toMatchObject([
      { payload: { how: 'retracted', bySupport: true, bidderId: ana.id } },
    ]);
    const { rows } = await sql<{ facts: object }>`
      select facts from audit_log where action = 'auction.bid_retracted_for' and subject = ${room.auctionId}`.execute(
      market.database.db,
    );
    expect(rows).toHaveLength(1);
    expect((await room.most(ana, 9_000)).leading).toBe(true);
  });

  test('the third within half a year has somebody look', async () => {
    const ana = await market.person('ana');
    for (let times = 0; times < 3; times++) {
      expect(await eventsOf(ana.id, 'bidder.review_due')).toEqual([]);
      const room = await auctionIn(market);
      await room.bid(ana, 6_000);
      await retract(market.deps.auctions, ana, room.auctionId, 'description_changed', 'test');
    }

    expect(await eventsOf(ana.id, 'bidder.review_due')).toMatchObject([{ payload: { retractions: 3 } }]);
    const signals = (await openSignals(market.database.db)).filter(({ personId }) => personId === ana.id);
    expect(signals).toMatchObject([{ kind: 'retractions', otherId: null, times: 3 }]);
  });
});

describe('a bidder whom the maker blocks', () => {
  test('is disqualified, by the button and by the list of blocked people', async () => {
    const [byButton, byList] = [await auctionIn(market), await auctionIn(market)];
    const ana = await market.person('ana');
    await byButton.bid(ana, 6_000);
    await byList.bid(ana, 6_000);

    await blockBidder(market.deps.auctions, byButton.maker, byButton.auctionId, 2, 'test');
    await market.database.transaction((tx) => market.deps.auctions.block(tx, byList.maker.id, ana.id, 'test'));
    await market.settle();

    for (const room of [byButton, byList]) {
      expect(await assertReplayed(room)).toMatchObject({ price: usd(5_000), leader: { bidder: room.opener.id } });
      expect(await codeOf(room.bid(ana, 9_000))).toBe('bidder_blocked');
    }
    const stranger = await market.person('stranger', 'maker');
    expect(await codeOf(blockBidder(market.deps.auctions, stranger, byList.auctionId, 1, 'test'))).toBe('not_found');
    expect(await codeOf(blockBidder(market.deps.auctions, byList.maker, byList.auctionId, 7, 'test'))).toBe(
      'not_found',
    );
  });

  test('does not win when the end comes before the news', async () => {
    const room = await auctionIn(market);
    const ana = await market.person('ana');
    await room.bid(ana, 6_000);
    await market.block(room.maker.id, ana.id); // as if the event were still on its way

    await market.pass(72 * HOUR);

    expect((await room.lot()).auction).toMatchObject({ state: 'closing', asked: { bidder: room.opener.id } });
    expect((await room.log()).map(({ kind }) => kind)).toEqual(['opened', 'bid', 'bid', 'disqualified', 'closed']);
  });
});

describe('races', () => {
  const ROUNDS = 12;

  test('BlockLeader: bids and the block of who places them at once; the blocked never lead', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const room = await auctionIn(market);
      const [ana, ben] = [await market.person('ana'), await market.person('ben')];
      await room.bid(ana, 5_500);

      await Promise.allSettled([
        room.most(ana, 20_000),
        blockBidder(market.deps.auctions, room.maker, room.auctionId, 2, 'test'),
        room.bid(ben, 7_000),
        room.most(ana, 30_000),
      ]);

      const auction = await assertReplayed(room);
      expect(auction.leader?.bidder).not.toBe(ana.id);
      expect(auction.price && auction.price.amount <= 7_000).toBe(true);
    }
  });

  test('BidSuspend: no bid is taken while the clock stands, and none that was acknowledged is lost', async () => {
    const moderator = await market.person('noor', 'moderator');
    for (let round = 0; round < ROUNDS; round++) {
      const room = await auctionIn(market);
      const people = await Promise.all([1, 2, 3, 4].map((each) => market.person(`bidder-${each}`)));
      const { endsAt } = (await room.lot()).auction;

      const outcomes = await Promise.allSettled([
        ...people.map((person, index) => room.bid(person, 6_000 + index * 500)),
        suspend(market.deps.auctions, moderator, room.auctionId, 'A report.', 'test'),
        ...people.map((person, index) => room.bid(person, 9_000 + index * 500)),
      ]);

      const log = await room.log();
      const stopped = log.findIndex(({ kind }) => kind === 'suspended');
      expect(log.slice(stopped + 1)).toEqual([]);
      const answered = outcomes.flatMap((each) =>
        each.status === 'fulfilled' && 'seq' in each.value ? [each.value.seq] : [],
      );
      // Whoever leads already when their second bid is decided raises it.
      expect(answered.filter((seq) => !['bid', 'raised'].includes(log[seq - 1]?.kind ?? ''))).toEqual([]);
      await market.pass(HOUR);
      await resume(market.deps.auctions, moderator, room.auctionId, 'test');
      const auction = await assertReplayed(room);
      expect(auction.endsAt - endsAt).toBeGreaterThanOrEqual(HOUR);
      expect((await room.bid(people[0] ?? room.opener, 20_000)).leading).toBe(true);
    }
  });
});
