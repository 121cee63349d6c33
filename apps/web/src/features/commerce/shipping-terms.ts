// The form of how pieces reach their buyers: what is typed, kept as typed, and what it means to the server.
import type { Shipping, ShippingZone } from '@videowindow/contract/api/commerce';
import { readAmount, typedAmount } from './policy-terms.ts';

/** `rest`: the rest of the world, instead of countries. */
export type ZoneForm = { key: string; rest: boolean; countries: string[]; price: string; further: string };
export type ZoneProblems = Partial<Record<'countries' | 'price' | 'further', string>>;

export type ShippingForm = {
  ships: boolean;
  zones: ZoneForm[];
  combined: boolean;
  handlingDays: string;
  pickup: boolean;
  pickupPlace: string;
};
export type ShippingProblems = Partial<Record<'ships' | 'handlingDays' | 'pickupPlace', string>> & {
  zones?: Record<string, ZoneProblems>;
};

export const emptyZone = (): ZoneForm => ({
  key: crypto.randomUUID(),
  rest: false,
  countries: [],
  price: '',
  further: '',
});

/** The form as it opens. A further piece that costs what the first does is left empty. */
export function shippingFormOf(shipping: Shipping | undefined): ShippingForm {
  const zones = (shipping?.zones ?? []).map((zone) => ({
    ...emptyZone(),
    rest: zone.countries.length === 0,
    countries: zone.countries,
    price: typedAmount(zone.price),
    further: zone.further.amount === zone.price.amount ? '' : typedAmount(zone.further),
  }));
  return {
    ships: shipping ? zones.length > 0 : true,
    zones: zones.length > 0 ? zones : [emptyZone()],
    combined: shipping?.combined ?? false,
    handlingDays: String(shipping?.handlingDays ?? 3),
    pickup: shipping?.pickup ?? false,
    pickupPlace: shipping?.pickupPlace ?? '',
  };
}

/** The server's form, and what has to be put right first. */
export function shippingOf(form: ShippingForm, currency: string): { shipping: Shipping; problems: ShippingProblems } {
  const problems: ShippingProblems = {};
  const days = Number(form.handlingDays);
  if (!form.ships && !form.pickup) problems.ships = 'Say how the buyer gets it: sent, fetched, or both.';
  if (form.pickup && form.pickupPlace.trim() === '') problems.pickupPlace = 'A town is enough.';
  if (!Number.isInteger(days) || days < 1 || days > 30) problems.handlingDays = 'Between 1 and 30 days.';
  const read = form.ships ? zonesOf(form.zones, currency) : { zones: [], problems: {} };
  if (Object.keys(read.problems).length > 0) problems.zones = read.problems;
  return {
    shipping: {
      zones: read.zones,
      combined: form.ships && form.combined,
      handlingDays: days,
      pickup: form.pickup,
      pickupPlace: form.pickup ? form.pickupPlace.trim() : null,
    },
    problems,
  };
}

function zonesOf(
  forms: readonly ZoneForm[],
  currency: string,
): { zones: ShippingZone[]; problems: Record<string, ZoneProblems> } {
  const problems: Record<string, ZoneProblems> = {};
  const seen = new Set<string>();
  const zones = forms.flatMap((form): ShippingZone[] => {
    const wrong: ZoneProblems = {};
    const price = readAmount(form.price, currency, 'may be zero');
    const further = readAmount(form.further, currency, 'may be zero');
    if (price.problem) wrong.price = price.problem;
    else if (!price.money) wrong.price = 'Write 0 if sending is free.';
    if (further.problem) wrong.further = further.problem;
    else if (price.money && further.money && further.money.amount > price.money.amount) {
      wrong.further = 'Not more than the first piece.';
    }
    const places = form.rest ? ['the rest of the world'] : form.countries;
    if (places.length === 0) wrong.countries = 'Choose at least one country.';
    if (places.some((place) => seen.has(place))) wrong.countries = 'One of these has a price above already.';
    for (const place of places) seen.add(place);
    if (Object.keys(wrong).length > 0 || !price.money) {
      problems[form.key] = wrong;
      return [];
    }
    return [{ countries: form.rest ? [] : form.countries, price: price.money, further: further.money ?? price.money }];
  });
  return { zones, problems };
}
