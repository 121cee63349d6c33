// Taking bids out of an auction, pure: by their bidder (retraction), or because of who they are (disqualification).
// What stands without them is the replay of what is left; the end that the log has reached stays.
import { apply } from '@videowindow/contract/machine';
import { auctionMachine } from '@videowindow/contract/machines/auction';
import { type Auction, type AuctionRules, backingOutOf, type Decision, decide, notOpen, refuse } from './auction.ts';
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
  const windows = backingOutOf(auction, rules);
  if (left > windows.retractAllBeforeEndMs) return { what: 'all', bids: own };
  if (left < windows.retractNewestBeforeEndMs) return { what: 'none', why: 'too_late' };
  return now - newest.at <= windows.retractNewestWithinMs
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
  if (!move.ok) return refuse({ code: 'invalid_transition', from: auction.state });
  return takenOut(auction, log, { bidder, reason, ...found });
}

/** Support takes bids of somebody back for them, as long as the hammer has not fallen. */
export function decideRetractFor(
  auction: Auction,
  log: readonly Entry[],
  { bidder, reason, what }: { bidder: string; reason: RetractionReason; what: 'all' | 'newest' },
  now: Millis,
): Decision {
  const closed = auction.state === 'suspended' ? null : notOpen(auction, now);
  if (closed) return refuse(closed);
  const own = countingBids(log).filter((entry) => entry.bidder === bidder);
  if (own.length === 0) return refuse({ code: 'retraction_not_allowed', why: 'no_bid' });
  const move = apply(auctionMachine, auction.state, 'retractFor', {
    byModerator: true,
    beforeEnd: true,
    hasWinner: auction.leader !== null,
  });
  if (!move.ok) return refuse({ code: 'invalid_transition', from: auction.state });
  const bids = what === 'all' ? own : own.slice(-1);
  return takenOut(auction, log, { bidder, reason, what, bids, by: 'support' });
}

/** The entry that takes a bidder's own bids out; `bids` are the last of theirs that count, at least one. */
function takenOut(
  auction: Auction,
  log: readonly Entry[],
  out: {
    bidder: string;
    reason: RetractionReason;
    what: 'all' | 'newest';
    bids: readonly PlacedEntry[];
    by?: 'support';
  },
): Decision {
  const { bidder, reason, what, bids, by } = out;
  const newest = bids.at(-1);
  if (!newest) return refuse({ code: 'retraction_not_allowed', why: 'no_bid' });
  // Whoever had their one bid more has it no longer.
  const again = reason === 'wrong_amount' && !auction.barred.some((each) => each.bidder === bidder);
  return decide({
    kind: 'retracted',
    bidder,
    number: newest.number,
    reason,
    ...(by && { by }),
    ...(what === 'newest' && { bid: newest.seq }),
    left: without(auction, log, bids),
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
