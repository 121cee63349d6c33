// A price roughly in the currency that somebody thinks in. What is paid is always the price itself.
import { format, type Money, roughlyIn } from '@videowindow/contract/money';
import { useSite } from '../../app/site.tsx';
import { choice } from '../player/choices.ts';

/** A currency, or null: prices stand as they are. */
export const displayCurrency = choice<string | null>('currency', null, (text) =>
  /^[A-Z]{3}$/.test(text) ? text : null,
);

/** `about €92.40`; nothing where nobody asked for it, or there is no rate. */
export function Roughly({ value }: { value: Money }) {
  const wanted = displayCurrency.use();
  const site = useSite();
  const rate = site?.displayRates.find(({ currency }) => currency === wanted)?.rate;
  if (!site || rate === undefined || wanted === null || value.currency !== site.currency) return null;
  return <p className="figures text-14 text-ink-2">about {format(roughlyIn(value, wanted, rate))}</p>;
}
