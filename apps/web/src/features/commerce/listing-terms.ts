// The form of how a piece is sold: what is typed, kept as typed, and what it means to the server.
import type { Listing, ListingTerms } from '@videowindow/contract/api/commerce';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { auctionProblem } from '@videowindow/contract/offer-policy';
import { type PolicyForm, policyFormOf, policyOf, readAmount, typedAmount } from './policy-terms.ts';

export type TermsForm = PolicyForm & {
  askingPrice: string;
  reserve: string;
  buyNow: string;
  ships: boolean;
  shippingPrice: string;
  shipsTo: string[];
  handlingDays: string;
  pickup: boolean;
  pickupPlace: string;
};

/** The form as it opens: the listing's own terms, else the maker's defaults. */
export function formOf(listing: Listing | null, policy: OfferPolicy | undefined): TermsForm {
  const shipping = listing?.shipping;
  return {
    ...policyFormOf(listing?.offerPolicy ?? policy),
    askingPrice: typedAmount(listing?.askingPrice),
    reserve: typedAmount(listing?.offerPolicy?.reserve),
    buyNow: typedAmount(listing?.offerPolicy?.buyNow),
    ships: shipping ? shipping.zones.length > 0 : true,
    shippingPrice: typedAmount(shipping?.zones[0]?.price),
    shipsTo: shipping?.zones[0]?.countries ?? [],
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
  const { policy, problems: ofPolicy } = policyOf(form, currency);
  const asking = readAmount(form.askingPrice, currency);
  const reserve = readAmount(form.reserve, currency);
  const buyNow = readAmount(form.buyNow, currency);
  const auction = { ...(reserve.money && { reserve: reserve.money }), ...(buyNow.money && { buyNow: buyNow.money }) };
  const offerPolicy = { ...policy, ...auction };
  const auctionWrong = auctionProblem(offerPolicy, currency);
  const price = form.ships ? readAmount(form.shippingPrice, currency, 'may be zero') : { money: null };
  const problems: TermsProblems = {
    ...ofPolicy,
    ...(asking.problem && { askingPrice: asking.problem }),
    ...(price.problem && { shippingPrice: price.problem }),
    ...(auctionWrong === 'reserve_above_buy_now' && { reserve: 'This is above the price for having it at once.' }),
    ...(auctionWrong === 'buy_now_below_start' && { buyNow: 'Write more than what opens the auction.' }),
    ...(reserve.problem && { reserve: reserve.problem }),
    ...(buyNow.problem && { buyNow: buyNow.problem }),
  };
  const days = Number(form.handlingDays);
  if (!form.ships && !form.pickup) problems.ships = 'Say how the buyer gets it: sent, fetched, or both.';
  if (form.ships && !price.money && !problems.shippingPrice) problems.shippingPrice = 'Write 0 if sending is free.';
  if (form.ships && form.shipsTo.length === 0) problems.shipsTo = 'Choose at least one country.';
  if (form.pickup && form.pickupPlace.trim() === '') problems.pickupPlace = 'A town is enough.';
  if (!Number.isInteger(days) || days < 1 || days > 30) problems.handlingDays = 'Between 1 and 30 days.';
  if (Object.keys(problems).length > 0) return { ok: false, problems };

  return {
    ok: true,
    terms: {
      askingPrice: asking.money,
      offerPolicy,
      shipping: {
        zones: price.money ? [{ countries: form.shipsTo, price: price.money, further: price.money }] : [],
        combined: false,
        handlingDays: days,
        pickup: form.pickup,
        pickupPlace: form.pickup ? form.pickupPlace.trim() : null,
      },
    },
  };
}
