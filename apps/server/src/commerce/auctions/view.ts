// An auction as people see it, pure.
import type { AuctionLogEntry, AuctionState } from '@videowindow/contract/api/commerce';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import { type AuctionCommand, type AuctionGuard, auctionMachine } from '@videowindow/contract/machines/auction';
import { type AuctionRules, isCancellable, leastBid } from './auction.ts';
import type { Entry } from './log.ts';
import type { Lot } from './store.ts';

/** Bidders go by their number: who they are is theirs to say. */
export const labelOf = (number: number): string => `Bidder ${number}`;

/** The state that everybody in the room sees; `now` in ms. */
export const stateOf = ({ auction, ...lot }: Lot, now: number): AuctionState => {
  // Who bought it is not always who bid most: after a second chance it is the next bidder, at their own amount.
  const buyer = auction.state === 'sold' ? auction.asked : null;
  const first = buyer ?? auction.leader;
  return {
    id: lot.id,
    listingId: lot.listingId,
    storyId: lot.storyId,
    state: auction.state,
    seq: auction.seq,
    price: buyer?.amount ?? auction.price ?? auction.terms.startPrice,
    minNext: leastBid(auction),
    bidCount: auction.bidCount,
    leader: first && { bidder: first.number, label: labelOf(first.number) },
    startsAt: new Date(auction.terms.startsAt).toISOString(),
    endsAt: new Date(auction.endsAt).toISOString(),
    capAt: new Date(auction.capAt).toISOString(),
    extensions: auction.extensions,
    serverTime: new Date(now).toISOString(),
  };
};

const BUTTONS: readonly AuctionCommand[] = ['bid', 'accept', 'cancel', 'askNext', 'giveUp'];

/** The commands that a person sees as buttons. */
export const buttons = (
  lot: Lot,
  isMaker: boolean,
  hasNext: boolean,
  rules: AuctionRules,
  now: number,
): AuctionCommand[] => {
  const { auction } = lot;
  const facts: Facts<AuctionGuard> = {
    byMaker: isMaker,
    byBidder: !isMaker,
    beforeEnd: now < auction.endsAt,
    hasWinner: auction.leader !== null,
    cancellable: isCancellable(auction, rules, now),
    unpaid: isMaker && auction.decideBy !== null,
    nextBidder: hasNext,
  };
  return possibleCommands(auctionMachine, auction.state, facts).filter((command) => BUTTONS.includes(command));
};

/** An entry of the public log; null for what is between the maker and the person asked, and for secret maximums. */
export const publicEntry = (entry: Entry): AuctionLogEntry | null => {
  const who =
    'number' in entry ? { bidder: entry.number, label: labelOf(entry.number) } : { bidder: null, label: null };
  const at = new Date(entry.at).toISOString();
  switch (entry.kind) {
    case 'opened':
      return { seq: entry.seq, kind: 'opened', ...who, amount: entry.terms.startPrice, automatic: false, at };
    case 'bid':
    case 'accepted':
      return { seq: entry.seq, kind: entry.kind, ...who, amount: entry.amount, automatic: false, at };
    case 'automatic':
      return { seq: entry.seq, kind: 'bid', ...who, amount: entry.amount, automatic: true, at };
    case 'extended':
    case 'closed':
    case 'cancelled':
      return { seq: entry.seq, kind: entry.kind, ...who, amount: null, automatic: false, at };
    default:
      return null;
  }
};
