// SQL of offers.
import type { OfferState } from '@videowindow/contract/machines/offer';
import { type Money, money } from '@videowindow/contract/money';
import type { Selectable } from 'kysely';
import type { Reader, Tx } from '#platform/database';
import type { Side } from './offer.ts';

type Tables = {
  offers: {
    id: string;
    listing_id: string;
    story_id: string;
    maker_id: string;
    buyer_id: string;
    sender: Side;
    answers: string | null;
    title: string;
    currency: string;
    amount: number;
    state: OfferState;
    expires_at: Date;
    created_at: Date;
    answered_at: Date | null;
    auction_id: string | null;
    lock_id: string | null;
    made_key: string | null;
    answer_key: string | null;
  };
};

export type Offer = {
  readonly id: string;
  readonly listingId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly buyerId: string;
  /** Who made it. */
  readonly from: Side;
  /** The offer that it answers. */
  readonly answers: string | null;
  /** The piece's name when the offer was made. */
  readonly title: string;
  readonly amount: Money;
  readonly state: OfferState;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  /** What the offer became. */
  readonly auctionId: string | null;
  readonly lockId: string | null;
  /** The Idempotency-Keys of whoever made it and of whoever answered it. */
  readonly madeKey: string | null;
  readonly answerKey: string | null;
};

const tables = (reader: Reader) => reader.withTables<Tables>();

const offerOf = (row: Selectable<Tables['offers']>): Offer => ({
  id: row.id,
  listingId: row.listing_id,
  storyId: row.story_id,
  makerId: row.maker_id,
  buyerId: row.buyer_id,
  from: row.sender,
  answers: row.answers,
  title: row.title,
  amount: money(row.amount, row.currency),
  state: row.state,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  auctionId: row.auction_id,
  lockId: row.lock_id,
  madeKey: row.made_key,
  answerKey: row.answer_key,
});

const firstOf = (rows: readonly Selectable<Tables['offers']>[]): Offer | null => (rows[0] ? offerOf(rows[0]) : null);

/** The offer, locked. Who needs its listing too locks that before. */
export const lockOffer = async (tx: Tx, id: string): Promise<Offer | null> =>
  firstOf(await tables(tx).selectFrom('offers').selectAll().where('id', '=', id).forUpdate().execute());

export const findOffer = async (reader: Reader, id: string): Promise<Offer | null> =>
  firstOf(await tables(reader).selectFrom('offers').selectAll().where('id', '=', id).execute());

/** The offer that a buyer made for a story with this key. */
export const offerMadeWith = async (
  reader: Reader,
  made: { buyerId: string; storyId: string; key: string },
): Promise<Offer | null> =>
  firstOf(
    await tables(reader)
      .selectFrom('offers')
      .selectAll()
      .where('buyer_id', '=', made.buyerId)
      .where('story_id', '=', made.storyId)
      .where('made_key', '=', made.key)
      .execute(),
  );

/** The offer that was the answer to another. */
export const answerTo = async (reader: Reader, id: string): Promise<Offer | null> =>
  firstOf(await tables(reader).selectFrom('offers').selectAll().where('answers', '=', id).execute());

/** How many offers a buyer has made on a listing, whatever became of them. */
export const countOfBuyer = async (tx: Tx, listingId: string, buyerId: string): Promise<number> => {
  const row = await tables(tx)
    .selectFrom('offers')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('listing_id', '=', listingId)
    .where('buyer_id', '=', buyerId)
    .where('sender', '=', 'buyer')
    .executeTakeFirstOrThrow();
  return row.count;
};

/** The pending offers on a listing, locked; only those of or to one buyer when one is named. Ordered, so that nobody waits in a circle. */
export const lockPending = async (tx: Tx, listingId: string, buyerId?: string): Promise<Offer[]> => {
  let query = tables(tx)
    .selectFrom('offers')
    .selectAll()
    .where('listing_id', '=', listingId)
    .where('state', '=', 'pending');
  if (buyerId !== undefined) query = query.where('buyer_id', '=', buyerId);
  return (await query.orderBy('id').forUpdate().execute()).map(offerOf);
};

export const insertOffer = async (tx: Tx, offer: Offer): Promise<void> => {
  await tables(tx)
    .insertInto('offers')
    .values({
      id: offer.id,
      listing_id: offer.listingId,
      story_id: offer.storyId,
      maker_id: offer.makerId,
      buyer_id: offer.buyerId,
      sender: offer.from,
      answers: offer.answers,
      title: offer.title,
      currency: offer.amount.currency,
      amount: offer.amount.amount,
      state: offer.state,
      expires_at: offer.expiresAt,
      created_at: offer.createdAt,
      made_key: offer.madeKey,
    })
    .execute();
};

export const answerOffer = async (
  tx: Tx,
  id: string,
  answer: { state: OfferState; at: Date; auctionId?: string; lockId?: string; key?: string | null },
): Promise<Offer> =>
  offerOf(
    await tables(tx)
      .updateTable('offers')
      .set({
        state: answer.state,
        answered_at: answer.at,
        auction_id: answer.auctionId ?? null,
        lock_id: answer.lockId ?? null,
        answer_key: answer.key ?? null,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );

/** Newest first, below an id; ids rise with time. Served by offers_buyer and offers_maker. */
export const pageOfOffers = async (
  reader: Reader,
  page: {
    as: Side;
    personId: string;
    state: OfferState | null;
    from: Side | null;
    below: string | null;
    limit: number;
  },
): Promise<Offer[]> => {
  let query = tables(reader)
    .selectFrom('offers')
    .selectAll()
    .where(page.as === 'buyer' ? 'buyer_id' : 'maker_id', '=', page.personId);
  if (page.state !== null) query = query.where('state', '=', page.state);
  if (page.from !== null) query = query.where('sender', '=', page.from);
  if (page.below !== null) query = query.where('id', '<', page.below);
  return (await query.orderBy('id', 'desc').limit(page.limit).execute()).map(offerOf);
};
