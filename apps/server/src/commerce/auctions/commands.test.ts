import { DomainError } from '@videowindow/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { audited } from '../../testing/audited.ts';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { auctionIn } from './auctions.fixture.ts';
import { cancel, end } from './commands.ts';
import { createAuctions } from './index.ts';
import type { Entry } from './log.ts';
import { suspend } from './moderation.ts';
import { proveAuctions } from './prove.ts';
import { replay } from './replay.ts';
import { choose } from './second-chance.ts';
import { readLog } from './store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const auctioned = () => auctionIn(market);

const eventsOf = async (aggregate: string) =>
  (await market.events.readAggregate(aggregate, 0, 1_000)).map((event) => event.type);

/** Bids that people placed, those too that only raised what they would pay. */
const placed = (log: readonly Entry[]) => log.filter(({ kind }) => kind === 'bid' || kind === 'raised').length;

describe('an auction', () => {
  test('is opened by the first offer that the policy wants, with it as the first bid', async () => {
    const room = await auctioned();

    expect((await room.lot()).auction).toMatchObject({
      state: 'live',
      seq: 2,
      price: usd(5_000),
      leader: { bidder: room.opener.id, number: 1 },
    });
    expect(await room.listingNow()).toBe('in_auction');
    expect(await eventsOf(room.auctionId)).toEqual(['auction.opened']);
  });

  test('takes bids in order and tells whoever led', async () => {
    const room = await auctioned();
    const ana = await market.person('ana');

    const placed = await room.bid(ana, 6_000);

    expect(placed).toMatchObject({
      seq: 3,
      auction: { price: usd(6_000), minNext: usd(6_100), leader: { bidder: 2 } },
    });
    expect(await codeOf(room.bid(room.opener, 6_050))).toBe('bid_too_low');
    expect(await codeOf(room.bid(room.maker, 7_000))).toBe('seller_cannot_bid');
    const told = await market.events.readAggregate(room.auctionId, 0, 10);
    expect(told.map((event) => event.type)).toEqual(['auction.opened', 'auction.changed', 'auction.outbid']);
    expect(told[2]?.payload).toMatchObject({ bidderIds: [room.opener.id], price: usd(6_000) });
  });

  test('keeps the increments and the soft close that it began with, whatever the settings say later', async () => {
    const room = await auctioned();
    const later = createAuctions({
      ...market.deps.auctions,
      rules: {
        ...market.deps.auctions.rules,
        increments: { currency: 'USD', steps: [{ below: null, by: 2_500 }] },
        softClose: [{ extensions: null, windowMs: HOUR }],
        tellBeforeEndMs: 2 * HOUR,
      },
    });
    const bid = async (amount: number) =>
      await later.bid({ id: (await market.person('ana')).id, roles: ['viewer'] }, room.auctionId, {
        amount: usd(amount),
        clientKey: `later-${amount}`,
      });
    const { endsAt, terms } = (await room.lot()).auction;

    expect((await bid(5_100)).auction.minNext).toEqual(usd(5_200));
    await market.pass(terms.endsAt - terms.startsAt - 30 * MINUTE);
    expect(Date.parse((await bid(5_200)).auction.endsAt)).toBe(endsAt);
    await market.pass(20 * MINUTE);
    const late = Date.parse((await bid(5_300)).auction.endsAt);

    expect(late - endsAt).toBeGreaterThan(4 * MINUTE);
    expect(late - endsAt).toBeLessThan(6 * MINUTE);
  });

  test('shows who leads by a handle where they like that, else by a number', async () => {
    const room = await auctioned();
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];
    market.handles.set(ana.id, 'ana.turns');

    const first = await room.bid(ana, 6_000);
    const second = await room.bid(ben, 7_000);

    expect([first.auction.leader, second.auction.leader]).toEqual([
      { bidder: 2, label: '@ana.turns' },
      { bidder: 3, label: 'Bidder 3' },
    ]);
    const labels = (await market.auctions.publicLog(market.database.db, room.auctionId)).map(({ label }) => label);
    expect(labels).toEqual([null, 'Bidder 1', '@ana.turns', 'Bidder 3']);
  });

  test('refuses people whom the maker blocked, and what is not there', async () => {
    const room = await auctioned();
    const ana = await market.person('ana');
    await market.block(room.maker.id, ana.id);

    expect(await codeOf(room.bid(ana, 6_000))).toBe('bidder_blocked');
    expect(await codeOf(market.auctions.bid(ana, ana.id, { amount: usd(6_000), clientKey: 'nothing-here' }))).toBe(
      'not_found',
    );
  });

  test('gives a repeated bid its first answer, also when the price has moved on, and refuses another under its key', async () => {
    const room = await auctioned();
    const [ana, ben, cleo] = [await market.person('ana'), await market.person('ben'), await market.person('cleo')];
    const first = await room.bid(ana, 6_000, 'the-same-key');
    const low = await codeOf(room.bid(ben, 6_001, 'a-low-key'));
    await room.bid(ben, 7_000);

    const [again, , twin] = await Promise.all([
      room.bid(ana, 6_000, 'the-same-key'),
      room.bid(cleo, 8_000, 'a-twin-key'),
      room.bid(cleo, 8_000, 'a-twin-key'),
    ]);

    expect(again.seq).toBe(first.seq);
    expect(twin.seq).toBe(5);
    expect(low).toBe('bid_too_low');
    expect(await codeOf(room.bid(ben, 6_001, 'a-low-key'))).toBe('bid_too_low');
    expect(await codeOf(room.bid(ana, 9_000, 'the-same-key'))).toBe('idempotency_key_reused');
    expect((await room.lot()).auction).toMatchObject({ seq: 5, bidCount: 4, price: usd(8_000) });
  });

  test('decides bids that come at once in one order, and its row is the replay of its log', async () => {
    const room = await auctioned();
    const bidders = await Promise.all(Array.from({ length: 12 }, (_, index) => market.person(`bidder-${index}`)));

    const outcomes = await Promise.allSettled(
      bidders.flatMap((bidder, index) => [5_500, 6_000 + index * 100, 8_000].map((amount) => room.bid(bidder, amount))),
    );

    const { auction } = await room.lot();
    const log = await readLog(market.database.db, { id: room.auctionId, currency: 'USD' });
    expect(replay(log)).toEqual(auction);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(placed(log) - 1);
    const seqs = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.seq] : []));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(auction.price).toEqual(usd(8_000));
  });

  test('is compared with its log at night; one that differs is an alarm', async () => {
    const [right, wrong] = [await auctioned(), await auctioned()];
    await right.most(await market.person('ana'), 9_000);
    await sql`update auctions set bid_count = bid_count + 1 where id = ${wrong.auctionId}`.execute(market.database.db);

    const differing = await proveAuctions(market.deps.auctions);

    expect(differing).toEqual([wrong.auctionId]);
  });

  test('loses no bid and doubles none when its connections are cut in the middle', async () => {
    const room = await auctioned();
    const bidders = await Promise.all(Array.from({ length: 8 }, (_, index) => market.person(`bidder-${index}`)));
    const CUTS = 40;
    let price = 5_000;
    let going = true;
    /** As a client does: without an answer, the same bid again under the same key. */
    const insist = async (bidder: { id: string }, amount: number): Promise<number | string> => {
      for (let attempt = 0; attempt < 100; attempt++) {
        try {
          return (await room.bid(bidder, amount, `insist-${bidder.id}-${amount}`)).seq;
        } catch (error) {
          if (error instanceof DomainError) return error.code;
        }
      }
      return 'no answer in 100 tries';
    };
    const cutting = (async () => {
      let cuts = 0;
      while (going && cuts < CUTS) {
        const { rowCount } = await market.database.pool
          .query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and query ~ 'auction_(log|answers)|commit'
             limit 1`,
          )
          .catch(() => ({ rowCount: 0 }));
        cuts += rowCount ?? 0;
      }
      return cuts;
    })();

    const answers = await Promise.all(
      bidders.map(async (bidder) => {
        const own: (number | string)[] = [];
        for (let count = 0; count < 12; count++) {
          price += 500;
          own.push(await insist(bidder, price));
        }
        return own;
      }),
    ).finally(() => {
      going = false;
    });

    expect(await cutting).toBeGreaterThan(0);
    const seqs = answers.flat().filter((answer) => typeof answer === 'number');
    const { auction } = await room.lot();
    const log = await readLog(market.database.db, { id: room.auctionId, currency: 'USD' });
    expect(
      new Set(answers.flat().filter((answer) => typeof answer === 'string' && answer !== 'bid_too_low')).size,
    ).toBe(0);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs).toHaveLength(placed(log) - 1);
    expect(replay(log)).toEqual(auction);
  });

  test('a maximum leads by as little as it takes, is known to nobody else, and is met by the same key once', async () => {
    const room = await auctioned();
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];
    const most = (who: { id: string }, amount: number, clientKey: string) =>
      market.auctions.bid({ id: who.id, roles: ['viewer'] }, room.auctionId, {
        amount: usd(amount),
        maximum: true,
        clientKey,
      });

    const first = await most(ana, 9_000, 'ana-to-ninety');
    const against = await most(ben, 7_000, 'ben-to-seventy');
    const again = await most(ana, 9_000, 'ana-to-ninety');

    expect(first.auction.price).toEqual(usd(5_100));
    expect(against.auction).toMatchObject({ price: usd(7_100), leader: { bidder: 2 } });
    expect(JSON.stringify(against)).not.toContain('9000');
    expect(again.seq).toBe(first.seq);
    expect(await codeOf(room.bid(ana, 9_000, 'ana-to-ninety'))).toBe('idempotency_key_reused');
    const { auction } = await room.lot();
    const log = await readLog(market.database.db, { id: room.auctionId, currency: 'USD' });
    expect(log.map((entry) => entry.kind)).toEqual(['opened', 'bid', 'bid', 'bid', 'automatic']);
    expect(replay(log)).toEqual(auction);
    expect(auction).toMatchObject({ max: usd(9_000), bidCount: 3 });
  });

  test('a late bid moves the end and the timer with it', async () => {
    const room = await auctioned();
    const ana = await market.person('ana');
    await market.pass(72 * HOUR - 5 * MINUTE);

    const { auction } = await room.bid(ana, 6_000);
    expect(auction.extensions).toBe(1);
    await market.pass(6 * MINUTE);
    expect((await room.lot()).auction.state).toBe('live');
    await market.pass(10 * MINUTE);

    expect((await room.lot()).auction.state).toBe('closing');
    expect(await room.lockOf(ana)).toMatchObject({ state: 'held', reason: 'auction', item: usd(6_000), fee: usd(630) });
    expect(await codeOf(room.bid(room.opener, 9_000))).toBe('auction_ended');
  });

  test('the maker accepts what they saw; a bid in between refuses, a stranger finds nothing', async () => {
    const room = await auctioned();
    const ana = await market.person('ana');
    await room.bid(ana, 6_000);

    expect(await codeOf(room.accept(2))).toBe('version_conflict');
    expect(await codeOf(room.accept(3, await market.person('stranger', 'maker')))).toBe('not_found');
    await room.accept(3);

    expect(await room.listingNow()).toBe('locked');
    expect((await room.lockOf(ana))?.state).toBe('held');
    expect((await room.accept(3)).auction.state).toBe('closing');
    expect(await codeOf(room.accept(4))).toBe('auction_ended');
    expect(await audited(market.database.db, room.auctionId)).toEqual(['auction.accepted: live → closing']);
    await market.settle();
    expect(await eventsOf(room.auctionId)).toContain('auction.closed');
  });

  test('the maker cancels early and frees the piece; later bidders can rely on it', async () => {
    const [early, late] = [await auctioned(), await auctioned()];

    await cancel(market.deps.auctions, early.maker, early.auctionId, 'test');
    expect((await early.lot()).auction.state).toBe('cancelled');
    expect(await early.listingNow()).toBe('available');
    expect(await audited(market.database.db, early.auctionId)).toEqual(['auction.cancelled: live → cancelled']);
    await market.pass(61 * HOUR);

    expect(await codeOf(cancel(market.deps.auctions, late.maker, late.auctionId, 'test'))).toBe('invalid_transition');
  });

  test('a story that moderation removes takes its auction with it', async () => {
    const room = await auctioned();

    await market.database.transaction((tx) =>
      market.events.emit(tx, 'story.removed', room.storyId, {
        storyId: room.storyId,
        makerId: room.maker.id,
        title: 'Walnut bowl',
        reason: 'not theirs',
      }),
    );
    await market.settle();

    expect((await room.lot()).auction.state).toBe('cancelled');
    expect(await room.listingNow()).toBe('available');
  });

  test('that a moderator has stopped goes with its story as well, or is ended by them; not by who has a part in it', async () => {
    const [removed, ended] = [await auctioned(), await auctioned()];
    const moderator = await market.person('noor', 'moderator');
    const judged = { ...ended.opener, roles: ['viewer', 'moderator'] as const };
    expect(await codeOf(suspend(market.deps.auctions, judged, ended.auctionId, 'Why not.', 'test'))).toBe(
      'own_content',
    );
    for (const { auctionId } of [removed, ended]) {
      await suspend(market.deps.auctions, moderator, auctionId, 'A report.', 'test');
    }
    expect(await codeOf(end(market.deps.auctions, judged, ended.auctionId, 'Mine.', 'test'))).toBe('own_content');

    await market.database.transaction((tx) =>
      market.events.emit(tx, 'story.removed', removed.storyId, {
        storyId: removed.storyId,
        makerId: removed.maker.id,
        title: 'Walnut bowl',
        reason: 'not theirs',
      }),
    );
    await end(market.deps.auctions, moderator, ended.auctionId, 'It is not theirs to sell.', 'test');
    await market.settle();

    for (const room of [removed, ended]) {
      expect((await room.lot()).auction.state).toBe('cancelled');
      expect(await room.listingNow()).toBe('available');
      expect(replay(await room.log())).toEqual((await room.lot()).auction);
    }
  });
});

describe('after the hammer', () => {
  /** Opener 50, ana 60, ben 70, ana 80: accepted for ana. */
  const sold = async () => {
    const room = await auctioned();
    const [ana, ben] = [await market.person('ana'), await market.person('ben')];
    await room.bid(ana, 6_000);
    await room.bid(ben, 7_000);
    await room.bid(ana, 8_000);
    await room.accept(5);
    await market.settle();
    return { ...room, ana, ben };
  };

  test('the winner pays: sold, ordered, nothing left to close', async () => {
    const room = await sold();
    const lock = await room.lockOf(room.ana);

    await market.capture(lock?.id ?? '');
    await market.settle();

    expect((await room.lot()).auction.state).toBe('sold');
    expect(await room.listingNow()).toBe('sold');
    expect((await market.orders.ofLocks(market.database.db, [lock?.id ?? ''])).size).toBe(1);
  });

  test('the winner does not pay: the maker keeps silent, the next is asked at their own price, and buys', async () => {
    const room = await sold();

    await market.pass(48 * HOUR);
    expect(await room.lockOf(room.ana)).toMatchObject({ state: 'released', releaseReason: 'expired' });
    expect((await room.lot()).auction).toMatchObject({ state: 'closing', asked: null });
    expect(await room.listingNow()).toBe('in_auction');
    await market.pass(12 * HOUR);

    const second = await room.lockOf(room.ben);
    expect(second).toMatchObject({ state: 'held', reason: 'second_chance', item: usd(7_000) });
    await market.capture(second?.id ?? '');
    await market.settle();
    expect((await room.lot()).auction.state).toBe('sold');
    expect(await room.listingNow()).toBe('sold');
  });

  test('two second chances at most, then the piece is free again', async () => {
    const room = await sold();

    await market.pass(48 * HOUR);
    await choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test');
    await market.pass(24 * HOUR);
    await choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test');
    expect(await room.lockOf(room.opener)).toMatchObject({ state: 'held', item: usd(5_000) });
    await market.pass(24 * HOUR);

    expect((await room.lot()).auction.state).toBe('no_sale');
    expect(await room.listingNow()).toBe('available');
    expect(await codeOf(choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'ask' }, 'test'))).toBe(
      'invalid_transition',
    );
  });

  test('the maker would rather sell anew than ask', async () => {
    const room = await sold();
    await market.pass(48 * HOUR);

    await choose(market.deps.auctions, room.maker, room.auctionId, { choice: 'relist' }, 'test');

    expect((await room.lot()).auction.state).toBe('no_sale');
    expect(await room.listingNow()).toBe('available');
    await market.pass(24 * HOUR);
    expect(await room.lockOf(room.ben)).toBeNull();
  });

  test('the provider does not answer: the piece stays bound until it does', async () => {
    const room = await sold();
    market.provider.reachable = false;

    await market.pass(48 * HOUR);
    expect(await room.lockOf(room.ana)).toMatchObject({ state: 'releasing' });
    expect(await room.listingNow()).toBe('locked');
    market.provider.reachable = true;
    await market.locks.sweepReleasing();
    await market.settle();

    // The sweep looks only at what has hung for five minutes.
    await market.pass(6 * MINUTE);
    await market.locks.sweepReleasing();
    await market.settle();
    expect(await room.lockOf(room.ana)).toMatchObject({ state: 'released' });
    expect(await room.listingNow()).toBe('in_auction');
  });

  test('a payment that completes while we let go wins', async () => {
    const room = await sold();
    const lock = await room.lockOf(room.ana);
    market.provider.paid.add(lock?.id ?? '');

    await market.pass(48 * HOUR);
    expect(await room.lockOf(room.ana)).toMatchObject({ state: 'releasing' });
    await market.capture(lock?.id ?? '');
    await market.settle();

    expect((await room.lot()).auction.state).toBe('sold');
    expect((await market.orders.ofLocks(market.database.db, [lock?.id ?? ''])).size).toBe(1);
  });
});
