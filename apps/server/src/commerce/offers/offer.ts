// Offers, pure: their rules and buttons.
import { possibleCommands } from '@videowindow/contract/machine';
import { type OfferCommand, type OfferState, offerMachine } from '@videowindow/contract/machines/offer';
import { compare, type Money } from '@videowindow/contract/money';

/** The marketplace's rules for offers. */
export type OfferRules = {
  /** How long an offer may wait for its answer, in ms. */
  readonly lifeMs: number;
  /** Offers that one person may make on one piece; the number is not shown. */
  readonly perBuyer: number;
  /** Whether either side may answer an offer with another price. */
  readonly counterOffers: boolean;
};

/** The defaults of the specification. */
export const defaultOfferRules: OfferRules = { lifeMs: 48 * 3_600_000, perBuyer: 5, counterOffers: true };

const BUTTONS: readonly OfferCommand[] = ['accept', 'counter', 'openAuction', 'decline', 'withdraw'];

export type Side = 'buyer' | 'maker';

/** Who has to answer an offer. */
export const recipientOf = ({ from, buyerId, makerId }: { from: Side; buyerId: string; makerId: string }): string =>
  from === 'buyer' ? makerId : buyerId;

export const senderOf = ({ from, buyerId, makerId }: { from: Side; buyerId: string; makerId: string }): string =>
  from === 'buyer' ? buyerId : makerId;

/** The commands that one of the two sides sees as buttons. */
export const buttons = (
  offer: { state: OfferState; from: Side },
  reader: Side,
  facts: { pieceFree: boolean; counterOffers: boolean },
): OfferCommand[] =>
  possibleCommands(offerMachine, offer.state, {
    ...facts,
    byRecipient: reader !== offer.from,
    bySender: reader === offer.from,
    fromBuyer: offer.from === 'buyer',
  }).filter((command) => BUTTONS.includes(command));

/**
 * Whether a price answers an offer: a maker's lies above what was offered, a buyer's below what was named. What is on
 * the other side of it would be a yes.
 */
export const isCounter = (offer: { amount: Money; from: Side }, amount: Money): boolean =>
  offer.from === 'buyer' ? compare(amount, offer.amount) > 0 : compare(amount, offer.amount) < 0;
