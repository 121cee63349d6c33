// Tax, as a port: what part of a price is tax, by where the piece goes and what it is. The default is a table of rates
// that are included in prices, as consumers see them, and makers owe it. Where the payment provider computes it, the
// marketplace owes it, and it comes with the payment.
import { type Money, money } from '@videowindow/contract/money';

export type TaxQuestion = {
  /** ISO 3166; null when nobody knows. */
  readonly country: string | null;
  /** State or province, where rates differ by it. */
  readonly region: string | null;
  readonly category: string;
  readonly gross: Money;
};

/** Tax within a price. `bps` is null where it is of no one rate that we know. */
export type Tax = { readonly bps: number | null; readonly amount: Money; readonly owedBy: 'maker' | 'marketplace' };

export type TaxPort = { taxIn(question: TaxQuestion): Tax | null };

/** `PT`, `US-OR`, `PT/Books` or `*`, each with basis points. */
export type TaxTable = ReadonlyMap<string, number>;

/**
 * Reads `PT=2300,PT/Books=600,US-OR=0,*=0`.
 * @throws RangeError naming the part that cannot be read
 */
export const parseTaxTable = (text: string): TaxTable => {
  const table = new Map<string, number>();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const match = /^((?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?|\*)(?:\/[^=/]{1,60})?)=(\d{1,4})$/.exec(part);
    if (!match?.[1]) throw new RangeError(`'${part}' is no tax rate; write PT=2300 or PT/Books=600, in basis points`);
    table.set(match[1], Number(match[2]));
  }
  return table;
};

/** The most particular rate that fits; null where there is none, or none is due. */
export const rateFor = (table: TaxTable, { country, region, category }: Omit<TaxQuestion, 'gross'>): number | null => {
  const places = [...(country && region ? [`${country}-${region}`] : []), ...(country ? [country] : []), '*'];
  for (const place of places) {
    const bps = table.get(`${place}/${category}`) ?? table.get(place);
    if (bps !== undefined) return bps > 0 ? bps : null;
  }
  return null;
};

/** What of a tax goes back with `part` of a price, when `before` of it went back already; rounded half up in all. */
export const taxBack = (tax: Money, price: Money, before: number, part: number): Money => {
  const upTo = (given: number) =>
    Number((2n * BigInt(tax.amount) * BigInt(given) + BigInt(price.amount)) / (2n * BigInt(price.amount)));
  return money(upTo(before + part) - upTo(before), tax.currency);
};

/** The table as a port. The part of a gross price: gross × rate ÷ (1 + rate), rounded half up. */
export const taxByTable = (table: TaxTable): TaxPort => ({
  taxIn(question) {
    const bps = rateFor(table, question);
    if (bps === null) return null;
    const { amount, currency } = question.gross;
    const part = Math.floor((amount * bps * 2 + 10_000 + bps) / (2 * (10_000 + bps)));
    return { bps, amount: money(part, currency), owedBy: 'maker' };
  },
});
