// SQL of listings.
import type { Addition, ListingTerms, ReturnsPolicy } from '@videowindow/contract/api/commerce';
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
    shipping_profile_id: string | null;
    returns: ReturnsPolicy;
    back_on: Date | null;
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
  shippingProfileId: row.shipping_profile_id,
  returns: row.returns,
  backOn: row.back_on,
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

/** Forgets what a story would have sold that nobody ever saw. */
export const deleteUnseen = async (tx: Tx, storyId: string): Promise<void> => {
  await lockStorysListings(tx, storyId);
  await sql`
    with gone as (select id from listings where story_id = ${storyId} for update),
    variants as (delete from listing_variants where listing_id in (select id from gone))
    delete from listings where id in (select id from gone)`.execute(tx);
};

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

const NO_RETURNS: ReturnsPolicy = { days: 0, postage: 'buyer' };

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
    shipping_profile_id: terms.shippingProfileId ?? null,
    returns: jsonb(terms.returns ?? NO_RETURNS),
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
      // What was promised while somebody relied on it is over: the piece follows its profile again.
      ...(change.state === 'available' && change.units.held === 0
        ? {
            shipping: sql<ListingTerms['shipping']>`coalesce(
              (select p.shipping from shipping_profiles p where p.id = shipping_profile_id), shipping)`,
          }
        : {}),
      version: sql`version + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return listingOf(row);
};

/** Brings what follows a profile up to it, but for pieces that somebody relies on. The rows are locked by id. */
export const followProfile = async (tx: Tx, profileId: string, now: Date): Promise<Listing[]> => {
  await tables(tx)
    .selectFrom('listings')
    .select('id')
    .where('shipping_profile_id', '=', profileId)
    .orderBy('id')
    .forUpdate()
    .execute();
  const rows = await tables(tx)
    .updateTable('listings')
    .set({
      shipping: sql`(select p.shipping from shipping_profiles p where p.id = shipping_profile_id)`,
      version: sql`version + 1`,
      updated_at: now,
    })
    .where('shipping_profile_id', '=', profileId)
    .where('state', 'in', ['available', 'paused'])
    .where('units_held', '=', 0)
    .returningAll()
    .execute();
  return rows.map(listingOf);
};

/** The listings of a maker in one state, locked by id. */
export const lockOfMaker = async (tx: Tx, makerId: string, state: ListingState): Promise<Listing[]> => {
  const rows = await tables(tx)
    .selectFrom('listings')
    .selectAll()
    .where('maker_id', '=', makerId)
    .where('state', '=', state)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(listingOf);
};

/** Says, or no longer says, when a piece that a holiday pauses is sold again. */
export const setBackOn = async (tx: Tx, id: string, backOn: Date | null): Promise<void> => {
  await tables(tx).updateTable('listings').set({ back_on: backOn }).where('id', '=', id).execute();
};

/** The holiday ends at another moment. */
export const moveBackOn = async (tx: Tx, makerId: string, backOn: Date): Promise<void> => {
  await tables(tx)
    .updateTable('listings')
    .set({ back_on: backOn })
    .where('maker_id', '=', makerId)
    .where('back_on', 'is not', null)
    .execute();
};

/** Adds words to a listing that the caller has locked, and counts its version up. */
export const insertAddition = async (tx: Tx, id: string, addition: { text: string; at: Date }): Promise<Listing> => {
  await sql`
    insert into listing_additions (listing_id, seq, text, at)
    select ${id}, coalesce(max(seq), 0) + 1, ${addition.text}, ${addition.at}
    from listing_additions
    where listing_id = ${id}`.execute(tx);
  const row = await tables(tx)
    .updateTable('listings')
    .set({ version: sql`version + 1`, updated_at: addition.at })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return listingOf(row);
};

/** What was added to some listings, each oldest first. */
export const additionsOf = async (reader: Reader, listingIds: readonly string[]): Promise<Map<string, Addition[]>> => {
  const found = new Map<string, Addition[]>();
  if (listingIds.length === 0) return found;
  const { rows } = await sql<{ listingId: string; text: string; at: Date }>`
    select listing_id as "listingId", text, at
    from listing_additions
    where listing_id = any(${[...listingIds]}::uuid[])
    order by listing_id, seq`.execute(reader);
  for (const { listingId, text, at } of rows) {
    found.set(listingId, [...(found.get(listingId) ?? []), { text, at: at.toISOString() }]);
  }
  return found;
};

/** A maker's open listings, newest first. */
export const openOfMaker = async (reader: Reader, makerId: string): Promise<Listing[]> => {
  const rows = await tables(reader)
    .selectFrom('listings')
    .selectAll()
    .where('maker_id', '=', makerId)
    .where('state', 'not in', ['sold', 'withdrawn'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(listingOf);
};

/** A page of a maker's listings, newest first; served by listings_maker. */
export const pageOfMaker = async (
  reader: Reader,
  page: {
    makerId: string;
    state: ListingState | null;
    kind: Listing['kind'] | null;
    after: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<Listing[]> => {
  let query = tables(reader).selectFrom('listings').selectAll().where('maker_id', '=', page.makerId);
  if (page.state !== null) query = query.where('state', '=', page.state);
  if (page.kind !== null) query = query.where('kind', '=', page.kind);
  if (page.after) query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map(listingOf);
};

/** Until when a maker is away; null when they are not. */
export const vacationOf = async (reader: Reader, makerId: string): Promise<Date | null> => {
  const { rows } = await sql<{ returnsAt: Date }>`
    select returns_at as "returnsAt" from vacations where maker_id = ${makerId}`.execute(reader);
  return rows[0]?.returnsAt ?? null;
};

/** A value for a jsonb column, typed as what is read back from it. */
const jsonb = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;
