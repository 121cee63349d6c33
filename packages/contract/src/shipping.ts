// What it costs to send pieces. Pure; server and client share it. No TypeBox here: the browser imports this file.
import type { Shipping, ShippingZone } from './api/commerce.ts';
import { countryCodes } from './countries.ts';
import { add, compare, type Money, multiply, subtract } from './money.ts';

/** Whether the piece can be sent at all; else it is fetched. */
export const isShippable = (shipping: Pick<Shipping, 'zones'>): boolean => shipping.zones.length > 0;

/** The zone of a country: the one that names it, else the rest of the world; null when it is not sent there. */
export const zoneOf = (zones: readonly ShippingZone[], country: string): ShippingZone | null =>
  zones.find((zone) => zone.countries.includes(country)) ??
  zones.find((zone) => zone.countries.length === 0 && countryCodes.includes(country)) ??
  null;

/** Whether every place costs the same and is named, so that nobody has to say where they live before they pay. */
export const isOnePrice = (zones: readonly ShippingZone[]): boolean =>
  zones.every(
    (zone) =>
      zone.countries.length > 0 &&
      zone.price.amount === zones[0]?.price.amount &&
      zone.further.amount === zones[0]?.further.amount,
  );

/** `quantity` ≥ 1 pieces of one kind to one place: the first at the zone's price, each other at its further price. */
export const postageOf = (zone: ShippingZone, quantity: number): Money =>
  add(zone.price, multiply(zone.further, quantity - 1));

/** Pieces that one buyer wants from one maker, and what sending each of them costs there. */
export type Parcel = { readonly zone: ShippingZone; readonly quantity: number; readonly combined: boolean };

/**
 * Postage of several pieces of one maker to one place. Those that may travel together cost the dearest one's price and
 * each other piece its further price; of two equally dear ones the one whose further price is higher counts as the
 * first, for the buyer's good. The others travel apart. Null when there is nothing to send.
 */
export const combinedPostage = (parcels: readonly Parcel[]): Money | null => {
  const together = parcels.filter((parcel) => parcel.combined);
  const apart = parcels.filter((parcel) => !parcel.combined).map(({ zone, quantity }) => postageOf(zone, quantity));
  const [first] = together
    .map(({ zone }) => zone)
    .sort((a, b) => compare(b.price, a.price) || compare(b.further, a.further));
  const all = first
    ? together.reduce(
        (sum, { zone, quantity }) => add(sum, multiply(zone.further, quantity)),
        subtract(first.price, first.further),
      )
    : null;
  const amounts = all ? [all, ...apart] : apart;
  return amounts.length > 0 ? amounts.reduce(add) : null;
};
