// What a listing is and which terms make sense, pure.
import type { ListingTerms, Shipping } from '@videowindow/contract/api/commerce';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import {
  type ListingCommand,
  type ListingGuard,
  type ListingState,
  listingMachine,
} from '@videowindow/contract/machines/listing';
import type { Money } from '@videowindow/contract/money';
import { policyProblem } from '@videowindow/contract/offer-policy';

export type Listing = {
  readonly id: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly state: ListingState;
  readonly currency: string;
  readonly askingPrice: Money | null;
  readonly offerPolicy: OfferPolicy;
  readonly shipping: Shipping;
  readonly version: number;
  readonly createdAt: Date;
};

/** Whether the piece can be sent at all; else it is fetched. */
export const isShippable = (shipping: Shipping): boolean => shipping.price !== null && shipping.shipsTo.length > 0;

/** What is wrong with terms, by field, or an empty list; `currency_mismatch` when an amount is in another currency. */
export const problemsOf = (
  terms: ListingTerms,
  currency: string,
): 'currency_mismatch' | { path: string; message: string }[] => {
  const { askingPrice, offerPolicy, shipping } = terms;
  const policy = policyProblem(offerPolicy, currency);
  const foreign = [askingPrice, shipping.price].some((amount) => amount && amount.currency !== currency);
  if (foreign || policy === 'currency_mismatch') return 'currency_mismatch';
  const problems: { path: string; message: string }[] = [];
  if (policy) problems.push({ path: 'offerPolicy.startAuctionAt', message: 'is below what would be declined' });
  if (!isShippable(shipping) && !shipping.pickup) {
    problems.push({ path: 'shipping', message: 'needs a price and places to send to, or pickup' });
  }
  if (shipping.pickup && !shipping.pickupPlace?.trim()) {
    problems.push({ path: 'shipping.pickupPlace', message: 'is needed where the piece can be fetched' });
  }
  return problems;
};

/** While an auction or a lock is on, what buyers relied on does not change; what is over is history. */
export const isFrozen = (state: ListingState): boolean => state === 'in_auction' || state === 'locked';

const MAKERS_COMMANDS: readonly ListingCommand[] = ['pause', 'resume', 'withdraw'];

/** The commands that the maker sees as buttons. */
export const buttons = (state: ListingState, isMaker: boolean): ListingCommand[] => {
  const facts: Facts<ListingGuard> = { byMaker: isMaker };
  return possibleCommands(listingMachine, state, facts).filter(
    (command) => isMaker && MAKERS_COMMANDS.includes(command),
  );
};
