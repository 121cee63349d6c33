// Taking bids out of an auction, pure: by their bidder (retraction), or because of who they are (disqualification).
// What stands without them is the replay of what is left; the end that the log has reached stays.
import { apply } from '@videowindow/contract/machine';
import { auctionMachine } from '@videowindow/contract/machines/auction';
import { type Auction, type AuctionRules, type Decision, decide, notOpen, refuse } from './auction.ts';
import { contestOf, countingBids, type PlacedEntry } from './contest.ts';
import type { Entry, Left, Millis, RetractionReason } from './log.ts';

/** Which of a bidder's bids may be taken back at `now`: all of them, the newest, or why none. */
export type Retractable =
  | { readonly what: 'all' | 'newest'; readonly bids: readonly PlacedEntry[] }
  | { readonly what: 'none'; readonly why: 'no_bid' | 'too_old' | 'too_late' };

/** By the time that is left: all bids, then only the newest while it is young, in the end none. */
export function retractable(
  auction: Auction,
  log: readonly Entry[],
  bidder: string,
  rules: AuctionRules,
  now: Millis,
): Retractable {
  const own = countingBids(log).filter((entry) => entry.bidder === bidder);
  const newest = own.at(-1);
  if (!newest) return { what: 'none', why: 'no_bid' };
  const left = auction.endsAt - now;
  if (left > rules.retractAllBeforeEndMs) return { what: 'all', bids: own };
  if (left < rules.retractNewestBeforeEndMs) return { what: 'none', why: 'too_late' };
  return now - newest.at <= rules.retractNewestWithinMs
    ? { what: 'newest', bids: [newest] }
    : { what: 'none', why: 'too_old' };
}

/** A bidder takes back what they still may. After a wrong amount they may bid once more, below it. */
export function decideRetract(
  auction: Auction,
  log: readonly Entry[],
  { bidder, reason }: { bidder: string; reason: RetractionReason },
  rules: AuctionRules,
  now: Millis,
): Decision {
  const closed = notOpen(auction, now);
  if (closed) return refuse(closed);
  const found = retractable(auction, log, bidder, rules, now);
  if (found.what === 'none') return refuse({ code: 'retraction_not_allowed', why: found.why });
  const move = apply(auctionMachine, auction.state, 'retract', { byBidder: true, beforeEnd: true, retractable: true });
  const newest = found.bids.at(-1);
  if (!move.ok || !newest) return refuse({ code: 'invalid_transition', from: auction.state });
  // Whoever had their one bid more has it no longer.
  const again = reason === 'wrong_amount' && !auction.barred.some((each) => each.bidder === bidder);
  return decide({
    kind: 'retracted',
    bidder,
    number: newest.number,
    reason,
    ...(found.what === 'newest' && { bid: newest.seq }),
    left: without(auction, log, found.bids),
    ...(again && { below: newest.kind === 'bid' ? (newest.max ?? newest.amount) : newest.max }),
  });
}

/** Somebody may not buy here any more: their bids count no longer. Refused where they have none. */
export function decideDisqualify(auction: Auction, log: readonly Entry[], bidder: string): Decision {
  const move = apply(auctionMachine, auction.state, 'disqualify', { byMaker: true });
  const bids = countingBids(log).filter((entry) => entry.bidder === bidder);
  const [first] = bids;
  if (!move.ok || !first) return refuse({ code: 'invalid_transition', from: auction.state });
  return decide({ kind: 'disqualified', bidder, number: first.number, left: without(auction, log, bids) });
}

/** What stands without some bids. */
function without(auction: Auction, log: readonly Entry[], bids: readonly PlacedEntry[]): Left | null {
  const gone = new Set(bids.map((entry) => entry.seq));
  const kept = countingBids(log).filter((entry) => !gone.has(entry.seq));
  const standing = contestOf(kept, auction.terms);
  return standing && { ...standing, bidCount: kept.filter(({ kind }) => kind === 'bid').length };
}
