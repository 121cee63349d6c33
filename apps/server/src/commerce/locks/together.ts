// A piece may travel in the parcel of another that its buyer has paid and its maker has not sent yet: to the same address,
// and for what one more piece adds to the postage.
import type { Money } from '@videowindow/contract/money';
import { money } from '@videowindow/contract/money';
import { combinedPostage, type Parcel, zoneOf } from '@videowindow/contract/shipping';
import type { Reader } from '#platform/database';
import type { LocksDeps, Unsent } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

/** The parcel that a piece may go into: whose lock it was, its order's number, where it goes, and what that adds. */
export type Together = {
  readonly lockId: string;
  readonly number: number;
  readonly country: string;
  readonly shipping: Money;
};

/** The newest parcel that waits for each of a buyer's locks, by lock; two reads, however many they are. */
export const togetherWith = async (
  deps: Pick<LocksDeps, 'unsentOf'>,
  reader: Reader,
  buyerId: string,
  locks: readonly Lock[],
): Promise<Map<string, Together>> => {
  const may = locks.filter((lock) => lock.combined && lock.zones.length > 0);
  const unsent = await deps.unsentOf(reader, { buyerId, makerIds: [...new Set(may.map(({ makerId }) => makerId))] });
  const paid = await store.locksByIds(
    reader,
    unsent.map(({ lockId }) => lockId),
  );
  return new Map(
    may.flatMap((lock) => {
      const together = newestFor(lock, unsent, paid);
      return together ? [[lock.id, together] as const] : [];
    }),
  );
};

const newestFor = (lock: Lock, unsent: readonly Unsent[], paid: readonly Lock[]): Together | null => {
  for (const { lockId, makerId, number, country } of unsent.toReversed()) {
    const host = paid.find(({ id }) => id === lockId);
    const parcel = parcelOf(lock, country);
    if (makerId !== lock.makerId || !host?.combined || host.travelsWith !== null || !parcel) continue;
    const inside = paid.filter((each) => each.id === host.id || each.travelsWith === host.id);
    const parcels = inside.map((each) => parcelOf(each, country));
    if (parcels.some((each) => each === null)) continue;
    const whole = combinedPostage([...parcels.filter((each) => each !== null), parcel]);
    const before = inside.reduce((sum, each) => sum + (each.shipping?.amount ?? 0), 0);
    const shipping = money(Math.max(0, (whole?.amount ?? 0) - before), lock.item.currency);
    return { lockId, number, country, shipping };
  }
  return null;
};

const parcelOf = ({ zones, quantity }: Lock, country: string): Parcel | null => {
  const zone = zoneOf(zones, country);
  return zone && { zone, quantity, combined: true };
};
