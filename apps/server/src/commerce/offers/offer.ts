// Offers, pure: their rules and buttons.
import { possibleCommands } from '@videowindow/contract/machine';
import { type OfferCommand, type OfferState, offerMachine } from '@videowindow/contract/machines/offer';

/** The marketplace's rules for offers. */
export type OfferRules = {
  /** How long an offer may wait for its answer, in ms. */
  readonly lifeMs: number;
  /** Offers that one person may make on one piece; the number is not shown. */
  readonly perBuyer: number;
};

/** The defaults of the specification. */
export const defaultOfferRules: OfferRules = { lifeMs: 48 * 3_600_000, perBuyer: 5 };

const BUTTONS: readonly OfferCommand[] = ['accept', 'openAuction', 'decline', 'withdraw'];

/** The commands that one of the two sides sees as buttons. */
export const buttons = (state: OfferState, reader: 'buyer' | 'maker', pieceFree: boolean): OfferCommand[] =>
  possibleCommands(offerMachine, state, {
    byRecipient: reader === 'maker',
    bySender: reader === 'buyer',
    pieceFree,
  }).filter((command) => BUTTONS.includes(command));
