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

/** What a contest needs of an auction's terms. A `reserve` that the leader would pay is what they pay at least. */
export type ContestTerms = {
  readonly startPrice: Money;
  readonly increments: IncrementTable;
  readonly reserve?: Money;
};

/**
 * Lets a bid meet what stands, null before the first. The caller has checked that it is enough.
 * @returns what stands then, and what the log says of it: the one who bid, and the leader's answer beside it
 */
export function contest(
  standing: Standing | null,
  placed: Placed,
  terms: ContestTerms,
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
    const price = maximum ? atReserve(terms.startPrice, amount, terms) : amount;
    return { standing: { leader, price, max: amount }, happenings: [manual(price)] };
  }
  const automatic = (price: Money, max = standing.max): Happening => ({
    kind: 'automatic',
    ...standing.leader,
    amount: price,
    max,
  });
  if (standing.leader.bidder === bidder) {
    // The price moves only where the reserve is newly covered.
    const price = atReserve(standing.price, amount, terms);
    const raised: Happening = { kind: 'raised', ...leader, max: amount };
    const shown = compare(price, standing.price) > 0 ? [automatic(price, amount)] : [];
    return { standing: { ...standing, price, max: amount }, happenings: [raised, ...shown] };
  }
  if (compare(amount, standing.max) > 0) {
    const second = least(amount, beats(standing.max, terms.increments));
    const price = maximum ? atReserve(second, amount, terms) : amount;
    const pushed = compare(standing.max, standing.price) > 0 ? [automatic(standing.max)] : [];
    return { standing: { leader, price, max: amount }, happenings: [...pushed, manual(price)] };
  }
  // Of two that are equal the earlier leads.
  const price = least(standing.max, beats(amount, terms.increments));
  return { standing: { ...standing, price }, happenings: [manual(amount), automatic(price)] };
}

/** Somebody's bids that count no more: all that they had placed before the entry `before`, or just the one `seq`. */
export type Withdrawn = { readonly bidder: string; readonly before: number; readonly seq?: number };

/** What was taken out of a log: by retraction, and by disqualification. */
export const withdrawnIn = (log: readonly Entry[]): Withdrawn[] =>
  log.flatMap((entry) => {
    if (entry.kind === 'disqualified') return [{ bidder: entry.bidder, before: entry.seq }];
    if (entry.kind !== 'retracted') return [];
    const { bidder, bid } = entry;
    return [bid === undefined ? { bidder, before: entry.seq } : { bidder, before: entry.seq, seq: bid }];
  });

export const isWithdrawn = (entry: { readonly bidder: string; readonly seq: number }, out: readonly Withdrawn[]) =>
  out.some(
    (each) =>
      each.bidder === entry.bidder && entry.seq < each.before && (each.seq === undefined || each.seq === entry.seq),
  );

/** What a bidder placed themselves; what their maximum did for them follows from it. */
export type PlacedEntry = Extract<Entry, { kind: 'bid' | 'raised' }>;

/** The bids of a log that count: none that was retracted or disqualified, none of the bidders in `out`. In their order. */
export function countingBids(log: readonly Entry[], out: ReadonlySet<string> = new Set()): PlacedEntry[] {
  const withdrawn = withdrawnIn(log);
  return log.filter(
    (entry): entry is PlacedEntry =>
      (entry.kind === 'bid' || entry.kind === 'raised') && !out.has(entry.bidder) && !isWithdrawn(entry, withdrawn),
  );
}

/** What would stand if only these bids had been placed. */
export function contestOf(bids: readonly PlacedEntry[], terms: ContestTerms): Standing | null {
  return bids.reduce<Standing | null>((standing, entry) => {
    const { bidder, number } = entry;
    const placed =
      entry.kind === 'bid'
        ? { amount: entry.max ?? entry.amount, maximum: entry.max !== undefined }
        : { amount: entry.max, maximum: true };
    return contest(standing, { bidder, number, ...placed }, terms).standing;
  }, null);
}

/** A price, but no less than the reserve where a maximum covers it. */
const atReserve = (price: Money, max: Money, { reserve }: ContestTerms): Money =>
  reserve && compare(max, reserve) >= 0 && compare(price, reserve) < 0 ? reserve : price;

const least = (one: Money, other: Money): Money => (compare(one, other) <= 0 ? one : other);
