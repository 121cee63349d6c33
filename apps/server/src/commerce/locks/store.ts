// SQL of sale locks.
import type { LockState } from '@videowindow/contract/machines/lock';
import type { Generated, Insertable, Selectable, Updateable } from 'kysely';
import { type Reader, sql, type Tx } from '#platform/database';
import type { LockReason, ReleaseReason } from './lock.ts';

type Tables = {
  locks: {
    id: string;
    listing_id: string;
    story_id: string;
    maker_id: string;
    buyer_id: string;
    /** The piece's name when it was locked. */
    title: string;
    reason: LockReason;
    auction_id: string | null;
    state: LockState;
    release_reason: ReleaseReason | null;
    currency: string;
    item_amount: number;
    /** What sending it costs; null when it can only be fetched. */
    shipping_amount: number | null;
    fee_amount: number;
    pickup: boolean;
    handling_days: number;
    ships_to: string[];
    delivery: 'ship' | 'pickup' | null;
    held_at: Date;
    expires_at: Date;
    stretched: Generated<boolean>;
    releasing_at: Date | null;
    ended_at: Date | null;
  };
};

export type LockRow = Selectable<Tables['locks']>;

const tables = (reader: Reader) => reader.withTables<Tables>();

/** The lock's row, locked. Its listing must be locked before. */
export const lockLock = (tx: Tx, id: string): Promise<LockRow | undefined> =>
  tables(tx).selectFrom('locks').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const findLock = (reader: Reader, id: string): Promise<LockRow | undefined> =>
  tables(reader).selectFrom('locks').selectAll().where('id', '=', id).executeTakeFirst();

export const locksOfBuyer = (reader: Reader, buyerId: string): Promise<LockRow[]> =>
  tables(reader)
    .selectFrom('locks')
    .selectAll()
    .where('buyer_id', '=', buyerId)
    .where('state', 'not in', ['paid', 'released'])
    .orderBy('held_at', 'desc')
    .execute();

/** Somebody's newest lock of an auction, if it was ever their turn. */
export const lockOfAuction = (
  reader: Reader,
  auctionId: string,
  buyerId: string,
): Promise<{ id: string; state: LockState } | undefined> =>
  tables(reader)
    .selectFrom('locks')
    .select(['id', 'state'])
    .where('auction_id', '=', auctionId)
    .where('buyer_id', '=', buyerId)
    .orderBy('held_at', 'desc')
    .executeTakeFirst();

export const insertLock = (tx: Tx, row: Insertable<Tables['locks']>): Promise<LockRow> =>
  tables(tx)
    .insertInto('locks')
    .values({ ...row, ships_to: sql`${JSON.stringify(row.ships_to)}::jsonb` })
    .returningAll()
    .executeTakeFirstOrThrow();

export const updateLock = (tx: Tx, id: string, change: Updateable<Tables['locks']>): Promise<LockRow> =>
  tables(tx).updateTable('locks').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
