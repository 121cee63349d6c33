// SQL of the kinds that a piece at a fixed price comes in, and of how many of each can be bought.
import type { VariantTerms } from '@videowindow/contract/api/commerce';
import { money } from '@videowindow/contract/money';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Variant } from './listing.ts';

type Row = Omit<Variant, 'price'> & { amount: number; currency: string };

const COLUMNS = sql.raw(
  'v.id, v.listing_id as "listingId", v.options, v.price_amount as amount, l.currency, v.quantity, v.sku',
);
const variantOf = ({ amount, currency, ...row }: Row): Variant => ({ ...row, price: money(amount, currency) });

/** The kinds of some listings, each listing's in the maker's order. */
export const variantsOf = async (reader: Reader, listingIds: readonly string[]): Promise<Map<string, Variant[]>> => {
  const found = new Map<string, Variant[]>();
  if (listingIds.length === 0) return found;
  const { rows } = await sql<Row>`
    select ${COLUMNS}
    from listing_variants v join listings l on l.id = v.listing_id
    where v.listing_id = any(${[...listingIds]}::uuid[])
    order by v.listing_id, v.position`.execute(reader);
  for (const row of rows) found.set(row.listingId, [...(found.get(row.listingId) ?? []), variantOf(row)]);
  return found;
};

/** One kind of a listing, locked; null when it has none of that id. */
export const lockVariant = async (tx: Tx, listingId: string, id: string): Promise<Variant | null> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS}
    from listing_variants v join listings l on l.id = v.listing_id
    where v.id = ${id} and v.listing_id = ${listingId}
    for update of v`.execute(tx);
  return rows[0] ? variantOf(rows[0]) : null;
};

/** Adds to what can be bought of a kind, or takes from it; false when it is gone or there are not so many. */
export const shiftVariant = async (tx: Tx, id: string, by: number): Promise<boolean> => {
  const { rows } = await sql`
    update listing_variants set quantity = quantity + ${by}
    where id = ${id} and quantity + ${by} >= 0
    returning 1`.execute(tx);
  return rows.length > 0;
};

/** The kinds as the maker wants them now. One with the same options stays the one it was. */
export const writeVariants = async (tx: Tx, listingId: string, variants: readonly VariantTerms[]): Promise<void> => {
  const kinds = variants.map(({ options }) => JSON.stringify(options));
  await sql`
    delete from listing_variants
    where listing_id = ${listingId} and not options = any(${kinds}::jsonb[])`.execute(tx);
  for (const [position, { options, price, quantity, sku }] of variants.entries()) {
    await sql`
      insert into listing_variants (id, listing_id, position, options, price_amount, quantity, sku)
      values (${newId()}, ${listingId}, ${position}, ${JSON.stringify(options)}::jsonb, ${price.amount}, ${quantity}, ${sku})
      on conflict (listing_id, options) do update
        set position = excluded.position, price_amount = excluded.price_amount,
            quantity = excluded.quantity, sku = excluded.sku`.execute(tx);
  }
};
