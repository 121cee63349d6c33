// An offer, and a counter-offer too: `byRecipient` is whoever must answer, `bySender` whoever made it.
import type { Machine, Transitions } from '../machine.ts';

export type OfferState =
  | 'pending'
  | 'accepted'
  | 'countered'
  | 'declined'
  | 'auto_declined'
  | 'expired'
  | 'withdrawn'
  | 'superseded'
  | 'converted_to_bid';

export type OfferCommand =
  | 'accept'
  | 'counter'
  | 'decline'
  | 'autoDecline'
  | 'expire'
  | 'withdraw'
  | 'supersede'
  | 'openAuction';

/**
 * - `belowPolicy`: under the maker's `autoRejectBelow`. `due`: its 48 hours are over.
 * - `meetsPolicy`: at or above the `startAuctionAt` that the maker chose. `pieceFree`: the listing is available.
 * - `fromBuyer`: the buyer made it; a maker's price, an answer to one, opens no auction.
 * - `counterOffers`: this marketplace lets either side answer with another price.
 * - `pieceTaken`: something else took the piece, or a newer offer of the same sender took this one's place.
 */
export type OfferGuard =
  | 'byRecipient'
  | 'bySender'
  | 'belowPolicy'
  | 'due'
  | 'meetsPolicy'
  | 'fromBuyer'
  | 'pieceFree'
  | 'pieceTaken'
  | 'counterOffers';

export const transitions = {
  pending: {
    accept: [{ to: 'accepted', when: ['byRecipient', 'pieceFree'] }],
    counter: [{ to: 'countered', when: ['byRecipient', 'pieceFree', 'counterOffers'] }],
    decline: [{ to: 'declined', when: ['byRecipient'] }],
    autoDecline: [{ to: 'auto_declined', when: ['belowPolicy'] }],
    openAuction: [
      { to: 'converted_to_bid', when: ['byRecipient', 'fromBuyer', 'pieceFree'] },
      { to: 'converted_to_bid', when: ['meetsPolicy', 'fromBuyer', 'pieceFree'] },
    ],
    withdraw: [{ to: 'withdrawn', when: ['bySender'] }],
    expire: [{ to: 'expired', when: ['due'] }],
    supersede: [{ to: 'superseded', when: ['pieceTaken'] }],
  },
  accepted: {},
  countered: {},
  declined: {},
  auto_declined: {},
  expired: {},
  withdrawn: {},
  superseded: {},
  converted_to_bid: {},
} as const satisfies Transitions<OfferState, OfferCommand, OfferGuard>;

export const offerMachine: Machine<OfferState, OfferCommand, OfferGuard> = {
  name: 'offer',
  initial: 'pending',
  transitions,
};
