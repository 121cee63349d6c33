// The form of how a piece is sold: what is typed, kept as typed, and what it means to the server.
import { type Money, parse, toDecimal } from '@videowindow/contract';
import type { Listing, ListingTerms } from '@videowindow/contract/api/commerce';
import type { OfferPolicy } from '@videowindow/contract/api/people';

export type Hours = 24 | 48 | 72 | 120 | 168;
export const auctionLengths: readonly { value: Hours; label: string }[] = [
  { value: 24, label: '1 day' },
  { value: 48, label: '2 days' },
  { value: 72, label: '3 days' },
  { value: 120, label: '5 days' },
  { value: 168, label: '7 days' },
];

export type TermsForm = {
  askingPrice: string;
  acceptsOffers: boolean;
  minimumOffer: string;
  autoRejectBelow: string;
  opensItself: boolean;
  startAuctionAt: string;
  hours: Hours;
  ships: boolean;
  shippingPrice: string;
  shipsTo: string[];
  handlingDays: string;
  pickup: boolean;
  pickupPlace: string;
};

const typed = (amount: Money | null | undefined): string => (amount ? toDecimal(amount) : '');

/** The form as it opens: the listing's own terms, else the maker's defaults. */
export function formOf(listing: Listing | null, policy: OfferPolicy | undefined): TermsForm {
  const offers = listing?.offerPolicy ?? policy;
  const shipping = listing?.shipping;
  return {
    askingPrice: typed(listing?.askingPrice),
    acceptsOffers: offers?.acceptsOffers ?? true,
    minimumOffer: typed(offers?.minimumOffer),
    autoRejectBelow: typed(offers?.autoRejectBelow),
    opensItself: offers?.startAuctionAt !== undefined,
    startAuctionAt: typed(offers?.startAuctionAt),
    hours: offers?.auctionDurationH ?? 72,
    ships: shipping ? shipping.shipsTo.length > 0 : true,
    shippingPrice: typed(shipping?.price),
    shipsTo: shipping?.shipsTo ?? [],
    handlingDays: String(shipping?.handlingDays ?? 3),
    pickup: shipping?.pickup ?? false,
    pickupPlace: shipping?.pickupPlace ?? '',
  };
}

export type TermsProblems = Partial<Record<keyof TermsForm, string>>;

/** The server's form, or what has to be put right first. */
export function termsOf(
  form: TermsForm,
  currency: string,
): { ok: true; terms: ListingTerms } | { ok: false; problems: TermsProblems } {
  const problems: TermsProblems = {};
  const amount = (field: 'askingPrice' | 'minimumOffer' | 'autoRejectBelow' | 'startAuctionAt' | 'shippingPrice') => {
    if (form[field].trim() === '') return null;
    const money = parse(form[field], currency);
    if (!money) problems[field] = 'Write an amount like 85 or 85.50.';
    else if (money.amount === 0 && field !== 'shippingPrice')
      problems[field] = 'Leave it empty, or write more than nothing.';
    return money;
  };
  const asking = amount('askingPrice');
  const minimum = amount('minimumOffer');
  const reject = amount('autoRejectBelow');
  const start = form.opensItself ? amount('startAuctionAt') : null;
  const price = form.ships ? amount('shippingPrice') : null;
  const days = Number(form.handlingDays);

  if (form.opensItself && !start && !problems.startAuctionAt) problems.startAuctionAt = 'From which amount?';
  const floor = Math.max(minimum?.amount ?? 0, reject?.amount ?? 0);
  if (start && start.amount < floor) problems.startAuctionAt = 'This is below what would be declined.';
  if (!form.ships && !form.pickup) problems.ships = 'Say how the buyer gets it: sent, fetched, or both.';
  if (form.ships && !price && !problems.shippingPrice) problems.shippingPrice = 'Write 0 if sending is free.';
  if (form.ships && form.shipsTo.length === 0) problems.shipsTo = 'Choose at least one country.';
  if (form.pickup && form.pickupPlace.trim() === '') problems.pickupPlace = 'A town is enough.';
  if (!Number.isInteger(days) || days < 1 || days > 30) problems.handlingDays = 'Between 1 and 30 days.';
  if (Object.keys(problems).length > 0) return { ok: false, problems };

  return {
    ok: true,
    terms: {
      askingPrice: asking,
      offerPolicy: {
        acceptsOffers: form.acceptsOffers,
        ...(minimum && { minimumOffer: minimum }),
        ...(reject && { autoRejectBelow: reject }),
        ...(start && { startAuctionAt: start }),
        auctionDurationH: form.hours,
      },
      shipping: {
        price,
        shipsTo: form.ships ? form.shipsTo : [],
        handlingDays: days,
        pickup: form.pickup,
        pickupPlace: form.pickup ? form.pickupPlace.trim() : null,
      },
    },
  };
}
