// Proxy bidding, pure: who leads at what price when bids meet. A bid names an amount, which then is the price, or a
// secret maximum, up to which the leader is kept in front by the least that does it.
// Second-price rules as of Vickrey (1961), with increments as in English auctions on the net.
import { minNext as beats, type IncrementTable } from '@videowindow/contract/increments';
import { compare, type Money } from '@videowindow/contract/money';
import type { Entry, Happening } from './log.ts';

type Bidder = { readonly bidder: string; readonly number: number };

/** Who leads, at which visible price, and up to which amount they would go. */
export type Standing = { readonly leader: Bidder; readonly price: Money; readonly max: Money };

/** `maximum`: the amount is kept secret and only the least of it is used; else it is the price. */
export type Placed = Bidder & { readonly amount: Money; readonly maximum: boolean };

/**
 * Lets a bid meet what stands, null before the first. The caller has checked that it is enough.
 * @returns what stands then, and what the log says of it: the one who bid, and the leader's answer beside it
 */
export function contest(
  standing: Standing | null,
  placed: Placed,
  terms: { readonly startPrice: Money; readonly increments: IncrementTable },
): { standing: Standing; happenings: Happening[] } {
  const { bidder, number, amount, maximum } = placed;
  const leader = { bidder, number };
  const manual = (price: Money): Happening => ({
    kind: 'bid',
    ...leader,
    amount: price,
    ...(maximum ? { max: amount } : {}),
  });
  if (!standing) {
    const price = maximum ? terms.startPrice : amount;
    return { standing: { leader, price, max: amount }, happenings: [manual(price)] };
  }
  if (standing.leader.bidder === bidder) {
    return { standing: { ...standing, max: amount }, happenings: [{ kind: 'raised', ...leader, max: amount }] };
  }
  const automatic = (price: Money): Happening => ({
    kind: 'automatic',
    ...standing.leader,
    amount: price,
    max: standing.max,
  });
  if (compare(amount, standing.max) > 0) {
    const price = maximum ? least(amount, beats(standing.max, terms.increments)) : amount;
    const pushed = compare(standing.max, standing.price) > 0 ? [automatic(standing.max)] : [];
    return { standing: { leader, price, max: amount }, happenings: [...pushed, manual(price)] };
  }
  // Of two that are equal the earlier leads.
  const price = least(standing.max, beats(amount, terms.increments));
  return { standing: { ...standing, price }, happenings: [manual(amount), automatic(price)] };
}

/** What would stand if only these entries' bids had been placed, by bidders that are not among `out`. */
export function contestOf(
  log: readonly Entry[],
  out: ReadonlySet<string>,
  terms: { readonly startPrice: Money; readonly increments: IncrementTable },
): Standing | null {
  let standing: Standing | null = null;
  for (const entry of log) {
    if ((entry.kind !== 'bid' && entry.kind !== 'raised') || out.has(entry.bidder)) continue;
    const placed =
      entry.kind === 'bid'
        ? { amount: entry.max ?? entry.amount, maximum: entry.max !== undefined }
        : { amount: entry.max, maximum: true };
    standing = contest(standing, { bidder: entry.bidder, number: entry.number, ...placed }, terms).standing;
  }
  return standing;
}

const least = (one: Money, other: Money): Money => (compare(one, other) <= 0 ? one : other);
