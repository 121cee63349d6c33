// The English auction, pure: its rules, and what each command would add to its log. No I/O and no clock: `now` comes in.
// Every decision returns happenings; `record` in replay.ts numbers and applies them.

import { minNext as beats, type IncrementTable, incrementTable } from '@videowindow/contract/increments';
import { apply } from '@videowindow/contract/machine';
import { type AuctionState, auctionMachine } from '@videowindow/contract/machines/auction';
import { compare, type Money, multiplyBps } from '@videowindow/contract/money';
import { contest, type Standing } from './contest.ts';
import type { BackingOut, DefaultReason, Happening, Millis, SoftCloseTier, Terms } from './log.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The marketplace's rules for auctions; an auction copies what concerns it into its terms. */
export type AuctionRules = BackingOut & {
  readonly softClose: readonly SoftCloseTier[];
  /** Null: the usual ones of the currency. */
  readonly increments: IncrementTable | null;
  /** The end never lies later than this after the start, nor later than `capAfterEndMs` after the planned end. */
  readonly capAfterStartMs: Millis;
  readonly capAfterEndMs: Millis;
  readonly secondChances: number;
  readonly secondChanceDecideMs: Millis;
  /** People are told this long before the end. */
  readonly tellBeforeEndMs: Millis;
  /** From this many retractions within this time on, a person looks. */
  readonly reviewAt: number;
  readonly reviewWithinMs: Millis;
  /** Without a reserve the piece can be had at once until the price passes this part of it; never later than before the end. */
  readonly buyNowUntilBps: number;
  readonly buyNowBeforeEndMs: Millis;
};

/** The defaults of the specification. */
export const defaultRules: AuctionRules = {
  softClose: [
    { extensions: 4, windowMs: 15 * MINUTE },
    { extensions: 8, windowMs: 5 * MINUTE },
    { extensions: null, windowMs: 2 * MINUTE },
  ],
  increments: null,
  capAfterStartMs: 14 * DAY,
  capAfterEndMs: DAY,
  cancelBeforeEndMs: 12 * HOUR,
  secondChances: 2,
  secondChanceDecideMs: 12 * HOUR,
  retractAllBeforeEndMs: 12 * HOUR,
  retractNewestBeforeEndMs: HOUR,
  retractNewestWithinMs: HOUR,
  tellBeforeEndMs: HOUR,
  reviewAt: 3,
  reviewWithinMs: 180 * DAY,
  buyNowUntilBps: 7_000,
  buyNowBeforeEndMs: HOUR,
};

/** Whose turn it is to pay, from the fall of the hammer on. */
export type Asked = { readonly bidder: string; readonly number: number; readonly amount: Money };

/** An auction as its log makes it; small and of fixed size, so that a row can hold it. */
export type Auction = {
  readonly state: AuctionState;
  readonly seq: number;
  readonly terms: Terms;
  /** The standing price; null until somebody bids. */
  readonly price: Money | null;
  readonly leader: { readonly bidder: string; readonly number: number } | null;
  /** Up to which amount the leader would go: theirs alone to know. */
  readonly max: Money | null;
  readonly bidCount: number;
  readonly bidderCount: number;
  readonly endsAt: Millis;
  readonly capAt: Millis;
  readonly extensions: number;
  readonly suspendedAt: Millis | null;
  readonly asked: Asked | null;
  /** Second chances that were given. */
  readonly chancesGiven: number;
  /** While the maker chooses whether the next bidder is asked: until when. */
  readonly decideBy: Millis | null;
  /** Who has taken bids back: below which amount they may bid once more, null where they may not. */
  readonly barred: readonly { readonly bidder: string; readonly below: Money | null }[];
};

export type Refusal =
  | { readonly code: 'auction_not_live' | 'auction_ended' | 'seller_cannot_bid' | 'bidder_blocked' }
  | { readonly code: 'currency_mismatch'; readonly currency: string }
  | { readonly code: 'bid_too_low' | 'bid_not_above_own_max'; readonly minNext: Money }
  | { readonly code: 'bid_after_retraction'; readonly below: Money | null }
  | { readonly code: 'retraction_not_allowed'; readonly why: 'no_bid' | 'too_old' | 'too_late' }
  | { readonly code: 'version_conflict'; readonly seq: number }
  | { readonly code: 'invalid_transition'; readonly from: AuctionState };

export type Decision =
  | { readonly ok: true; readonly happenings: readonly Happening[] }
  | ({ readonly ok: false } & Refusal);

export const refuse = (refusal: Refusal): Decision => ({ ok: false, ...refusal });
export const decide = (...happenings: Happening[]): Decision => ({ ok: true, happenings });

/** The terms of an auction that starts at `startsAt` and is planned to last `hours`. */
export function termsFor(
  rules: AuctionRules,
  auction: {
    startPrice: Money;
    startsAt: Millis;
    hours: number;
    reserve?: Money | undefined;
    buyNow?: Money | undefined;
  },
): Terms {
  const endsAt = auction.startsAt + auction.hours * HOUR;
  const { currency } = auction.startPrice;
  return {
    startPrice: auction.startPrice,
    ...(auction.reserve && { reserve: auction.reserve }),
    ...(auction.buyNow && {
      buyNow: { price: auction.buyNow, untilBps: rules.buyNowUntilBps, beforeEndMs: rules.buyNowBeforeEndMs },
    }),
    // What was sold in another currency before goes by that one's usual table.
    increments: rules.increments?.currency === currency ? rules.increments : incrementTable(currency),
    startsAt: auction.startsAt,
    endsAt,
    capAt: Math.min(auction.startsAt + rules.capAfterStartMs, endsAt + rules.capAfterEndMs),
    softClose: rules.softClose,
    secondChances: rules.secondChances,
    secondChanceDecideMs: rules.secondChanceDecideMs,
    tellBeforeEndMs: rules.tellBeforeEndMs,
    backingOut: {
      cancelBeforeEndMs: rules.cancelBeforeEndMs,
      retractAllBeforeEndMs: rules.retractAllBeforeEndMs,
      retractNewestBeforeEndMs: rules.retractNewestBeforeEndMs,
      retractNewestWithinMs: rules.retractNewestWithinMs,
    },
  };
}

/** The least amount that would be a bid now. */
export function leastBid(auction: Auction): Money {
  return auction.price ? beats(auction.price, auction.terms.increments) : auction.terms.startPrice;
}

/** Whether the clock would sell: there is no reserve, or the price has reached it. */
export function isReserveMet({ price, terms }: Auction): boolean {
  return !terms.reserve || (price !== null && compare(price, terms.reserve) >= 0);
}

/** Whether silence of the maker may sell at an amount: below the reserve it does not. */
export function isConsented({ terms }: Auction, amount: Money): boolean {
  return !terms.reserve || compare(amount, terms.reserve) >= 0;
}

/** Whether the piece can be had at once, and bidding has not gone past that. */
export function isBuyNowOpen(auction: Auction, now: Millis): boolean {
  const { price, terms } = auction;
  const { buyNow, reserve } = terms;
  if (!buyNow || notOpen(auction, now) || auction.endsAt - now < buyNow.beforeEndMs) return false;
  if (reserve) return !isReserveMet(auction);
  return price === null || compare(price, multiplyBps(buyNow.price, buyNow.untilBps)) <= 0;
}

/**
 * A bid: who, how much, and what the caller knows of them. `number` is their number here, null before their first bid.
 * With `maximum` the amount is secret, and only as much of it is bid as it takes to lead.
 */
export type Bid = {
  readonly bidder: string;
  readonly number: number | null;
  readonly amount: Money;
  readonly maximum?: boolean;
  readonly isMaker?: boolean;
  readonly isBlocked?: boolean;
};

/** Judges a bid at `now`. It is good iff `now < endsAt`, it comes from no maker or blocked person, and it is enough. */
export function decideBid(auction: Auction, bid: Bid, now: Millis): Decision {
  const closed = notOpen(auction, now);
  if (closed) return refuse(closed);
  if (bid.isMaker) return refuse({ code: 'seller_cannot_bid' });
  if (bid.isBlocked) return refuse({ code: 'bidder_blocked' });
  const { currency } = auction.terms.startPrice;
  if (bid.amount.currency !== currency) return refuse({ code: 'currency_mismatch', currency });
  const least = leastBid(auction);
  const before = standingOf(auction);
  if (before?.leader.bidder === bid.bidder) {
    if (compare(bid.amount, before.max) <= 0) return refuse({ code: 'bid_not_above_own_max', minNext: least });
  } else if (compare(bid.amount, least) < 0) return refuse({ code: 'bid_too_low', minNext: least });
  const barred = auction.barred.find((each) => each.bidder === bid.bidder);
  if (barred && (!barred.below || compare(bid.amount, barred.below) >= 0)) {
    return refuse({ code: 'bid_after_retraction', below: barred.below });
  }

  const number = bid.number ?? auction.bidderCount + 1;
  const placed = { bidder: bid.bidder, number, amount: bid.amount, maximum: bid.maximum === true };
  const { standing, happenings } = contest(before, placed, auction.terms);
  // Whoever leads may raise their maximum at any time: where nothing changes for the others, the end stays.
  const changed = before?.leader.bidder !== standing.leader.bidder || compare(before.price, standing.price) !== 0;
  const endsAt = changed ? softClose(auction, now) : auction.endsAt;
  return endsAt > auction.endsAt ? decide(...happenings, { kind: 'extended', endsAt }) : decide(...happenings);
}

const standingOf = ({ leader, price, max }: Auction): Standing | null =>
  leader && price ? { leader, price, max: max ?? price } : null;

/** The end after a bid at `now` that changed price or leader: `max(end, now + window)`, never beyond the cap. */
function softClose(auction: Auction, now: Millis): Millis {
  const windowMs = extendsWithin(auction);
  if (auction.endsAt - now > windowMs) return auction.endsAt;
  return Math.max(auction.endsAt, Math.min(now + windowMs, auction.capAt));
}

/** In the last so many ms of an auction a bid makes it longer, as often as it was made longer already. */
export function extendsWithin({ terms, extensions }: Auction): Millis {
  return terms.softClose.find((tier) => tier.extensions === null || extensions < tier.extensions)?.windowMs ?? 0;
}

/** The maker takes the standing price. `expectedSeq` is the newest entry they saw; a newer one refuses. */
export function decideAccept(auction: Auction, expectedSeq: number, now: Millis): Decision {
  const closed = notOpen(auction, now);
  if (closed) return refuse(closed);
  if (expectedSeq !== auction.seq) return refuse({ code: 'version_conflict', seq: auction.seq });
  const move = apply(auctionMachine, auction.state, 'accept', {
    byMaker: true,
    beforeEnd: true,
    hasWinner: auction.leader !== null,
  });
  if (!move.ok || !auction.leader || !auction.price) return refuse({ code: 'invalid_transition', from: auction.state });
  return decide({ kind: 'accepted', ...auction.leader, amount: auction.price });
}

/** The timer: the end has come. Twice is harmless, early is refused. */
export function decideClose(auction: Auction, now: Millis): Decision {
  const move = apply(auctionMachine, auction.state, 'close', {
    due: now >= auction.endsAt,
    hasWinner: auction.leader !== null,
    reserveMet: isReserveMet(auction),
  });
  return move.ok ? decide({ kind: 'closed' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** The windows that were in force when the auction began. */
export const backingOutOf = ({ terms }: Auction, rules: AuctionRules): BackingOut => terms.backingOut ?? rules;

/** Whether the maker may still end it without a sale: freely without bids, else only long before the end. */
export function isCancellable(auction: Auction, rules: AuctionRules, now: Millis): boolean {
  return auction.leader === null || auction.endsAt - now >= backingOutOf(auction, rules).cancelBeforeEndMs;
}

/** The maker ends it without a sale. */
export function decideCancel(auction: Auction, rules: AuctionRules, now: Millis): Decision {
  const closed = notOpen(auction, now);
  if (closed) return refuse(closed);
  const move = apply(auctionMachine, auction.state, 'cancel', {
    byMaker: true,
    cancellable: isCancellable(auction, rules, now),
  });
  return move.ok ? decide({ kind: 'cancelled' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** A moderator stops the clock. */
export function decideSuspend(auction: Auction): Decision {
  const move = apply(auctionMachine, auction.state, 'suspend', { byModerator: true });
  return move.ok ? decide({ kind: 'suspended' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** A moderator lets it go on: end and cap shift by the time that was lost. */
export function decideResume(auction: Auction, now: Millis): Decision {
  const move = apply(auctionMachine, auction.state, 'resume', { byModerator: true });
  if (!move.ok || auction.suspendedAt === null) return refuse({ code: 'invalid_transition', from: auction.state });
  const lost = now - auction.suspendedAt;
  return decide({ kind: 'resumed', endsAt: auction.endsAt + lost, capAt: auction.capAt + lost });
}

/** A moderator ends an auction that is stopped, without a sale. */
export function decideEnd(auction: Auction): Decision {
  const move = apply(auctionMachine, auction.state, 'cancel', { byModerator: true });
  return move.ok ? decide({ kind: 'cancelled' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** The person who was asked has paid. */
export function decideSettle(auction: Auction, bidder: string): Decision {
  const move = apply(auctionMachine, auction.state, 'settle', { paid: auction.asked?.bidder === bidder });
  if (!move.ok || !auction.asked) return refuse({ code: 'invalid_transition', from: auction.state });
  return decide({ kind: 'settled', ...auction.asked });
}

/** The person who was asked did not pay; `next` is who would be asked then (`nextBidder` of the log). */
export function decideDefault(auction: Auction, bidder: string, why: DefaultReason, next: Asked | null): Decision {
  if (auction.state !== 'closing' || auction.asked?.bidder !== bidder) {
    return refuse({ code: 'invalid_transition', from: auction.state });
  }
  const defaulted: Happening = { kind: 'defaulted', bidder, number: auction.asked.number, why };
  return next ? decide(defaulted) : decide(defaulted, { kind: 'gave_up' });
}

/** The next bidder is asked: the maker said so, or kept silent until `decideBy`. */
export function decideAsk(auction: Auction, next: Asked | null): Decision {
  const move = apply(auctionMachine, auction.state, 'askNext', {
    unpaid: auction.decideBy !== null,
    nextBidder: next !== null,
  });
  if (!move.ok || !next) return refuse({ code: 'invalid_transition', from: auction.state });
  return decide({ kind: 'asked', ...next });
}

/** The maker would rather sell anew than ask the next bidder. */
export function decideGiveUp(auction: Auction): Decision {
  const move = apply(auctionMachine, auction.state, 'giveUp', { unpaid: auction.decideBy !== null });
  return move.ok ? decide({ kind: 'gave_up' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** The maker would rather name the next bidder a price: the auction is over, and an offer goes out. */
export function decideOffer(auction: Auction, next: Asked | null): Decision {
  const move = apply(auctionMachine, auction.state, 'offerNext', {
    unpaid: auction.decideBy !== null,
    nextBidder: next !== null,
  });
  return move.ok ? decide({ kind: 'gave_up' }) : refuse({ code: 'invalid_transition', from: auction.state });
}

/** Somebody's payment of the price for which the piece can be had at once was captured: theirs, whoever leads. */
export function decideBuy(auction: Auction, buyer: { bidder: string; number: number | null }, now: Millis): Decision {
  const { buyNow } = auction.terms;
  const move = apply(auctionMachine, auction.state, 'payNow', { paid: true, beforeEnd: now < auction.endsAt });
  if (!move.ok || !buyNow) return refuse({ code: 'invalid_transition', from: auction.state });
  const number = buyer.number ?? auction.bidderCount + 1;
  return decide({ kind: 'bought', bidder: buyer.bidder, number, amount: buyNow.price });
}

/** Why nobody may bid or accept now, or null. */
export function notOpen(auction: Auction, now: Millis): Refusal | null {
  switch (auction.state) {
    case 'live':
      if (now >= auction.endsAt) return { code: 'auction_ended' };
      return now < auction.terms.startsAt ? { code: 'auction_not_live' } : null;
    case 'scheduled':
    case 'suspended':
    case 'cancelled':
      return { code: 'auction_not_live' };
    case 'closing':
    case 'sold':
    case 'no_sale':
      return { code: 'auction_ended' };
  }
}
