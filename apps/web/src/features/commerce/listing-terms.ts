// The form of how a piece is sold: what is typed, kept as typed, and what it means to the server.
import type { Listing, ListingTerms, ReturnsPolicy, ShippingProfile } from '@videowindow/contract/api/commerce';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { auctionProblem } from '@videowindow/contract/offer-policy';
import { type FixedForm, type FixedProblems, fixedFormOf, fixedOf } from './fixed-price-terms.ts';
import {
  type PolicyForm,
  type PolicyProblems,
  policyFormOf,
  policyOf,
  readAmount,
  typedAmount,
} from './policy-terms.ts';
import { type ShippingForm, type ShippingProblems, shippingFormOf, shippingOf } from './shipping-terms.ts';

export type TermsForm = PolicyForm &
  ShippingForm &
  FixedForm & {
    kind: Listing['kind'];
    /** The way of sending whose values the fields hold; null: written for this piece only. */
    shippingProfileId: string | null;
    returns: ReturnsPolicy;
    askingPrice: string;
    reserve: string;
    buyNow: string;
  };

export type TermsProblems = {
  askingPrice?: string;
  reserve?: string;
  buyNow?: string;
  policy: PolicyProblems;
  fixed: FixedProblems;
  shipping: ShippingProblems;
};

export const noProblems: TermsProblems = { policy: {}, fixed: {}, shipping: {} };

/**
 * The form as it opens: the listing's own terms, else the maker's defaults.
 * @param profile the way of sending that a new piece begins with, where the maker keeps any
 */
export function formOf(
  listing: Listing | null,
  policy: OfferPolicy | undefined,
  profile: Pick<ShippingProfile, 'id' | 'shipping'> | null = null,
): TermsForm {
  return {
    ...policyFormOf(listing?.offerPolicy ?? policy),
    ...shippingFormOf(listing?.shipping ?? profile?.shipping),
    ...fixedFormOf(listing),
    kind: listing?.kind ?? 'offers',
    shippingProfileId: listing ? listing.shippingProfileId : (profile?.id ?? null),
    returns: listing?.returns ?? { days: 0, postage: 'buyer' },
    askingPrice: listing?.kind === 'fixed_price' ? '' : typedAmount(listing?.askingPrice),
    reserve: typedAmount(listing?.offerPolicy?.reserve),
    buyNow: typedAmount(listing?.offerPolicy?.buyNow),
  };
}

/** The server's form, or what has to be put right first. What is not shown for this way of selling is not asked for. */
export function termsOf(
  form: TermsForm,
  currency: string,
): { ok: true; terms: ListingTerms } | { ok: false; problems: TermsProblems } {
  const byOffer = form.kind === 'offers';
  const { policy, problems: ofPolicy } = policyOf(form, currency);
  const asking = readAmount(form.askingPrice, currency);
  const reserve = readAmount(form.reserve, currency);
  const buyNow = readAmount(form.buyNow, currency);
  const auction = { ...(reserve.money && { reserve: reserve.money }), ...(buyNow.money && { buyNow: buyNow.money }) };
  const offerPolicy = { ...policy, ...auction };
  const auctionWrong = auctionProblem(offerPolicy, currency);
  const fixed = fixedOf(form, currency);
  const { shipping, problems: ofShipping } = shippingOf(form, currency);
  const problems: TermsProblems = {
    policy: byOffer ? ofPolicy : {},
    fixed: byOffer ? {} : fixed.problems,
    shipping: ofShipping,
    ...(byOffer && {
      ...(asking.problem && { askingPrice: asking.problem }),
      ...(auctionWrong === 'reserve_above_buy_now' && { reserve: 'This is above the price for having it at once.' }),
      ...(auctionWrong === 'buy_now_below_start' && { buyNow: 'Write more than what opens the auction.' }),
      ...(reserve.problem && { reserve: reserve.problem }),
      ...(buyNow.problem && { buyNow: buyNow.problem }),
    }),
  };
  const wrong = Object.values(problems).some((part) => typeof part === 'string' || Object.keys(part).length > 0);
  if (wrong) return { ok: false, problems };
  const { shippingProfileId, returns } = form;
  const sale = byOffer
    ? { kind: 'offers' as const, askingPrice: asking.money, offerPolicy }
    : {
        kind: 'fixed_price' as const,
        askingPrice: null,
        offerPolicy: policy,
        optionNames: fixed.optionNames,
        variants: fixed.variants,
      };
  return {
    ok: true,
    terms: { ...sale, shipping, shippingProfileId, returns },
  };
}
