// What makers do with many pieces: ways of sending, holidays, changes of many at once, tables.
import type { ListingTerms, Shipping } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audited } from '../../testing/audited.ts';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { changeMany } from './bulk.ts';
import { add, command, duplicate, putTerms, relist } from './commands.ts';
import { move } from './moves.ts';
import { changeProfile, createProfile, profilesOf, removeProfile } from './profiles.ts';
import { additionsOf } from './store.ts';
import { importTable, tableOf } from './table.ts';
import { setVacation } from './vacation.ts';
import { variantsOf } from './variants.ts';

const DAY = 24 * 3_600_000;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const sending = (price: number): Shipping => ({
  zones: [{ countries: ['PT'], price: usd(price), further: usd(price) }],
  combined: true,
  handlingDays: 2,
  pickup: false,
  pickupPlace: null,
});
const fixed: ListingTerms = {
  kind: 'fixed_price',
  askingPrice: null,
  offerPolicy: { acceptsOffers: true },
  optionNames: ['Size'],
  variants: [
    { options: ['Small'], price: usd(4_800), quantity: 2, sku: 'B-S' },
    { options: ['Large'], price: usd(6_405), quantity: 0, sku: null },
  ],
  shipping: plainTerms.shipping,
  returns: { days: 30, postage: 'maker' },
};

const shop = async () => {
  const maker = await market.person('maker', 'maker');
  const deps = market.deps.listings;
  const now = async (id: string) => {
    const listing = await market.listings.find(market.database.db, id);
    if (!listing) throw new Error('the listing is there');
    return listing;
  };
  return {
    maker,
    deps,
    now,
    states: async (...ids: string[]) => (await Promise.all(ids.map(now))).map((listing) => listing.state),
    sell: (terms: ListingTerms = plainTerms, title = 'Tea bowl', storyId = market.story(maker.id, title)) =>
      putTerms(deps, maker, storyId, terms),
    move: (id: string, what: Parameters<typeof move>[3], facts: Parameters<typeof move>[4] = {}) =>
      market.database.transaction(async (tx) => {
        const listing = await market.listings.lock(tx, id);
        if (!listing) throw new Error('the listing is there');
        return await move(deps, tx, listing, what, facts);
      }),
    kinds: async (id: string) => (await variantsOf(market.database.db, [id])).get(id) ?? [],
    import: (csv: string, dryRun = false) => importTable(deps, maker, { csv, dryRun }, 'test'),
  };
};

describe('a way of sending', () => {
  test('is followed by the pieces that use it, but by none that somebody relies on, until they no longer do', async () => {
    const { maker, deps, sell, now, move: step } = await shop();
    const profile = await createProfile(deps, maker, { name: 'Parcel', shipping: sending(500) });
    const terms = { ...plainTerms, shippingProfileId: profile.id };
    const [free, auctioned] = [await sell(terms), await sell(terms)];
    expect(free.shipping).toEqual(sending(500));
    await step(auctioned.id, 'openAuction');

    const changed = await changeProfile(deps, maker, profile.id, { name: 'Parcel', shipping: sending(700) }, 'test');

    expect(changed.listings).toBe(2);
    expect((await now(free.id)).shipping).toEqual(sending(700));
    expect((await now(auctioned.id)).shipping).toEqual(sending(500));
    await step(auctioned.id, 'endAuction');
    expect((await now(auctioned.id)).shipping).toEqual(sending(700));
    await removeProfile(deps, maker, profile.id, 'test');
    expect(await now(free.id)).toMatchObject({ shipping: sending(700), shippingProfileId: null });
  });

  test('is its maker’s own, has a name of its own, and makes sense', async () => {
    const { maker, deps, sell } = await shop();
    const other = await market.person('other', 'maker');
    const terms = { name: 'Parcel', shipping: sending(500) };
    const { id } = await createProfile(deps, maker, terms);

    expect(await codeOf(createProfile(deps, maker, { ...terms, name: 'parcel ' }))).toBe('name_taken');
    expect(await codeOf(changeProfile(deps, other, id, terms, 'test'))).toBe('not_found');
    expect(await codeOf(removeProfile(deps, other, id, 'test'))).toBe('not_found');
    expect(await codeOf(createProfile(deps, maker, { name: 'No', shipping: { ...sending(1), zones: [] } }))).toBe(
      'validation_failed',
    );
    const theirs = await createProfile(deps, other, terms);
    expect(await codeOf(sell({ ...plainTerms, shippingProfileId: theirs.id }))).toBe('validation_failed');
    expect(await profilesOf(market.database.db, maker.id)).toMatchObject([{ id, listings: 0 }]);
  });
});

describe('a holiday', () => {
  test('pauses what can be bought, lets auctions go on, and gives back what it paused', async () => {
    const { maker, deps, sell, now, states, move: step } = await shop();
    const [open, auctioned, paused] = [await sell(), await sell(), await sell()];
    await step(auctioned.id, 'openAuction');
    await command(deps, maker, paused.id, 'pause', 'test');
    const back = new Date(market.database.clock().getTime() + 10 * DAY);

    await setVacation(deps, maker, back, 'test');
    const during = await sell();

    expect(await states(open.id, auctioned.id, paused.id, during.id)).toEqual([
      'paused',
      'in_auction',
      'paused',
      'paused',
    ]);
    expect((await now(open.id)).backOn).toEqual(back);
    await step(auctioned.id, 'endAuction');
    expect(await now(auctioned.id)).toMatchObject({ state: 'paused', backOn: back });
    await market.pass(10 * DAY);
    await market.settle();

    // What the maker had paused before stays so.
    expect(await states(open.id, auctioned.id, paused.id, during.id)).toEqual([
      'available',
      'available',
      'paused',
      'available',
    ]);
  });

  test('ends when the maker says so, and lies in the future', async () => {
    const { maker, deps, sell, states } = await shop();
    const { id } = await sell();

    expect(await codeOf(setVacation(deps, maker, new Date(0), 'test'))).toBe('validation_failed');
    await setVacation(deps, maker, new Date(market.database.clock().getTime() + DAY), 'test');
    await setVacation(deps, maker, null, 'test');

    expect(await states(id)).toEqual(['available']);
  });
});

test('words are added to a piece while others rely on it, dated, and only then', async () => {
  const { maker, deps, sell, move: step } = await shop();
  const { id, version } = await sell();
  const say = (text: string) => add(deps, maker, id, text, 'test');

  expect(await codeOf(say('It has a small chip.'))).toBe('invalid_transition');
  await step(id, 'openAuction');
  await say('It has a small chip. ');
  const added = await say('And a story.');

  expect(added.version).toBe(version + 3);
  expect((await additionsOf(market.database.db, [id])).get(id)?.map(({ text }) => text)).toEqual([
    'It has a small chip.',
    'And a story.',
  ]);
});

test('what was sold or withdrawn is listed again as a new listing, while the story sells nothing else', async () => {
  const { maker, deps, sell, kinds, move: step } = await shop();
  const { id } = await sell(fixed);
  const again = () => relist(deps, maker, id, 'test');

  expect(await codeOf(again())).toBe('invalid_transition');
  await step(id, 'withdraw', { byMaker: true });
  const fresh = await again();

  expect(fresh).toMatchObject({ state: 'available', units: { free: 2, held: 0 }, returns: { days: 30 } });
  expect(fresh.id).not.toBe(id);
  expect(await audited(market.database.db, fresh.id)).toEqual(['listing.relisted: withdrawn → available']);
  expect((await kinds(fresh.id)).map(({ options, sku }) => [options[0], sku])).toEqual([
    ['Small', 'B-S'],
    ['Large', null],
  ]);
  expect(await codeOf(again())).toBe('listing_unavailable');
});

test('a piece is doubled as a draft with its story and its terms', async () => {
  const { maker, deps, sell } = await shop();
  const { id } = await sell(fixed);

  const storyId = await duplicate(deps, maker, id, 'test');

  const copy = (await market.listings.ofStories(market.database.db, [storyId])).get(storyId);
  expect(market.stories.get(storyId)).toMatchObject({ title: 'Tea bowl', isShown: false });
  expect(copy).toMatchObject({ kind: 'fixed_price', askingPrice: usd(4_800), topPrice: usd(6_405) });
  expect(await codeOf(duplicate(deps, await market.person('other', 'maker'), id, 'test'))).toBe('not_found');
});

test('many are changed at once; what cannot be is named, and the others are changed all the same', async () => {
  const { maker, deps, sell, now, kinds, move: step } = await shop();
  const [bowl, jar, held] = [await sell(fixed), await sell(), await sell()];
  await step(held.id, 'openAuction');
  const foreign = await (await shop()).sell();
  const ids = [bowl.id, jar.id, held.id, foreign.id];

  const outcome = await changeMany(deps, maker, ids, { kind: 'price', percent: -10 }, 'test');

  expect(outcome.map(({ problem }) => problem)).toEqual([null, null, 'story_frozen', 'not_found']);
  expect((await kinds(bowl.id)).map(({ price }) => price.amount)).toEqual([4_320, 5_765]);
  expect((await now(jar.id)).askingPrice).toEqual(usd(9_000));
  const { id: profileId } = await createProfile(deps, maker, { name: 'Parcel', shipping: sending(500) });
  await changeMany(deps, maker, [bowl.id], { kind: 'shipping', profileId }, 'test');
  expect(await now(bowl.id)).toMatchObject({ shipping: sending(500), units: { free: 2 } });
  expect(await changeMany(deps, maker, [jar.id], { kind: 'pause' }, 'test')).toEqual([{ id: jar.id, problem: null }]);
});

describe('a table of listings', () => {
  test('is written and read back without a change', async () => {
    const { maker, deps, sell, now, kinds, import: read } = await shop();
    const [bowl, jar] = [await sell(fixed, '=Bowl, "blue"'), await sell()];
    const before = await kinds(bowl.id);
    const table = await tableOf(deps, maker.id);

    expect(await read(table)).toEqual({ changed: 2, created: 0, problems: [] });

    expect(await kinds(bowl.id)).toEqual(before);
    expect(await now(bowl.id)).toMatchObject({ returns: fixed.returns, shipping: fixed.shipping });
    expect(await now(jar.id)).toMatchObject({
      askingPrice: plainTerms.askingPrice,
      offerPolicy: plainTerms.offerPolicy,
    });
  });

  test('tells what is wrong in which line, and changes nothing until all is right', async () => {
    const { maker, deps, sell, kinds, import: read } = await shop();
    await createProfile(deps, maker, { name: 'Parcel', shipping: sending(500) });
    const bowl = await sell(fixed);
    const rows = (price: string, more = '') =>
      `story_id,title,option_1,value_1,price,quantity,shipping_profile\n${bowl.storyId},,Size,Small,${price},5,\n${bowl.storyId},,Size,Large,70,1,\n${more}`;

    const wrong = await read(rows('cheap', ',New jar,,,80.00,3,Post\n01900000-0000-7000-8000-00000000000a,,,,1,1,\n'));
    expect(wrong.problems.map(({ line, column }) => [line, column])).toEqual([
      [2, 'price'],
      [4, 'shipping_profile'],
      [5, 'story_id'],
    ]);
    expect((await read('story_id,price\n"unclosed')).problems).toHaveLength(1);
    expect((await read('story_id,cost\n1,2')).problems).toEqual([
      { line: 1, column: 'cost', message: 'is no column of this table' },
    ]);
    const good = rows('50.00', ',New jar,,,80.00,3,parcel\n');
    const trial = await read(good, true);
    expect(trial).toEqual({ changed: 1, created: 1, problems: [] });
    expect((await kinds(bowl.id)).map(({ price }) => price.amount)).toEqual([4_800, 6_405]);
    expect(await read(good)).toEqual(trial);

    expect((await kinds(bowl.id)).map(({ price, quantity }) => [price.amount, quantity])).toEqual([
      [5_000, 5],
      [7_000, 1],
    ]);
    const draft = [...market.stories.values()].findLast((story) => story.title === 'New jar');
    const jar = (await market.listings.ofStories(market.database.db, [draft?.id ?? ''])).get(draft?.id ?? '');
    expect(jar).toMatchObject({ kind: 'fixed_price', askingPrice: usd(8_000), shipping: sending(500) });
  });

  test('does not touch what is being sold right now', async () => {
    const { sell, import: read, move: step } = await shop();
    const jar = await sell();
    await step(jar.id, 'openAuction');

    const { problems } = await read(`story_id,price\n${jar.storyId},12.00`);

    expect(problems).toMatchObject([{ line: 2, message: expect.stringContaining('being sold') }]);
  });
});
