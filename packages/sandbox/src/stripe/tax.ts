// Stripe Tax: what of a price is tax, by where the buyer is. Rates of some places, so that there is something to see.
import type Stripe from 'stripe';

/** Basis points by country, or by country and state. Elsewhere the sandbox's seller is not registered, and owes nothing. */
const RATES: Readonly<Record<string, number>> = {
  'US-CA': 725,
  'US-NY': 400,
  DE: 1900,
  FR: 2000,
  GB: 2000,
  PT: 2300,
  SE: 2500,
};

/** The part of a price that includes it, rounded half up. */
export function taxIn(amount: number, place: { country: string | null; state: string | null }): number {
  const bps = RATES[`${place.country}-${place.state}`] ?? RATES[place.country ?? ''] ?? 0;
  return Math.floor((amount * bps * 2 + 10_000 + bps) / (2 * (10_000 + bps)));
}

/** How far the computation of a session's tax is. */
export function automaticTax(
  enabled: boolean,
  status: Stripe.Checkout.Session.AutomaticTax['status'],
): Stripe.Checkout.Session.AutomaticTax {
  return enabled
    ? { enabled, liability: { type: 'self' }, provider: 'stripe', status }
    : { enabled, liability: null, provider: null, status: null };
}
