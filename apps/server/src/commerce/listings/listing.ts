// What a listing is and which terms make sense, pure.
import type { ListingTerms, ReturnsPolicy, SalePolicy, Shipping } from '@videowindow/contract/api/commerce';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import {
  type ListingCommand,
  type ListingGuard,
  type ListingState,
  listingMachine,
} from '@videowindow/contract/machines/listing';
import type { Money } from '@videowindow/contract/money';
import { auctionProblem, policyProblem } from '@videowindow/contract/offer-policy';
import { isShippable } from '@videowindow/contract/shipping';

export type Listing = {
  readonly id: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly kind: 'offers' | 'fixed_price';
  readonly state: ListingState;
  readonly currency: string;
  /** What the maker would like to have, or the lowest of the fixed prices. */
  readonly askingPrice: Money | null;
  /** The highest of the fixed prices; null where there is only one. */
  readonly topPrice: Money | null;
  readonly offerPolicy: SalePolicy;
  /** What its kinds differ in, up to three: `Size`, `Colour`. */
  readonly optionNames: readonly string[];
  /** Units that can be bought, and units held for buyers who are paying. A piece sold by offer is one unit. */
  readonly units: Units;
  readonly shipping: Shipping;
  /** The way of sending that `shipping` follows until somebody relies on it. */
  readonly shippingProfileId: string | null;
  readonly returns: ReturnsPolicy;
  /** When it is sold again, while its maker's holiday pauses it. */
  readonly backOn: Date | null;
  readonly version: number;
  readonly createdAt: Date;
};

export type Units = { readonly free: number; readonly held: number };

/** One kind of a piece that is sold at a fixed price. `quantity` can be bought now. */
export type Variant = {
  readonly id: string;
  readonly listingId: string;
  readonly options: readonly string[];
  readonly price: Money;
  readonly quantity: number;
  readonly sku: string | null;
};

/** What a step does to the units: sold units leave, a sale undone brings them back. */
export const shiftOf = (command: ListingCommand, quantity: number): Units => {
  switch (command) {
    case 'lock':
      return { free: -quantity, held: quantity };
    case 'release':
      return { free: quantity, held: -quantity };
    case 'sell':
      return { free: 0, held: -quantity };
    case 'free':
      return { free: quantity, held: 0 };
    default:
      return { free: 0, held: 0 };
  }
};

/** What holds of the units once a step is done. */
export const unitFacts = ({ free, held }: Units): Facts<ListingGuard> => ({
  unitsLeft: free > 0,
  unitsHeld: held > 0,
  noneHeld: held === 0,
});

type Problem = { path: string; message: string };

/** What is wrong with terms, by field, or an empty list; `currency_mismatch` when an amount is in another currency. */
export const problemsOf = (terms: ListingTerms, currency: string): 'currency_mismatch' | Problem[] => {
  const { askingPrice, offerPolicy, shipping, variants = [] } = terms;
  const policy = policyProblem(offerPolicy, currency);
  const auction = auctionProblem(offerPolicy, currency);
  const amounts = [
    askingPrice,
    ...shipping.zones.flatMap((zone) => [zone.price, zone.further]),
    ...variants.map((variant) => variant.price),
  ];
  if ([policy, auction].includes('currency_mismatch') || amounts.some((each) => each && each.currency !== currency)) {
    return 'currency_mismatch';
  }
  return [
    ...(policy ? [{ path: 'offerPolicy.startAuctionAt', message: 'is below what would be declined' }] : []),
    ...(auction === 'reserve_above_buy_now'
      ? [{ path: 'offerPolicy.reserve', message: 'is above the price for having it at once' }]
      : []),
    ...(auction === 'buy_now_below_start'
      ? [{ path: 'offerPolicy.buyNow', message: 'must be above the offer that opens the auction' }]
      : []),
    ...shippingProblems(shipping),
    ...(terms.kind === 'fixed_price' ? variantProblems(terms) : []),
  ];
};

/** What is wrong with a way of sending, by field. */
export const shippingProblems = (shipping: Shipping): Problem[] => {
  const problems: Problem[] = [];
  if (!isShippable(shipping) && !shipping.pickup) {
    problems.push({ path: 'shipping', message: 'needs a price and places to send to, or pickup' });
  }
  if (shipping.pickup && !shipping.pickupPlace?.trim()) {
    problems.push({ path: 'shipping.pickupPlace', message: 'is needed where the piece can be fetched' });
  }
  const seen = new Set<string>();
  for (const [at, zone] of shipping.zones.entries()) {
    const path = `shipping.zones.${at}`;
    if (zone.price.amount < 0 || zone.further.amount < 0) problems.push({ path, message: 'costs nothing or more' });
    if (zone.further.amount > zone.price.amount) {
      problems.push({ path: `${path}.further`, message: 'is not more than the first piece' });
    }
    // The rest of the world is a place as well, and there is one of it.
    for (const country of zone.countries.length > 0 ? zone.countries : ['the rest of the world']) {
      if (seen.has(country)) problems.push({ path, message: `has ${country}, which another zone has already` });
      seen.add(country);
    }
  }
  return problems;
};

const variantProblems = ({ optionNames = [], variants = [] }: ListingTerms): Problem[] => {
  const problems: Problem[] = [];
  if (variants.reduce((sum, { quantity }) => sum + quantity, 0) === 0) {
    problems.push({ path: 'variants', message: 'need at least one piece to sell' });
  }
  if (new Set(optionNames.map(folded)).size < optionNames.length) {
    problems.push({ path: 'optionNames', message: 'has a name twice' });
  }
  if (optionNames.length === 0 && variants.length > 1) {
    problems.push({ path: 'variants', message: 'need an option to tell them apart' });
  }
  const [kinds, skus] = [new Set<string>(), new Set<string>()];
  for (const [at, { options, sku }] of variants.entries()) {
    const kind = JSON.stringify(options.map(folded));
    if (options.length !== optionNames.length) {
      problems.push({ path: `variants.${at}.options`, message: 'needs a value for each option' });
    } else if (kinds.has(kind)) problems.push({ path: `variants.${at}.options`, message: 'is there already' });
    if (sku !== null && skus.has(sku)) problems.push({ path: `variants.${at}.sku`, message: 'is used twice' });
    kinds.add(kind);
    if (sku !== null) skus.add(sku);
  }
  return problems;
};

const folded = (text: string): string => text.trim().toLowerCase();

/** While an auction or a lock is on, what buyers relied on does not change; what is over is history. */
export const isFrozen = ({ state, units }: Pick<Listing, 'state' | 'units'>): boolean =>
  state === 'in_auction' || state === 'locked' || (units.held > 0 && state !== 'sold');

const MAKERS_COMMANDS: readonly ListingCommand[] = ['pause', 'resume', 'withdraw'];

/** The commands that the maker sees as buttons. */
export const buttons = ({ state, units }: Pick<Listing, 'state' | 'units'>, isMaker: boolean): ListingCommand[] => {
  const facts: Facts<ListingGuard> = { ...unitFacts(units), byMaker: isMaker };
  return possibleCommands(listingMachine, state, facts).filter(
    (command) => isMaker && MAKERS_COMMANDS.includes(command),
  );
};
