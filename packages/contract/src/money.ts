// Money as whole minor units of one currency. No TypeBox here: the browser imports this file; the wire's schemas of
// Money are in schema.ts.

/** An amount in whole minor units (cents, yen, fils) of an ISO 4217 currency. `amount` is a safe integer. */
export type Money = { readonly amount: number; readonly currency: string };

const EXPONENT_0 = new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '));
/** Currencies of three decimals. Card networks know two of them: what is paid in these is a multiple of 10. */
export const threeDecimals = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
const EXPONENT_3 = new Set(threeDecimals);

/** Two amounts of different currencies met; nothing here ever converts. */
export class CurrencyMismatch extends Error {
  readonly code = 'currency_mismatch';
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super(`expected ${expected}, got ${actual}`);
    this.name = 'CurrencyMismatch';
    this.expected = expected;
    this.actual = actual;
  }
}

/** Number of decimals of a currency: 0, 2 or 3 (ISO 4217; a code that is not listed as special has 2). */
export function exponent(currency: string): 0 | 2 | 3 {
  if (EXPONENT_0.has(currency)) return 0;
  return EXPONENT_3.has(currency) ? 3 : 2;
}

/** The least step between two amounts that can be paid, in minor units. */
export function step(currency: string): 1 | 10 {
  return exponent(currency) === 3 ? 10 : 1;
}

/** Makes Money from minor units. Throws RangeError when `amount` is no safe integer or `currency` no three capitals. */
export function money(amount: number | bigint, currency: string): Money {
  const whole = Number(amount);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${amount} is not a safe integer of minor units`);
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`${currency} is not an ISO 4217 code`);
  // Adding 0 turns -0 into 0, so that equal amounts are also equal to Object.is and in JSON.
  return { amount: whole + 0, currency };
}

/** Nothing, in a currency. */
export function zero(currency: string): Money {
  return money(0, currency);
}

/** Throws CurrencyMismatch unless both are in one currency. */
export function assertSameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new CurrencyMismatch(a.currency, b.currency);
}

/** a + b. Throws CurrencyMismatch, or RangeError beyond the safe integers. */
export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.amount + b.amount, a.currency);
}

/** a - b; may be negative. Throws as `add` does. */
export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.amount - b.amount, a.currency);
}

/** So many times an amount; `count` is a whole number. */
export function multiply(m: Money, count: number): Money {
  return money(m.amount * count, m.currency);
}

/** The sum of a list; the currency is named so that an empty list has one too. */
export function sum(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(add, zero(currency));
}

/** -1, 0 or 1 as a is below, equal to or above b. Throws CurrencyMismatch. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  assertSameCurrency(a, b);
  return a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0;
}

/**
 * A rate in basis points of an amount, rounded half up to what can be paid (away from zero for a negative amount,
 * so that a reversal is the exact opposite of what it reverses). `bps` is a whole number ≥ 0.
 */
export function multiplyBps(m: Money, bps: number): Money {
  if (!Number.isSafeInteger(bps) || bps < 0) throw new RangeError(`${bps} is not a rate in basis points`);
  const product = BigInt(Math.abs(m.amount)) * BigInt(bps);
  const least = BigInt(step(m.currency));
  const rounded = ((product + 5_000n * least) / (10_000n * least)) * least;
  return money(m.amount < 0 ? -rounded : rounded, m.currency);
}

/**
 * Splits an amount in proportion to weights (whole numbers ≥ 0, not all 0) by largest remainder:
 * the parts sum to the whole exactly; among equal remainders the earlier part gets the unit. Of a whole that can be
 * paid each part can be.
 */
export function split(m: Money, weights: readonly number[]): Money[] {
  const total = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (total <= 0n || weights.some((weight) => weight < 0)) throw new RangeError('weights must be ≥ 0 and not all 0');
  const sign = m.amount < 0 ? -1n : 1n;
  const least = m.amount % step(m.currency) === 0 ? step(m.currency) : 1;
  const whole = BigInt(Math.abs(m.amount) / least);
  const shares = weights.map((weight, index) => {
    const product = whole * BigInt(weight);
    return { index, units: product / total, remainder: product % total };
  });
  let left = whole - shares.reduce((all, share) => all + share.units, 0n);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map((share) => money(sign * share.units * BigInt(least), m.currency));
}

/** The marketplace's fee: `round(items × bps / 10^4) + fixed`. Throws CurrencyMismatch when `fixed` is in another. */
export function fee(items: Money, bps: number, fixed: Money): Money {
  return add(multiplyBps(items, bps), fixed);
}

/**
 * Roughly what an amount is in another currency, for people to read and never to pay: half up, in its own decimals.
 * @param rate what one unit of the amount's currency is in the other
 */
export function roughlyIn(m: Money, currency: string, rate: number): Money {
  const units = (m.amount / 10 ** exponent(m.currency)) * rate;
  const least = step(currency);
  return money(Math.round((units * 10 ** exponent(currency)) / least) * least, currency);
}

/** As people read it, e.g. `$1,250.00`. `locale` is a BCP 47 tag; without one the runtime's own. */
export function format(m: Money, locale?: string): string {
  const decimals = exponent(m.currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: m.currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    // From the digits, not from a division, so that large amounts keep their last cent; toDecimal makes nothing but
    // decimal digits, which is what the template type asks for.
  }).format(toDecimal(m) as `${number}`);
}

/** The amount as a plain decimal string, e.g. `1250.00`; for inputs, structured data and providers. */
export function toDecimal(m: Money): string {
  const decimals = exponent(m.currency);
  const digits = String(Math.abs(m.amount)).padStart(decimals + 1, '0');
  const sign = m.amount < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Reads what a person typed (`1250`, `1,250.5`, `1250.00`); null when it is no amount, or none that can be paid. */
export function parse(text: string, currency: string): Money | null {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return null;
  const decimals = exponent(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return null;
  const amount = Number((match[1] ?? '').replaceAll(',', '') + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(amount) && amount % step(currency) === 0 ? money(amount, currency) : null;
}
