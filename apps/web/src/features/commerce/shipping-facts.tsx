// What getting the piece costs where one lives, said before anybody bids or buys.
import { format } from '@videowindow/contract';
import type { Shipping } from '@videowindow/contract/api/commerce';
import { postageOf, zoneOf } from '@videowindow/contract/shipping';
import { useBuyerCountry } from './buyer-country.ts';
import { countryName } from './countries.ts';
import { CountrySelect } from './country-select.tsx';
import { handlingWords } from './sale-words.ts';

/** `Shipping to Portugal: $18.00, sent within 3 days. Pickup in Lisbon.` The country is chosen here and remembered. */
export function ShippingFacts({ shipping, quantity = 1 }: { shipping: Shipping; quantity?: number }) {
  const [country, choose] = useBuyerCountry();
  const zone = country === null ? null : zoneOf(shipping.zones, country);
  const postage = zone && postageOf(zone, quantity);
  const pickup = shipping.pickup && (shipping.pickupPlace ? `Pickup in ${shipping.pickupPlace}` : 'Local pickup');
  if (shipping.zones.length === 0) return <p className="text-14 text-ink-3">{pickup}, not sent.</p>;
  return (
    <div className="text-14 text-ink-3">
      <p className="flex flex-wrap items-center gap-x-1.5">
        <span>Shipping to</span>
        <CountrySelect value={country} label="The country it goes to" onChange={choose} />
        <span className="figures font-semibold text-ink-2">
          {postage ? (postage.amount > 0 ? format(postage) : 'free') : country && 'not sent there'}
        </span>
      </p>
      <p>
        {zone && shipping.combined && zone.further.amount < zone.price.amount && (
          <>While an order waits to be sent, another piece adds {format(zone.further)} to it. </>
        )}
        {zone ? `${handlingWords(shipping.handlingDays)}. ` : country && `Sent to ${placesWords(shipping)}. `}
        {pickup && `${pickup}.`}
      </p>
    </div>
  );
}

/** The places that a maker sends to, for those who live elsewhere. */
const placesWords = ({ zones }: Shipping): string => {
  const codes = zones.flatMap((zone) => zone.countries);
  if (codes.length > 6) return `${codes.length} countries`;
  return new Intl.ListFormat(undefined).format(codes.map(countryName));
};
