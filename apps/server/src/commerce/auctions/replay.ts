// An auction as the replay of its log. `record` adds what was decided, `replay` makes the auction of a whole log; both
// go through the same fold, so that what is stored and what is replayed cannot differ.
import { type Asked, type Auction, isReserveMet } from './auction.ts';
import { contestOf, countingBids } from './contest.ts';
import type { Entry, Happening, Left, Millis, Terms } from './log.ts';

/** Opens an auction: its first entry, and the auction that this makes. */
export function open(terms: Terms, at: Millis): { entry: Entry; auction: Auction } {
  const entry: Entry = { kind: 'opened', terms, seq: 1, at };
  return { entry, auction: evolve(null, entry) };
}

/** Numbers what was decided and applies it. */
export function record(
  auction: Auction,
  happenings: readonly Happening[],
  at: Millis,
): { entries: Entry[]; auction: Auction } {
  const entries = happenings.map((happening, index): Entry => ({ ...happening, seq: auction.seq + index + 1, at }));
  return { entries, auction: entries.reduce<Auction>(evolve, auction) };
}

/** The auction that a whole log makes. Throws RangeError when it does not begin with `opened` or has a gap. */
export function replay(log: readonly Entry[]): Auction {
  const [first, ...rest] = log;
  if (!first) throw new RangeError('an auction without a log');
  return rest.reduce<Auction>(evolve, evolve(null, first));
}

function evolve(auction: Auction | null, entry: Entry): Auction {
  if (entry.seq !== (auction?.seq ?? 0) + 1) throw new RangeError(`entry ${entry.seq} follows ${auction?.seq ?? 0}`);
  if (!auction) {
    if (entry.kind !== 'opened') throw new RangeError(`a log begins with ${entry.kind}`);
    return opened(entry.terms);
  }
  const next: Auction = { ...auction, seq: entry.seq };
  switch (entry.kind) {
    case 'opened':
      throw new RangeError('a log opens once');
    case 'bid':
      return {
        ...next,
        price: entry.amount,
        leader: { bidder: entry.bidder, number: entry.number },
        max: entry.max ?? entry.amount,
        bidCount: auction.bidCount + 1,
        bidderCount: Math.max(auction.bidderCount, entry.number),
        barred: usedUp(auction.barred, entry.bidder),
      };
    case 'automatic':
      return {
        ...next,
        price: entry.amount,
        leader: { bidder: entry.bidder, number: entry.number },
        max: entry.max,
      };
    case 'raised':
      return { ...next, max: entry.max, barred: usedUp(auction.barred, entry.bidder) };
    case 'retracted': {
      const others = auction.barred.filter(({ bidder }) => bidder !== entry.bidder);
      const barred = [...others, { bidder: entry.bidder, below: entry.below ?? null }];
      return { ...next, ...leftOf(entry.left), barred };
    }
    case 'disqualified':
      return { ...next, ...leftOf(entry.left) };
    case 'extended':
      return { ...next, endsAt: entry.endsAt, extensions: auction.extensions + 1 };
    case 'accepted':
      return { ...next, state: 'closing', endsAt: entry.at, asked: askedOf(entry) };
    case 'closed':
      if (!auction.leader || !auction.price || !isReserveMet(auction)) return { ...next, state: 'no_sale' };
      return { ...next, state: 'closing', asked: { ...auction.leader, amount: auction.price } };
    case 'cancelled':
      return { ...next, state: 'cancelled', endsAt: Math.min(auction.endsAt, entry.at), suspendedAt: null };
    case 'suspended':
      return { ...next, state: 'suspended', suspendedAt: entry.at };
    case 'resumed':
      return { ...next, state: 'live', suspendedAt: null, endsAt: entry.endsAt, capAt: entry.capAt };
    case 'settled':
      return { ...next, state: 'sold', decideBy: null };
    case 'defaulted':
      return { ...next, asked: null, decideBy: entry.at + auction.terms.secondChanceDecideMs };
    case 'asked':
      return { ...next, asked: askedOf(entry), decideBy: null, chancesGiven: auction.chancesGiven + 1 };
    case 'gave_up':
      return { ...next, state: 'no_sale', asked: null, decideBy: null };
    case 'bought':
      return {
        ...next,
        state: 'sold',
        endsAt: Math.min(auction.endsAt, entry.at),
        asked: askedOf(entry),
        bidderCount: Math.max(auction.bidderCount, entry.number),
      };
  }
}

/** What stands when bids were taken out. The end stays where it was. */
const leftOf = (left: Left | null): Pick<Auction, 'leader' | 'price' | 'max' | 'bidCount'> =>
  left ?? { leader: null, price: null, max: null, bidCount: 0 };

/** Whoever took a bid back has one more, which this was. */
const usedUp = (barred: Auction['barred'], bidder: string): Auction['barred'] =>
  barred.length === 0 ? barred : barred.map((each) => (each.bidder === bidder ? { bidder, below: null } : each));

const askedOf = (entry: Asked): Asked => ({ bidder: entry.bidder, number: entry.number, amount: entry.amount });

function opened(terms: Terms): Auction {
  return {
    state: 'live',
    seq: 1,
    terms,
    price: null,
    leader: null,
    max: null,
    bidCount: 0,
    bidderCount: 0,
    endsAt: terms.endsAt,
    capAt: terms.capAt,
    extensions: 0,
    suspendedAt: null,
    asked: null,
    chancesGiven: 0,
    decideBy: null,
    barred: [],
  };
}

/**
 * Who would be asked next: the leader of the log as it stands without the bids of everybody who was asked and did not
 * pay, and of those in `besides` (who is about to be one of them, or may not buy any more), at the price of that log.
 * Null when nobody is left, or when as many second chances were given as the terms allow.
 */
export function nextBidder(log: readonly Entry[], ...besides: readonly string[]): Asked | null {
  const auction = replay(log);
  if (auction.chancesGiven >= auction.terms.secondChances) return null;
  const defaulted = log.flatMap((entry) => (entry.kind === 'defaulted' ? [entry.bidder] : []));
  const standing = contestOf(countingBids(log, new Set([...defaulted, ...besides])), auction.terms);
  return standing && { ...standing.leader, amount: standing.price };
}

/** The clock that this auction waits for: its end while it is live, the maker's choice after a default. */
export function dueAt(auction: Auction): Millis | null {
  if (auction.state === 'live') return auction.endsAt;
  return auction.state === 'closing' ? auction.decideBy : null;
}
