import { describe, expect, test } from 'vitest';
import { isStrike } from './lock.ts';
import { defaultStrikeRules, standingOf } from './strike.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 23);
const at = (...daysAgo: number[]) =>
  standingOf(
    daysAgo.map((days) => NOW - days * DAY),
    NOW,
    defaultStrikeRules,
  );

describe('unpaid strikes', () => {
  test('one warns, two within 90 days ask for a card, three within a year suspend', () => {
    expect(at()).toBe('good');
    expect(at(1)).toBe('warned');
    expect(at(1, 89)).toBe('card');
    expect(at(1, 90)).toBe('warned');
    expect(at(1, 91, 364)).toBe('suspended');
    expect(at(1, 91, 365)).toBe('warned');
    expect(at(365)).toBe('good');
  });

  test('are given to whoever had promised to pay and let the time pass, to nobody else', () => {
    expect(isStrike('auction', 'expired')).toBe(true);
    expect(isStrike('buy_now', 'expired')).toBe(true);
    expect(isStrike('offer', 'failed')).toBe(true);
    expect(isStrike('second_chance', 'expired')).toBe(false);
    expect(isStrike('fixed_price', 'expired')).toBe(false);
    expect(isStrike('buy_now', 'cancelled')).toBe(false);
    expect(isStrike('auction', 'declined')).toBe(false);
  });
});
