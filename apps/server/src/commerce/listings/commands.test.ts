import { money } from '@videowindow/contract/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { listingChannel } from './channel.ts';
import { command, putTerms } from './commands.ts';
import { move } from './moves.ts';
import { visibleStory } from './parts.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const selling = async () => {
  const maker = await market.person('maker', 'maker');
  const storyId = market.story(maker.id);
  const put = (terms = plainTerms, by = maker) => putTerms(market.deps.listings, by, storyId, terms);
  return { maker, storyId, put };
};
const moved = (id: string, what: Parameters<typeof move>[3]) =>
  market.database.transaction(async (tx) => {
    const listing = await market.listings.lock(tx, id);
    if (!listing) throw new Error('no such listing');
    return await move(market.deps.listings, tx, listing, what);
  });

test('a story is put up for sale once; the second time changes the terms', async () => {
  const { put } = await selling();

  const first = await put();
  const second = await put({ ...plainTerms, askingPrice: usd(20_000) });

  expect(first).toMatchObject({ state: 'available', version: 1, askingPrice: usd(10_000) });
  expect(second).toMatchObject({ id: first.id, version: 2, askingPrice: usd(20_000) });
});

test('put up twice at the same moment it is still one listing', async () => {
  const { put } = await selling();

  const ids = (await Promise.all([put(), put(), put(), put()])).map((listing) => listing.id);

  expect(new Set(ids).size).toBe(1);
});

test('terms in another currency, and terms that make no sense, are refused', async () => {
  const { put } = await selling();
  const { shipping } = plainTerms;

  expect(await codeOf(put({ ...plainTerms, askingPrice: money(100, 'EUR') }))).toBe('currency_mismatch');
  expect(
    await codeOf(
      put({
        ...plainTerms,
        shipping: { ...shipping, zones: [{ countries: ['US'], price: money(1, 'EUR'), further: money(1, 'EUR') }] },
      }),
    ),
  ).toBe('currency_mismatch');
  for (const wrong of [
    { ...shipping, zones: [], pickup: false },
    { ...shipping, zones: [...shipping.zones, ...shipping.zones] },
    { ...shipping, zones: [{ countries: [], price: usd(100), further: usd(200) }] },
    { ...shipping, pickupPlace: null },
  ]) {
    expect(await codeOf(put({ ...plainTerms, shipping: wrong }))).toBe('validation_failed');
  }
  const upsideDown = { acceptsOffers: true, minimumOffer: usd(9_000), startAuctionAt: usd(5_000) };
  expect(await codeOf(put({ ...plainTerms, offerPolicy: upsideDown }))).toBe('validation_failed');
});

test("only the maker changes terms; a draft's sale is nobody else's business", async () => {
  const { maker, storyId, put } = await selling();
  const other = await market.person('other', 'maker');
  await put();

  expect(await codeOf(put(plainTerms, other))).toBe('not_found');
  market.stories.set(storyId, { id: storyId, makerId: maker.id, title: 'Draft', isShown: false });
  expect(await codeOf(visibleStory(market.deps.listings, market.database.db, other, storyId))).toBe('not_found');
  const moderator = await market.person('mod', 'moderator');
  expect(await visibleStory(market.deps.listings, market.database.db, moderator, storyId)).toMatchObject({
    id: storyId,
  });
});

test('people who blocked one another do not see what the other sells', async () => {
  const { maker, storyId } = await selling();
  const blocked = await market.person('blocked');
  await market.block(maker.id, blocked.id);

  expect(await codeOf(visibleStory(market.deps.listings, market.database.db, blocked, storyId))).toBe('not_found');
});

test('its channel is open to all who may see the story, and tells where the listing stands', async () => {
  const { maker, put } = await selling();
  const viewer = await market.person('viewer');
  const blocked = await market.person('blocked');
  await market.block(maker.id, blocked.id);
  const { id } = await put();
  await put({ ...plainTerms, askingPrice: usd(20_000) });
  const channel = listingChannel(market.deps.listings);

  const admitted = await Promise.all([viewer, blocked].map((person) => channel.authorize(person, id)));
  const now = await channel.read(id, null, 0);

  expect(admitted).toEqual([true, false]);
  expect(now).toEqual({ offset: 2, data: { state: 'available', version: 2 } });
});

test('while buyers rely on them the terms are frozen', async () => {
  const { storyId, put } = await selling();
  const { id } = await put();

  await moved(id, 'openAuction');
  expect(await codeOf(put())).toBe('story_frozen');
  expect(await market.listings.isStoryFrozen(market.database.db, storyId)).toBe(true);
  await moved(id, 'lock');
  expect(await codeOf(put())).toBe('story_frozen');
  expect(await codeOf(moved(id, 'openAuction'))).toBe('listing_locked');
  await moved(id, 'sell');

  // What is sold is history: the next piece of this story is a new listing.
  expect(await market.listings.isStoryFrozen(market.database.db, storyId)).toBe(false);
  expect((await put()).id).not.toBe(id);
});

test('paused, resumed, withdrawn: by its maker, and in no other order', async () => {
  const { maker, put } = await selling();
  const { id } = await put();
  const give = (what: 'pause' | 'resume' | 'withdraw', by = maker) =>
    command(market.deps.listings, by, id, what, 'test');

  expect(await codeOf(give('resume'))).toBe('invalid_transition');
  expect(await codeOf(give('pause', await market.person('other', 'maker')))).toBe('not_found');
  expect((await give('pause')).state).toBe('paused');
  expect(await codeOf(moved(id, 'lock'))).toBe('listing_unavailable');
  expect((await give('resume')).state).toBe('available');
  expect((await give('withdraw')).state).toBe('withdrawn');
  expect(await codeOf(give('resume'))).toBe('invalid_transition');
  const { rows } = await sql<{ facts: { before: { state: string }; after: { state: string } } }>`
    select facts from audit_inbox where subject = ${id} and actor = ${maker.id} order by id`.execute(
    market.database.db,
  );
  expect(rows.map(({ facts }) => `${facts.before.state} → ${facts.after.state}`)).toEqual([
    'available → paused',
    'paused → available',
    'available → withdrawn',
  ]);
});
