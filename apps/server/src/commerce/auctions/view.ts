// An auction as people see it, pure.
import type { AuctionLogEntry, AuctionState } from '@videowindow/contract/api/commerce';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import { type AuctionCommand, type AuctionGuard, auctionMachine } from '@videowindow/contract/machines/auction';
import type { Money } from '@videowindow/contract/money';
import {
  type Asked,
  type Auction,
  type AuctionRules,
  backingOutOf,
  isBuyNowOpen,
  isCancellable,
  isReserveMet,
  leastBid,
} from './auction.ts';
import { isWithdrawn, type Withdrawn } from './contest.ts';
import type { Entry, RetractionReason } from './log.ts';
import type { Lot } from './store.ts';

/** The handles of those who show theirs, by person. */
export type Names = ReadonlyMap<string, string>;

/** Bidders go by their number: who they are is theirs to say. */
export const labelOf = ({ bidder, number }: { bidder: string; number: number }, names: Names): string => {
  const handle = names.get(bidder);
  return handle === undefined ? `Bidder ${number}` : `@${handle}`;
};

/** Who bought it is not always who bid most: after a second chance it is the next bidder, at their own amount. */
const buyerOf = (auction: Auction): Asked | null => (auction.state === 'sold' ? auction.asked : null);

/** Who is shown as first: the leader, in the end the buyer. */
export const firstOf = (auction: Auction): { bidder: string; number: number } | null =>
  buyerOf(auction) ?? auction.leader;

/** The state that everybody in the room sees; `now` in ms. */
export const stateOf = ({ auction, ...lot }: Lot, now: number, names: Names): AuctionState => {
  const buyer = buyerOf(auction);
  const first = firstOf(auction);
  return {
    id: lot.id,
    listingId: lot.listingId,
    storyId: lot.storyId,
    state: auction.state,
    seq: auction.seq,
    price: buyer?.amount ?? auction.price ?? auction.terms.startPrice,
    minNext: leastBid(auction),
    bidCount: auction.bidCount,
    leader: first && { bidder: first.number, label: labelOf(first, names) },
    startsAt: new Date(auction.terms.startsAt).toISOString(),
    endsAt: new Date(auction.endsAt).toISOString(),
    capAt: new Date(auction.capAt).toISOString(),
    extensions: auction.extensions,
    reserveMet: auction.terms.reserve ? isReserveMet(auction) : null,
    buyNow: auction.terms.buyNow && isBuyNowOpen(auction, now) ? auction.terms.buyNow.price : null,
    serverTime: new Date(now).toISOString(),
  };
};

const BUTTONS: readonly AuctionCommand[] = [
  'bid',
  'retract',
  'retractFor',
  'buyNow',
  'accept',
  'cancel',
  'suspend',
  'resume',
  'askNext',
  'giveUp',
  'offerNext',
];

/** The commands that a person sees as buttons. */
export const buttons = (
  lot: Lot,
  who: { isMaker: boolean; isModerator: boolean; hasBid: boolean },
  hasNext: boolean,
  rules: AuctionRules,
  now: number,
): AuctionCommand[] => {
  const { isMaker, isModerator } = who;
  const { auction } = lot;
  const facts: Facts<AuctionGuard> = {
    byMaker: isMaker,
    byBidder: !isMaker,
    byModerator: isModerator && !isMaker && !who.hasBid,
    retractable: who.hasBid && auction.endsAt - now >= backingOutOf(auction, rules).retractNewestBeforeEndMs,
    beforeEnd: now < auction.endsAt,
    hasWinner: auction.leader !== null,
    cancellable: isCancellable(auction, rules, now),
    buyNowOpen: isBuyNowOpen(auction, now),
    unpaid: isMaker && auction.decideBy !== null,
    nextBidder: hasNext,
  };
  return possibleCommands(auctionMachine, auction.state, facts).filter((command) => BUTTONS.includes(command));
};

/** Everybody of whom some entries tell. */
export const biddersIn = (entries: readonly Entry[]): string[] => [
  ...new Set(entries.flatMap((entry) => ('bidder' in entry ? [entry.bidder] : []))),
];

/** An entry of the public log; null for what is between the maker and the person asked, and for secret maximums. */
export const publicEntry = (entry: Entry, withdrawn: readonly Withdrawn[], names: Names): AuctionLogEntry | null => {
  const who =
    'number' in entry ? { bidder: entry.number, label: labelOf(entry, names) } : { bidder: null, label: null };
  const row = (
    kind: AuctionLogEntry['kind'],
    more: {
      amount?: Money;
      automatic?: boolean;
      withdrawn?: boolean;
      reason?: RetractionReason;
      bySupport?: boolean;
    } = {},
  ): AuctionLogEntry => ({
    seq: entry.seq,
    kind,
    ...who,
    amount: null,
    automatic: false,
    withdrawn: false,
    reason: null,
    bySupport: false,
    at: new Date(entry.at).toISOString(),
    ...more,
  });
  switch (entry.kind) {
    case 'opened':
      return row('opened', { amount: entry.terms.startPrice });
    case 'bid':
      return row('bid', { amount: entry.amount, withdrawn: isWithdrawn(entry, withdrawn) });
    case 'automatic':
      return row('bid', { amount: entry.amount, automatic: true, withdrawn: isWithdrawn(entry, withdrawn) });
    case 'accepted':
    case 'bought':
      return row(entry.kind, { amount: entry.amount });
    case 'retracted':
      return row('retracted', { reason: entry.reason, bySupport: entry.by === 'support' });
    case 'disqualified':
    case 'extended':
    case 'closed':
    case 'cancelled':
    case 'suspended':
    case 'resumed':
      return row(entry.kind);
    default:
      return null;
  }
};
