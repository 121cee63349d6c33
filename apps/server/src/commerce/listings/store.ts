// SQL of listings.
import type { ListingTerms } from '@videowindow/contract/api/commerce';
import type { ListingState } from '@videowindow/contract/machines/listing';
import { money } from '@videowindow/contract/money';
import type { Selectable } from 'kysely';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Listing, Units } from './listing.ts';

type Tables = {
  listings: {
    id: string;
    story_id: string;
    maker_id: string;
    kind: Listing['kind'];
    state: ListingState;
    currency: string;
    asking_amount: number | null;
    top_amount: number | null;
    // jsonb, checked by the route's schema on its way in
    offer_policy: ListingTerms['offerPolicy'];
    option_names: readonly string[];
    shipping: ListingTerms['shipping'];
    units_free: number;
    units_held: number;
    version: number;
    created_at: Date;
    updated_at: Date;
  };
};

const tables = (reader: Reader) => reader.withTables<Tables>();

const listingOf = (row: Selectable<Tables['listings']>): Listing => ({
  id: row.id,
  storyId: row.story_id,
  makerId: row.maker_id,
  kind: row.kind,
  state: row.state,
  currency: row.currency,
  askingPrice: row.asking_amount === null ? null : money(row.asking_amount, row.currency),
  topPrice: row.top_amount === null ? null : money(row.top_amount, row.currency),
  offerPolicy: row.offer_policy,
  optionNames: row.option_names,
  units: { free: row.units_free, held: row.units_held },
  shipping: row.shipping,
  version: row.version,
  createdAt: row.created_at,
});

const firstOf = (rows: readonly Selectable<Tables['listings']>[]): Listing | null =>
  rows[0] ? listingOf(rows[0]) : null;

/** The listing, locked until the transaction ends. First in the order of locks: listing → auction → lock → order. */
export const lockListing = async (tx: Tx, id: string): Promise<Listing | null> =>
  firstOf(await tables(tx).selectFrom('listings').selectAll().where('id', '=', id).forUpdate().execute());

/** Lets one transaction at a time make listings for a story. */
export const lockStorysListings = async (tx: Tx, storyId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('listings'), hashtext(${storyId}))`.execute(tx);
};

/** The story's open listing, locked. */
export const lockOpenListing = async (tx: Tx, storyId: string): Promise<Listing | null> =>
  firstOf(
    await tables(tx)
      .selectFrom('listings')
      .selectAll()
      .where('story_id', '=', storyId)
      .where('state', 'not in', ['sold', 'withdrawn'])
      .forUpdate()
      .execute(),
  );

export const findListing = async (reader: Reader, id: string): Promise<Listing | null> =>
  firstOf(await tables(reader).selectFrom('listings').selectAll().where('id', '=', id).execute());

/** For each story its newest listing; stories that were never for sale are left out. */
export const newestOfStories = async (reader: Reader, storyIds: readonly string[]): Promise<Map<string, Listing>> => {
  if (storyIds.length === 0) return new Map();
  const rows = await tables(reader)
    .selectFrom('listings')
    .selectAll()
    .distinctOn('story_id')
    .where('story_id', 'in', [...storyIds])
    .orderBy('story_id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.story_id, listingOf(row)]));
};

/** What a listing says, as columns. Fixed prices are their variants'; the row keeps the lowest, the highest and the sum. */
const termColumns = (terms: ListingTerms) => {
  const { kind = 'offers', variants = [] } = terms;
  const fixed = kind === 'fixed_price';
  const prices = variants.map(({ price }) => price.amount);
  const [least, most] = [Math.min(...prices), Math.max(...prices)];
  return {
    kind,
    asking_amount: fixed ? least : (terms.askingPrice?.amount ?? null),
    top_amount: fixed && most > least ? most : null,
    // Whoever sells at a fixed price takes no offers.
    offer_policy: jsonb(fixed ? { ...terms.offerPolicy, acceptsOffers: false } : terms.offerPolicy),
    option_names: jsonb(fixed ? (terms.optionNames ?? []) : []),
    shipping: jsonb(terms.shipping),
    units_free: fixed ? variants.reduce((sum, { quantity }) => sum + quantity, 0) : 1,
  };
};

export const insertListing = async (
  tx: Tx,
  fresh: { id: string; storyId: string; makerId: string; currency: string; terms: ListingTerms; now: Date },
): Promise<Listing> => {
  const { terms, now } = fresh;
  const row = await tables(tx)
    .insertInto('listings')
    .values({
      id: fresh.id,
      story_id: fresh.storyId,
      maker_id: fresh.makerId,
      state: 'available',
      currency: fresh.currency,
      ...termColumns(terms),
      units_held: 0,
      version: 1,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return listingOf(row);
};

export const updateTerms = async (tx: Tx, id: string, terms: ListingTerms, now: Date): Promise<Listing> => {
  const row = await tables(tx)
    .updateTable('listings')
    .set({ ...termColumns(terms), version: sql`version + 1`, updated_at: now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return listingOf(row);
};

export const updateState = async (
  tx: Tx,
  id: string,
  change: { state: ListingState; units: Units },
  now: Date,
): Promise<Listing> => {
  const row = await tables(tx)
    .updateTable('listings')
    .set({
      state: change.state,
      units_free: change.units.free,
      units_held: change.units.held,
      version: sql`version + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return listingOf(row);
};

/** A value for a jsonb column, typed as what is read back from it. */
const jsonb = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;
