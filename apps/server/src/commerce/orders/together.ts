// Orders of one buyer and one maker that travel in one parcel.
import type { Reader } from '#platform/database';
import { addressOf, type OrdersDeps } from './parts.ts';
import { type Order, orderOfLock, travellingWith, unsentOrders } from './store.ts';

/** What somebody has paid of some makers' and is to be sent, oldest first, and where to. What a bank disputes waits alone. */
export const unsentOf = async (
  deps: Pick<OrdersDeps, 'keyring'>,
  reader: Reader,
  whose: { buyerId: string; makerIds: readonly string[] },
): Promise<{ lockId: string; makerId: string; number: number; country: string }[]> =>
  (await unsentOrders(reader, whose)).flatMap((order) => {
    const country = addressOf(deps, order)?.country;
    return country ? [{ lockId: order.lockId, makerId: order.makerId, number: order.number, country }] : [];
  });

/** The order whose parcel a paid lock was to go into, where no address of its own was given. */
export const hostOf = async (reader: Reader, lockId: string | null, hasAddress: boolean): Promise<Order | null> =>
  lockId === null || hasAddress ? null : await orderOfLock(reader, lockId);

/** For each of these orders the others of its parcel. */
export const parcelsOf = async (
  reader: Reader,
  orders: readonly Order[],
): Promise<Map<string, { id: string; number: number }[]>> => {
  const hosts = [...new Set(orders.map((order) => order.travelsWith ?? order.id))];
  const byHost = Map.groupBy(await travellingWith(reader, hosts), (each) => each.travelsWith ?? each.id);
  return new Map(
    orders.map((order) => [
      order.id,
      (byHost.get(order.travelsWith ?? order.id) ?? [])
        .filter(({ id }) => id !== order.id)
        .map(({ id, number }) => ({ id, number })),
    ]),
  );
};
