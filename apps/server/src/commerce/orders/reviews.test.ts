import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { codeOf, type Market, openMarket } from '../../testing/market.ts';
import { DAY, HOUR, ordered } from './orders.fixture.ts';
import { pageOfReviews, reviewsOf, summaryOf } from './review-store.ts';
import { replyTo, writeReview } from './reviews.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const over = async () => {
  const room = await ordered(market);
  await room.ship();
  await room.confirm();
  const { db } = market.database;
  return {
    ...room,
    review: (by: typeof room.maker, stars: number, text = 'As it should be.') =>
      writeReview(market.deps.orders, by, room.id, { stars, text }),
    shown: async () => (await reviewsOf(db, room.id)).filter(({ publishedAt }) => publishedAt).map(({ by }) => by),
    about: async (id: string) => ({
      ...(await summaryOf(db, { aboutId: id, storyId: null })),
      listed: (await pageOfReviews(db, { aboutId: id, storyId: null }, null, 10)).map(({ stars }) => stars),
    }),
    reply: async (by: typeof room.maker) => {
      const [review] = (await reviewsOf(db, room.id)).filter((one) => one.by === 'buyer');
      await replyTo(market.deps.orders, by, review?.id ?? '', 'Thank you.');
    },
  };
};

describe('a review', () => {
  test('is seen by nobody before the other one is written, and then both are', async () => {
    const room = await over();
    await room.review(room.buyer, 4);
    expect(await room.shown()).toEqual([]);
    expect(await room.about(room.maker.id)).toEqual({ count: 0, mean: null, listed: [] });

    await room.review(room.maker, 5);

    expect((await room.shown()).toSorted()).toEqual(['buyer', 'maker']);
    expect(await room.about(room.maker.id)).toEqual({ count: 1, mean: 4, listed: [4] });
    expect(await room.about(room.buyer.id)).toEqual({ count: 1, mean: 5, listed: [5] });
  });

  test('is shown alone after a week; the other side may still write theirs', async () => {
    const room = await over();
    await room.review(room.buyer, 2);
    await market.pass(7 * DAY - HOUR);
    expect(await room.shown()).toEqual([]);
    await market.pass(HOUR);
    expect(await room.shown()).toEqual(['buyer']);

    await room.review(room.maker, 5);

    expect(await room.shown()).toHaveLength(2);
  });

  test('is written once, by the two sides, when the order is over, for 60 days', async () => {
    const [room, late] = [await over(), await over()];
    await room.review(room.buyer, 5);
    const open = await ordered(market);

    expect(await codeOf(room.review(room.buyer, 1))).toBe('review_not_possible');
    expect(await codeOf(room.review(await market.person('stranger'), 1))).toBe('not_found');
    expect(await codeOf(writeReview(market.deps.orders, open.buyer, open.id, { stars: 1, text: '' }))).toBe(
      'review_not_possible',
    );
    await market.pass(60 * DAY);
    expect(await codeOf(late.review(late.buyer, 5))).toBe('review_not_possible');
  });

  test('is answered once, by its maker alone, and never changed, by whatever way', async () => {
    const room = await over();
    await room.review(room.buyer, 3);
    expect(await codeOf(room.reply(room.maker))).toBe('not_found');
    await room.review(room.maker, 5);

    expect(await codeOf(room.reply(await market.person('other', 'maker')))).toBe('not_found');
    await room.reply(room.maker);
    expect(await codeOf(room.reply(room.maker))).toBe('review_not_possible');
    const change = sql`update order_reviews set stars = 5 where order_id = ${room.id} and side = 'buyer'`;
    await expect(change.execute(market.database.db)).rejects.toThrow('a review is never changed');
  });

  test('that moderators remove is out of sight, and is not written again', async () => {
    const room = await over();
    await room.review(room.buyer, 1);
    await room.review(room.maker, 5);
    const [review] = (await reviewsOf(market.database.db, room.id)).filter(({ by }) => by === 'buyer');
    const id = review?.id ?? '';
    expect(await market.orders.reviews.shown(market.database.db, id)).toMatchObject({ stars: 1 });

    await market.database.transaction((tx) => market.orders.reviews.remove(tx, id));

    expect(await market.orders.reviews.shown(market.database.db, id)).toBeNull();
    expect(await room.about(room.maker.id)).toEqual({ count: 0, mean: null, listed: [] });
    expect(await codeOf(room.review(room.buyer, 1))).toBe('review_not_possible');
  });

  test('of both sides at the same moment is shown with the other', async () => {
    for (let round = 0; round < 6; round++) {
      const room = await over();

      await Promise.all([room.review(room.buyer, 5), room.review(room.maker, 5)]);

      expect(await room.shown()).toHaveLength(2);
    }
  });
});
