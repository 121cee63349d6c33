// A maker's sales as the rules of unusual money look at them, from the rooms that know them.
import type { Orders } from '#commerce/orders';
import type { Payments } from '#commerce/payments';
import type { SalesProfile } from '#commerce/payouts';
import type { Reader } from '#platform/database';

/** Days of the history that a usual day is the mean of. */
const HISTORY_DAYS = 90;

export const createSalesProfile =
  ({ orders, payments }: { orders: Pick<Orders, 'salesOf'>; payments: Pick<Payments, 'cardPrints'> }) =>
  async (reader: Reader, makerId: string, since: Date | null): Promise<SalesProfile> => {
    const { today, before, sales, refunded, bought } = await orders.salesOf(reader, makerId, since);
    const cards = await payments.cardPrints(
      reader,
      bought.map(({ paymentId }) => paymentId),
    );
    const times = new Map<string, number>();
    for (const { paymentId, buyerId } of bought) {
      const by = cards.get(paymentId) ?? buyerId;
      times.set(by, (times.get(by) ?? 0) + 1);
    }
    const byOneCard = Math.max(0, ...times.values());
    return { today, usualDay: Math.round(before / HISTORY_DAYS), sales, refunded, byOneCard };
  };
