// SQL of sale locks.
import type { ChosenOption, ReturnsPolicy, ShippingZone } from '@videowindow/contract/api/commerce';
import type { LockState } from '@videowindow/contract/machines/lock';
import { type Money, money } from '@videowindow/contract/money';
import type { Generated, Selectable, Updateable } from 'kysely';
import { type Reader, sql, type Tx } from '#platform/database';
import type { LockClocks, LockReason, ReleaseReason } from './lock.ts';

type Tables = {
  locks: {
    id: string;
    listing_id: string;
    story_id: string;
    maker_id: string;
    buyer_id: string;
    title: string;
    reason: LockReason;
    auction_id: string | null;
    state: LockState;
    release_reason: ReleaseReason | null;
    currency: string;
    item_amount: number;
    shipping_amount: number | null;
    fee_amount: number;
    pickup: boolean;
    handling_days: number;
    zones: readonly ShippingZone[];
    returns: ReturnsPolicy;
    country: string | null;
    variant_id: string | null;
    quantity: number;
    options: readonly ChosenOption[];
    delivery: 'ship' | 'pickup' | null;
    held_at: Date;
    expires_at: Date;
    stretched: boolean;
    extension: 'asked' | 'given' | null;
    payment_failed: Generated<boolean>;
    combined: boolean;
    travels_with: string | null;
    clocks: LockClocks | null;
    releasing_at: Date | null;
    ended_at: Date | null;
  };
};

/** A piece held for somebody, with what was promised when it was. */
export type Lock = {
  readonly id: string;
  readonly listingId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly buyerId: string;
  /** The piece's name when it was locked. */
  readonly title: string;
  readonly reason: LockReason;
  readonly auctionId: string | null;
  readonly state: LockState;
  readonly releaseReason: ReleaseReason | null;
  /** Which kind of the piece, where it comes in kinds, and how many. */
  readonly variantId: string | null;
  readonly quantity: number;
  readonly options: readonly ChosenOption[];
  /** The price of all of them. */
  readonly item: Money;
  /** What sending it costs, to the country chosen or to the first zone; null when it can only be fetched. */
  readonly shipping: Money | null;
  readonly fee: Money;
  readonly pickup: boolean;
  readonly handlingDays: number;
  readonly zones: readonly ShippingZone[];
  readonly returns: ReturnsPolicy;
  /** Where it goes, as the buyer chose before paying. */
  readonly country: string | null;
  /** What the buyer chose at the checkout; null before. */
  readonly delivery: 'ship' | 'pickup' | null;
  readonly heldAt: Date;
  readonly expiresAt: Date;
  readonly stretched: boolean;
  /** More time to pay: asked for by the buyer, or given by the maker. */
  readonly extension: 'asked' | 'given' | null;
  /** What a bank had promised for it did not come, and no other checkout was opened since. */
  readonly paymentFailed: boolean;
  /** Whether it may travel with others to the same buyer, and the paid lock whose parcel it then goes into. */
  readonly combined: boolean;
  readonly travelsWith: string | null;
  /** The rules of its beginning; null where it began before they were kept. */
  readonly clocks: LockClocks | null;
  readonly releasingAt: Date | null;
};

const tables = (reader: Reader) => reader.withTables<Tables>();

const lockOf = (row: Selectable<Tables['locks']>): Lock => ({
  id: row.id,
  listingId: row.listing_id,
  storyId: row.story_id,
  makerId: row.maker_id,
  buyerId: row.buyer_id,
  title: row.title,
  reason: row.reason,
  auctionId: row.auction_id,
  state: row.state,
  releaseReason: row.release_reason,
  variantId: row.variant_id,
  quantity: row.quantity,
  options: row.options,
  item: money(row.item_amount, row.currency),
  shipping: row.shipping_amount === null ? null : money(row.shipping_amount, row.currency),
  fee: money(row.fee_amount, row.currency),
  pickup: row.pickup,
  handlingDays: row.handling_days,
  zones: row.zones,
  returns: row.returns,
  country: row.country,
  delivery: row.delivery,
  heldAt: row.held_at,
  expiresAt: row.expires_at,
  stretched: row.stretched,
  extension: row.extension,
  paymentFailed: row.payment_failed,
  combined: row.combined,
  travelsWith: row.travels_with,
  clocks: row.clocks,
  releasingAt: row.releasing_at,
});

const firstOf = (rows: readonly Selectable<Tables['locks']>[]): Lock | null => (rows[0] ? lockOf(rows[0]) : null);

/** The lock's row, locked. Who needs its listing too locks that before. */
export const lockLock = async (tx: Tx, id: string): Promise<Lock | null> =>
  firstOf(await tables(tx).selectFrom('locks').selectAll().where('id', '=', id).forUpdate().execute());

export const findLock = async (reader: Reader, id: string): Promise<Lock | null> =>
  firstOf(await tables(reader).selectFrom('locks').selectAll().where('id', '=', id).execute());

/** Which locks: everything that is named must hold. `open`: neither paid nor let go. */
export type Which = {
  readonly listingId?: string;
  readonly auctionId?: string;
  readonly buyerId?: string;
  readonly reason?: LockReason;
  readonly open?: true;
};

const matching = (reader: Reader, { listingId, auctionId, buyerId, reason, open }: Which) => {
  let query = tables(reader).selectFrom('locks').selectAll();
  if (listingId !== undefined) query = query.where('listing_id', '=', listingId);
  if (auctionId !== undefined) query = query.where('auction_id', '=', auctionId);
  if (buyerId !== undefined) query = query.where('buyer_id', '=', buyerId);
  if (reason !== undefined) query = query.where('reason', '=', reason);
  return open ? query.where('state', 'not in', ['paid', 'released']) : query;
};

/** The newest first. */
export const findLocks = async (reader: Reader, which: Which): Promise<Lock[]> =>
  (await matching(reader, which).orderBy('held_at', 'desc').execute()).map(lockOf);

/** The newest, null when there is none. */
export const newestLock = async (reader: Reader, which: Which): Promise<Lock | null> =>
  firstOf(await matching(reader, which).orderBy('held_at', 'desc').limit(1).execute());

/** Locks by id. */
export const locksByIds = async (reader: Reader, ids: readonly string[]): Promise<Lock[]> =>
  ids.length === 0
    ? []
    : (
        await matching(reader, {})
          .where('id', 'in', [...ids])
          .orderBy('id')
          .execute()
      ).map(lockOf);

/** All of them, locked in order of their ids. */
export const lockLocks = async (tx: Tx, which: Which): Promise<Lock[]> =>
  (await matching(tx, which).orderBy('id').forUpdate().execute()).map(lockOf);

/** Of these locks those that may still be paid and whose buyer has chosen how they go. */
export const payableLocks = async (reader: Reader, ids: readonly string[]): Promise<Lock[]> => {
  const rows = await matching(reader, {})
    .where('id', 'in', ids)
    .where('state', 'in', ['held', 'checkout_open'])
    .where('delivery', 'is not', null)
    .execute();
  return rows.map(lockOf);
};

/** Locks that have been releasing since before `before`. */
export const releasingSince = async (reader: Reader, before: Date): Promise<Lock[]> => {
  const rows = await tables(reader)
    .selectFrom('locks')
    .selectAll()
    .where('state', '=', 'releasing')
    .where('releasing_at', '<', before)
    .execute();
  return rows.map(lockOf);
};

export const insertLock = async (tx: Tx, lock: Lock): Promise<void> => {
  await tables(tx)
    .insertInto('locks')
    .values({
      id: lock.id,
      listing_id: lock.listingId,
      story_id: lock.storyId,
      maker_id: lock.makerId,
      buyer_id: lock.buyerId,
      title: lock.title,
      reason: lock.reason,
      auction_id: lock.auctionId,
      state: lock.state,
      release_reason: null,
      currency: lock.item.currency,
      item_amount: lock.item.amount,
      shipping_amount: lock.shipping?.amount ?? null,
      fee_amount: lock.fee.amount,
      pickup: lock.pickup,
      handling_days: lock.handlingDays,
      zones: sql`${JSON.stringify(lock.zones)}::jsonb`,
      returns: sql`${JSON.stringify(lock.returns)}::jsonb`,
      country: lock.country,
      variant_id: lock.variantId,
      quantity: lock.quantity,
      options: sql`${JSON.stringify(lock.options)}::jsonb`,
      delivery: null,
      held_at: lock.heldAt,
      expires_at: lock.expiresAt,
      stretched: false,
      combined: lock.combined,
      clocks: sql`${JSON.stringify(lock.clocks)}::jsonb`,
      releasing_at: null,
      ended_at: null,
    })
    .execute();
};

export const updateLock = async (tx: Tx, id: string, change: Updateable<Tables['locks']>): Promise<Lock> =>
  lockOf(
    await tables(tx).updateTable('locks').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );
