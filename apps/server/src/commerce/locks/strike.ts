// Strikes, pure: what the times that somebody did not pay mean for their next bid.

const DAY = 24 * 3_600_000;

export type StrikeKind = 'unpaid' | 'auction_cancelled' | 'order_cancelled';

/** What the marketplace makes of unpaid strikes, counted within a time. */
export type StrikeRules = {
  readonly card: { readonly count: number; readonly withinMs: number };
  readonly suspension: { readonly count: number; readonly withinMs: number };
};

export const defaultStrikeRules: StrikeRules = {
  card: { count: 2, withinMs: 90 * DAY },
  suspension: { count: 3, withinMs: 365 * DAY },
};

/** `warned`: the next one costs something. `card`: a saved card is needed to bid. */
export type Standing = 'good' | 'warned' | 'card' | 'suspended';

/** Where somebody stands at `now`, by the moments (ms) of the unpaid strikes that count. */
export function standingOf(strikes: readonly number[], now: number, rules: StrikeRules): Standing {
  const within = (ms: number) => strikes.filter((at) => now - at < ms).length;
  if (within(rules.suspension.withinMs) >= rules.suspension.count) return 'suspended';
  if (within(rules.card.withinMs) >= rules.card.count) return 'card';
  return within(rules.suspension.withinMs) > 0 ? 'warned' : 'good';
}
