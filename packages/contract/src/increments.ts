// How much more the next bid must be, by the current price. A table per currency; an auction keeps the one it began with.
import { add, exponent, type Money, money } from './money.ts';

/** Steps in minor units: below `below` (null: from here on) the increment is `by`. Ordered by `below`. */
export type IncrementTable = {
  readonly currency: string;
  readonly steps: readonly { readonly below: number | null; readonly by: number }[];
};

const STEPS: IncrementTable['steps'] = [
  { below: 100, by: 5 },
  { below: 500, by: 25 },
  { below: 2_500, by: 50 },
  { below: 10_000, by: 100 },
  { below: 25_000, by: 250 },
  { below: 50_000, by: 500 },
  { below: 100_000, by: 1_000 },
  { below: 250_000, by: 2_500 },
  { below: 500_000, by: 5_000 },
  { below: null, by: 10_000 },
];

/** Currencies whose unit is worth so little that the steps are multiplied; they are chosen, never converted. */
const COARSER: Readonly<Record<string, number>> = { KRW: 10, CLP: 10, HUF: 100, IDR: 10_000, VND: 100 };

/**
 * The marketplace's increments in a currency. A currency without decimals takes the same figures in whole units
 * (a yen for a cent), one with three decimals takes ten times as many, so that its amounts stay multiples of 10.
 */
export function incrementTable(currency: string): IncrementTable {
  const factor = (COARSER[currency] ?? 1) * (exponent(currency) === 3 ? 10 : 1);
  return {
    currency,
    steps: STEPS.map((step) => ({
      below: step.below === null ? null : step.below * factor,
      by: step.by * factor,
    })),
  };
}

/** The increment at a price. */
export function incrementAt(price: Money, table: IncrementTable): Money {
  const step = table.steps.find((candidate) => candidate.below === null || price.amount < candidate.below);
  if (!step) throw new RangeError('an increment table ends with an open step');
  return money(step.by, table.currency);
}

/** The least amount that beats a price. Throws CurrencyMismatch when the table is another currency's. */
export function minNext(price: Money, table: IncrementTable): Money {
  return add(price, incrementAt(price, table));
}

/** The bid sheet's quick amounts: the least next bid, then one and three increments more. */
export function quickAmounts(least: Money, table: IncrementTable): Money[] {
  const second = minNext(least, table);
  const third = minNext(minNext(second, table), table);
  return [least, second, third];
}
