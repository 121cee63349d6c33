// A maker's orders as a table, for their own books and parcels.

import type { FileAnswer } from '@videowindow/contract';
import { toDecimal } from '@videowindow/contract/money';
import { csvOf } from '#platform/csv';
import { linesOf } from './lines.ts';
import { addressOf, type OrdersDeps } from './parts.ts';
import { refundedOf, soldBetween } from './store.ts';

/** Enough for years of a workshop; more is asked for by dates. */
const ROWS = 10_000;

const HEAD = [
  'Order',
  'Paid at',
  'State',
  'Piece',
  'Kind',
  'Quantity',
  'Buyer',
  'Delivery',
  'Send by',
  'Carrier',
  'Tracking number',
  'Shipped at',
  'Currency',
  'Piece price',
  'Shipping',
  'Fee',
  'Refunded to the buyer',
  'Name',
  'Address line 1',
  'Address line 2',
  'City',
  'Region',
  'Postal code',
  'Country',
];

/** Addresses only of what is still to be sent. */
export const exportSold = async (
  deps: OrdersDeps,
  makerId: string,
  { from, to }: { from?: string; to?: string },
): Promise<FileAnswer> => {
  const { db } = deps.database;
  const between = { from: from ? new Date(from) : null, to: to ? new Date(to) : null };
  const orders = await soldBetween(db, makerId, between, ROWS);
  const people = await deps.people(
    db,
    orders.map((order) => order.buyerId),
  );
  const ids = orders.map((order) => order.id);
  const refunded = await refundedOf(db, ids);
  const lines = await linesOf(db, ids);
  const decimal = (amount: number, currency: string) => toDecimal({ amount, currency });
  const rows = orders.map((order) => {
    const { currency } = order.item;
    const address = order.state === 'awaiting_shipment' ? addressOf(deps, order) : null;
    return [
      order.number,
      order.paidAt.toISOString(),
      order.state,
      order.title,
      (lines.get(order.id) ?? []).flatMap(({ options }) => options.map(({ value }) => value)).join(', '),
      (lines.get(order.id) ?? []).reduce((sum, { quantity }) => sum + quantity, 0),
      people.get(order.buyerId)?.displayName ?? '',
      order.delivery,
      order.shipBy.toISOString(),
      order.shipment?.carrier ?? '',
      order.shipment?.trackingNumber ?? '',
      order.shipment?.shippedAt.toISOString() ?? '',
      currency,
      toDecimal(order.item),
      toDecimal(order.shipping),
      toDecimal(order.fee),
      decimal(refunded.get(order.id) ?? 0, currency),
      address?.name ?? '',
      address?.line1 ?? '',
      address?.line2 ?? '',
      address?.city ?? '',
      address?.region ?? '',
      address?.postalCode ?? '',
      address?.country ?? '',
    ];
  });
  return { name: 'orders.csv', bytes: Buffer.from(csvOf([HEAD, ...rows])) };
};
