// Rules of auctions that an operator writes as text: the windows of the soft close, and the table of increments.
import type { IncrementTable } from '@videowindow/contract/increments';
import { step } from '@videowindow/contract/money';
import type { SoftCloseTier } from './log.ts';

const MINUTE = 60_000;
const MOST_MINUTES = 24 * 60;
const MOST_TIERS = 10;
const MOST_STEPS = 40;

/** `BEFORE=VALUE,...,*=VALUE`: pairs whose first rises, the last without an end. Null where it is not that. */
const readPairs = (text: string, most: number): { before: number | null; value: number }[] | null => {
  const pairs = text.split(',').map((part) => /^\s*(\d{1,12}|\*)=(\d{1,12})\s*$/.exec(part));
  if (pairs.length > most) return null;
  let last = 0;
  const read = pairs.map((pair, index) => {
    const isLast = index === pairs.length - 1;
    if (!pair || (pair[1] === '*') !== isLast || Number(pair[2]) === 0) return null;
    if (isLast) return { before: null, value: Number(pair[2]) };
    const before = Number(pair[1]);
    if (before <= last) return null;
    last = before;
    return { before, value: Number(pair[2]) };
  });
  return read.every((each) => each !== null) ? read : null;
};

/**
 * Reads `4=15,8=5,*=2`: while an auction was extended fewer than 4 times its last 15 minutes extend it, then 5, then 2.
 * @throws RangeError for anything else
 */
export const parseSoftClose = (text: string): readonly SoftCloseTier[] => {
  const tiers = readPairs(text, MOST_TIERS);
  if (!tiers || tiers.some(({ value }) => value > MOST_MINUTES)) {
    throw new RangeError('write extensions=minutes, rising, the last with a *, a day at most: 4=15,8=5,*=2');
  }
  return tiers.map(({ before, value }) => ({ extensions: before, windowMs: value * MINUTE }));
};

/**
 * Reads `2500=50,10000=100,*=250`, in minor units: below 25.00 the next bid is 0.50 more, below 100.00 it is 1.00, then 2.50.
 * Increments never fall, so that a higher price never asks for a lower next bid. Nothing: null, the usual table.
 * @throws RangeError for anything else
 */
export const parseIncrements = (text: string, currency: string): IncrementTable | null => {
  if (text.trim() === '') return null;
  const steps = readPairs(text, MOST_STEPS);
  const least = step(currency);
  const falls = steps?.some(({ value }, index) => value < (steps[index - 1]?.value ?? 0));
  if (!steps || falls || steps.some(({ value }) => value % least !== 0)) {
    throw new RangeError(
      `write price=increment in minor units${least > 1 ? ` (multiples of ${least})` : ''}, both rising, the last with a *: 2500=50,10000=100,*=250`,
    );
  }
  return { currency, steps: steps.map(({ before, value }) => ({ below: before, by: value })) };
};
