import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { answer, make, withdraw } from './commands.ts';
import { counter } from './counter.ts';
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
    counter: (id: string, amount: number, by = maker) => counter(market.deps.offers, by, id, usd(amount), 'test'),
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
    market.stories.set(hidden.storyId, { id: hidden.storyId, makerId: hidden.maker.id, title: 'x', isShown: false });
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

  test('made again with the same key is the first one, whatever became of it; of two at once one is made', async () => {
    const room = await selling();
    const made = (amount: number, key: string) =>
      make(market.deps.offers, room.buyer, room.storyId, usd(amount), 'test', key);
    const [one, other] = await Promise.all([made(4_000, 'key-one'), made(4_000, 'key-one')]);
    expect(one.id).toBe(other.id);
    const higher = await made(5_000, 'key-two');
    const accept = () => answer(market.deps.offers, room.maker, higher.id, 'accept', 'test', 'key-accept');
    const sold = await accept();

    expect(await made(5_000, 'key-two')).toMatchObject({ id: higher.id, state: 'accepted' });
    expect((await made(4_000, 'key-one')).id).toBe(one.id);
    expect(await codeOf(made(6_000, 'key-two'))).toBe('idempotency_key_reused');
    expect(await accept()).toEqual(sold);
    expect(await codeOf(room.answer(higher.id, 'accept'))).toBe('invalid_transition');
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
    market.unpayable.set(room.maker.id, 'begin');

    const offer = await room.offer(6_000);

    expect(offer.state).toBe('pending');
    expect(await codeOf(room.answer(offer.id, 'accept'))).toBe('payouts_disabled');
    expect(await codeOf(room.answer(offer.id, 'openAuction'))).toBe('payouts_disabled');
    market.unpayable.set(room.maker.id, 'complete');
    expect(await codeOf(room.answer(offer.id, 'accept'))).toBe('kyc_required');
    expect(await codeOf(counter(market.deps.offers, room.maker, offer.id, usd(8_000), 'test'))).toBe('kyc_required');
    market.unpayable.delete(room.maker.id);
    expect((await room.answer(offer.id, 'accept')).state).toBe('accepted');
  });

  test('nothing is sold whose story is gone from the feed', async () => {
    const room = await selling(waiting);
    const offer = await room.offer(6_000);
    const story = market.stories.get(offer.storyId);
    if (story) market.stories.set(offer.storyId, { ...story, isShown: false });

    expect(await codeOf(room.answer(offer.id, 'accept'))).toBe('listing_unavailable');
    expect(await codeOf(room.answer(offer.id, 'openAuction'))).toBe('listing_unavailable');
    expect((await room.answer(offer.id, 'decline')).state).toBe('declined');
  });

  test('nothing is sold between two of whom one has blocked the other', async () => {
    const [asked, named] = [await selling(), await selling()];
    const [offer, other] = [await asked.offer(6_000), await named.offer(6_000)];
    const price = await named.counter(other.id, 8_000);

    await market.block(asked.maker.id, asked.buyer.id);
    await market.block(named.maker.id, named.buyer.id);

    expect(await codeOf(asked.answer(offer.id, 'accept'))).toBe('not_found');
    expect(await codeOf(asked.answer(offer.id, 'openAuction'))).toBe('not_found');
    expect(await codeOf(asked.counter(offer.id, 8_000))).toBe('not_found');
    expect(await codeOf(named.answer(price.id, 'accept', named.buyer))).toBe('not_found');
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

describe('another price', () => {
  test('of the maker takes the place of the offer; the buyer agrees, and the piece is theirs at that price', async () => {
    const room = await selling();
    const first = await room.offer(4_000);

    const named = await room.counter(first.id, 6_000);

    expect(named).toMatchObject({ from: 'maker', answers: first.id, amount: usd(6_000), state: 'pending' });
    expect(await stateOf(first.id)).toBe('countered');
    expect(await answersOf(named.id)).toEqual(['offer.countered']);
    expect(await codeOf(room.answer(named.id, 'accept'))).toBe('not_found');
    expect(await codeOf(room.answer(named.id, 'openAuction', room.buyer))).toBe('not_found');
    const agreed = await room.answer(named.id, 'accept', room.buyer);
    expect(await market.locks.find(market.database.db, agreed.lockId ?? '')).toMatchObject({
      buyerId: room.buyer.id,
      item: usd(6_000),
    });
  });

  test('goes to and fro between what was offered and what was named, and each counts among the five', async () => {
    const room = await selling();
    const first = await room.offer(4_000);

    expect(await codeOf(room.counter(first.id, 4_000))).toBe('counter_out_of_range');
    let named = await room.counter(first.id, 9_000);
    expect(await codeOf(room.counter(named.id, 9_000, room.buyer))).toBe('counter_out_of_range');
    expect(await codeOf(room.counter(named.id, 1_999, room.buyer))).toBe('counter_out_of_range');
    for (let round = 1; round < 5; round++) {
      const less = await room.counter(named.id, 4_000 + round, room.buyer);
      expect(less).toMatchObject({ from: 'buyer', state: 'pending' });
      named = await room.counter(less.id, 9_000 - round);
    }
    expect(await codeOf(room.counter(named.id, 5_000, room.buyer))).toBe('offer_limit_reached');
    expect((await room.answer(named.id, 'decline', room.buyer)).state).toBe('declined');
    expect(await room.listingNow()).toBe('available');
  });

  test('asked for again with the same key is the first one', async () => {
    const room = await selling();
    const { id } = await room.offer(4_000);
    const named = () => counter(market.deps.offers, room.maker, id, usd(9_000), 'test', 'key-counter');

    expect((await named()).id).toBe((await named()).id);
    expect(await codeOf(room.counter(id, 9_500))).toBe('invalid_transition');
  });

  test('binds a buyer, who needs a card for it like for an offer', async () => {
    const room = await selling();
    const named = await room.counter((await room.offer(4_000)).id, 90_000);
    market.cardless.add(room.buyer.id);

    expect(await codeOf(room.counter(named.id, 80_000, room.buyer))).toBe('card_required');
    expect(await codeOf(room.answer(named.id, 'accept', room.buyer))).toBe('card_required');
    market.cardless.delete(room.buyer.id);
    expect((await room.answer(named.id, 'accept', room.buyer)).state).toBe('accepted');
  });

  test('below the limit of the maker is declined at once, and quietly', async () => {
    const room = await selling();
    const named = await room.counter((await room.offer(4_000)).id, 9_000);

    const low = await room.counter(named.id, 2_999, room.buyer);

    expect(low.state).toBe('auto_declined');
    expect(await answersOf(low.id)).toEqual([]);
    expect(await stateOf(named.id)).toBe('countered');
  });

  test('is taken back by who named it, ends after 48 hours, and a newer offer takes its place', async () => {
    const room = await selling();
    const named = await room.counter((await room.offer(4_000)).id, 9_000);
    expect(await codeOf(withdraw(market.deps.offers, room.buyer, named.id, 'test'))).toBe('not_found');
    expect((await withdraw(market.deps.offers, room.maker, named.id, 'test')).state).toBe('withdrawn');

    const again = await room.counter((await room.offer(4_500)).id, 9_000);
    await room.offer(5_000);
    expect(await stateOf(again.id)).toBe('superseded');

    const last = await room.counter((await room.offer(5_500)).id, 9_000);
    await market.pass(48 * HOUR);
    expect(await stateOf(last.id)).toBe('expired');
    expect(await codeOf(room.answer(last.id, 'accept', room.buyer))).toBe('offer_expired');
  });

  test('and a yes at the same moment: one of them counts', async () => {
    const room = await selling();
    const { id } = await room.offer(4_000);

    const results = await Promise.all([
      room.counter(id, 9_000).then(
        () => 'countered',
        (error) => error.code,
      ),
      room.counter(id, 8_000).then(
        () => 'countered',
        (error) => error.code,
      ),
      room.answer(id, 'accept').then(
        () => 'accepted',
        (error) => error.code,
      ),
    ]);

    const won = results.filter((result) => result === 'countered' || result === 'accepted');
    expect(won).toEqual([await stateOf(id)]);
    expect(results.filter((result) => result === 'invalid_transition')).toHaveLength(2);
    expect(await room.listingNow()).toBe(won[0] === 'accepted' ? 'locked' : 'available');
  });
});
