// SQL of what an order is made of: so many of which kind of which piece.
import type { ChosenOption } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import { type Reader, sql, type Tx } from '#platform/database';

export type OrderLine = {
  readonly listingId: string;
  /** Which kind, where the piece comes in kinds. */
  readonly variantId: string | null;
  readonly title: string;
  readonly options: readonly ChosenOption[];
  readonly quantity: number;
  /** The price of one. */
  readonly unit: Money;
};

export const insertLines = async (tx: Tx, orderId: string, lines: readonly OrderLine[]): Promise<void> => {
  for (const [position, { listingId, variantId, title, options, quantity, unit }] of lines.entries()) {
    await sql`
      insert into order_lines (order_id, position, listing_id, variant_id, title, options, quantity, currency, unit_amount)
      values (${orderId}, ${position}, ${listingId}, ${variantId}, ${title}, ${JSON.stringify(options)}::jsonb, ${quantity},
              ${unit.currency}, ${unit.amount})`.execute(tx);
  }
};

/** The lines of some orders, each order's in their order. */
export const linesOf = async (reader: Reader, orderIds: readonly string[]): Promise<Map<string, OrderLine[]>> => {
  const found = new Map<string, OrderLine[]>(orderIds.map((id) => [id, []]));
  if (orderIds.length === 0) return found;
  const { rows } = await sql<Omit<OrderLine, 'unit'> & { orderId: string; amount: number; currency: string }>`
    select order_id as "orderId", listing_id as "listingId", variant_id as "variantId", title, options, quantity,
           unit_amount as amount, currency
    from order_lines
    where order_id = any(${[...orderIds]}::uuid[])
    order by order_id, position`.execute(reader);
  for (const { orderId, amount, currency, ...line } of rows) {
    found.get(orderId)?.push({ ...line, unit: money(amount, currency) });
  }
  return found;
};
