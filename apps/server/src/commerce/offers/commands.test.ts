import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { answer, make, withdraw } from './commands.ts';
import { findOffer } from './store.ts';

const HOUR = 3_600_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** A piece whose offers wait for the maker, unless the terms say otherwise. */
const waiting: ListingTerms = {
  ...plainTerms,
  offerPolicy: { acceptsOffers: true, minimumOffer: usd(2_000), autoRejectBelow: usd(3_000) },
};

const selling = async (terms: ListingTerms = waiting) => {
  const maker = await market.person('maker', 'maker');
  const buyer = await market.person('buyer');
  const storyId = market.story(maker.id);
  const listing = await putTerms(market.deps.listings, maker, storyId, terms);
  return {
    maker,
    buyer,
    storyId,
    listingNow: async () => (await market.listings.find(market.database.db, listing.id))?.state,
    offer: (amount: number, by = buyer) => make(market.deps.offers, by, storyId, usd(amount), 'test'),
    answer: (id: string, what: 'accept' | 'decline' | 'openAuction', by = maker) =>
      answer(market.deps.offers, by, id, what, 'test'),
  };
};
const stateOf = async (id: string) => (await findOffer(market.database.db, id))?.state;
const answersOf = async (id: string) =>
  (await market.events.readAggregate(id, 0, 10)).map((event) =>
    event.type === 'offer.answered' ? event.payload.answer : event.type,
  );

describe('an offer', () => {
  test('below the least is refused, below the limit declined at once and quietly, else it waits', async () => {
    const room = await selling();

    expect(await codeOf(room.offer(1_999))).toBe('offer_below_minimum');
    const low = await room.offer(2_999);
    expect(low.state).toBe('auto_declined');
    expect(await answersOf(low.id)).toEqual([]);
    const fair = await room.offer(9_999_999);
    expect(fair).toMatchObject({ state: 'pending', auctionId: null });
    expect(await answersOf(fair.id)).toEqual(['offer.made']);
    expect(await room.listingNow()).toBe('available');
  });

  test('is refused for what is not on sale, from the maker, and after five', async () => {
    const room = await selling();
    for (let count = 0; count < 5; count++) await room.offer(4_000 + count);

    expect(await codeOf(room.offer(5_000))).toBe('offer_limit_reached');
    expect(await codeOf(room.offer(5_000, room.maker))).toBe('seller_cannot_bid');
    const closed = await selling({ ...waiting, offerPolicy: { acceptsOffers: false } });
    expect(await codeOf(closed.offer(5_000))).toBe('listing_unavailable');
    const hidden = await selling();
    market.stories.set(hidden.storyId, { id: hidden.storyId, makerId: hidden.maker.id, title: 'x', listed: false });
    expect(await codeOf(hidden.offer(5_000))).toBe('not_found');
  });

  test('takes the place of the same buyer’s earlier one', async () => {
    const room = await selling();
    const first = await room.offer(4_000);
    const second = await room.offer(5_000);

    expect(await stateOf(first.id)).toBe('superseded');
    expect(await stateOf(second.id)).toBe('pending');
    expect(await codeOf(room.answer(first.id, 'accept'))).toBe('invalid_transition');
  });

  test('can be taken back by who made it, until it is answered', async () => {
    const room = await selling();
    const { id } = await room.offer(4_000);

    expect(await codeOf(withdraw(market.deps.offers, room.maker, id, 'test'))).toBe('not_found');
    expect((await withdraw(market.deps.offers, room.buyer, id, 'test')).state).toBe('withdrawn');
    expect(await codeOf(room.answer(id, 'accept'))).toBe('invalid_transition');
  });

  test('ends after 48 hours', async () => {
    const room = await selling();
    const { id } = await room.offer(4_000);

    await market.pass(48 * HOUR);

    expect(await stateOf(id)).toBe('expired');
    expect(await answersOf(id)).toEqual(['offer.made', 'expired']);
    expect(await codeOf(room.answer(id, 'accept'))).toBe('offer_expired');
  });
});

describe("the maker's answer", () => {
  test('accept: the piece is held for the buyer at that price, and nobody else can have it', async () => {
    const room = await selling();
    const other = await market.person('other');
    const [mine, theirs] = [await room.offer(6_000), await room.offer(7_000, other)];

    const accepted = await room.answer(mine.id, 'accept');

    expect(await room.listingNow()).toBe('locked');
    expect(await market.locks.find(market.database.db, accepted.lockId ?? '')).toMatchObject({
      buyerId: room.buyer.id,
      reason: 'offer',
      item: usd(6_000),
    });
    expect(await codeOf(room.answer(theirs.id, 'accept'))).toBe('listing_locked');
    expect(await codeOf(room.answer(mine.id, 'accept'))).toBe('invalid_transition');
    expect(await codeOf(room.offer(9_000, await market.person('late')))).toBe('listing_locked');
    await market.capture(accepted.lockId ?? '');
    await market.settle();
    expect(await stateOf(theirs.id)).toBe('superseded');
  });

  test('accepting two offers at once sells once', async () => {
    const room = await selling();
    const mine = await room.offer(6_000);
    const theirs = await room.offer(7_000, await market.person('other'));

    const outcomes = await Promise.allSettled([room.answer(mine.id, 'accept'), room.answer(theirs.id, 'accept')]);

    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await room.listingNow()).toBe('locked');
  });

  test('an auction: the offer is its first bid, the others are invited', async () => {
    const room = await selling();
    const mine = await room.offer(6_000);
    const theirs = await room.offer(5_000, await market.person('other'));

    const opened = await room.answer(mine.id, 'openAuction');

    const lot = await market.auctions.find(market.database.db, opened.auctionId ?? '');
    expect(lot?.auction).toMatchObject({ state: 'live', price: usd(6_000), leader: { bidder: room.buyer.id } });
    expect(await answersOf(mine.id)).toEqual(['offer.made', 'converted_to_bid']);
    expect(await answersOf(theirs.id)).toEqual(['offer.made', 'superseded']);
    expect(await codeOf(room.offer(9_000))).toBe('listing_unavailable');
  });

  test('no; and a stranger has nothing to answer', async () => {
    const room = await selling();
    const { id } = await room.offer(6_000);

    expect(await codeOf(room.answer(id, 'decline', await market.person('stranger', 'maker')))).toBe('not_found');
    expect((await room.answer(id, 'decline')).state).toBe('declined');
    expect(await room.listingNow()).toBe('available');
  });

  test('nothing is sold that the maker could not be paid for', async () => {
    const room = await selling({ ...waiting, offerPolicy: { acceptsOffers: true, startAuctionAt: usd(5_000) } });
    market.unpayable.add(room.maker.id);

    const offer = await room.offer(6_000);

    expect(offer.state).toBe('pending');
    expect(await codeOf(room.answer(offer.id, 'accept'))).toBe('payouts_disabled');
    expect(await codeOf(room.answer(offer.id, 'openAuction'))).toBe('payouts_disabled');
  });
});

test('the first good offer opens the auction, once, however many come at the same moment', async () => {
  const room = await selling(plainTerms);
  const buyers = await Promise.all([1, 2, 3, 4].map((n) => market.person(`buyer-${n}`)));

  const outcomes = await Promise.allSettled(buyers.map((buyer) => room.offer(5_000, buyer)));

  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(made.map((offer) => offer.state)).toEqual(['converted_to_bid']);
  expect(await room.listingNow()).toBe('in_auction');
});
