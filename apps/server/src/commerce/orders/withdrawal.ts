// The law of the buyer's place about what is bought at a distance: in many countries it may be sent back within 14 days of its
// arrival, whatever its listing says. Source: directive 2011/83/EU, articles 9 and 14.
import type { ReturnsPolicy } from '@videowindow/contract/api/commerce';

const LAWFUL_DAYS = 14;

/**
 * What a buyer may do by the listing's policy and by the law of where they are (ISO 3166; null when nobody knows). Whom the
 * law alone lets send it back pays for the parcel.
 */
export const lawfulReturns = (
  policy: ReturnsPolicy,
  country: string | null,
  withdrawalIn: ReadonlySet<string>,
): ReturnsPolicy =>
  policy.days < LAWFUL_DAYS && country !== null && withdrawalIn.has(country)
    ? { days: LAWFUL_DAYS, postage: policy.days === 0 ? 'buyer' : policy.postage }
    : policy;
