// The kinds that a piece comes in, as a buyer chooses among them.
import type { Listing, Variant } from '@videowindow/contract/api/commerce';

/** What was picked of each option, by its place. */
export type Picks = Readonly<Record<number, string>>;

type Kinds = Pick<Listing, 'optionNames' | 'variants'>;

/** The one kind that was picked; of a piece without options its only one. */
export function chosenVariant({ optionNames, variants }: Kinds, picks: Picks): Variant | null {
  return variants.find(({ options }) => optionNames.every((_, at) => options[at] === picks[at])) ?? null;
}

/** The values of an option in the maker's order, and whether each can still be had with what else is picked. */
export function valuesOf({ variants }: Kinds, at: number, picks: Picks): { value: string; available: boolean }[] {
  const fits = ({ options, quantity }: Variant, value: string) =>
    options[at] === value &&
    quantity > 0 &&
    Object.entries(picks).every(([other, picked]) => Number(other) === at || options[Number(other)] === picked);
  return [...new Set(variants.map(({ options }) => options[at] ?? ''))].map((value) => ({
    value,
    available: variants.some((variant) => fits(variant, value)),
  }));
}

/** How many there are, where that matters to whoever chooses. */
export function leftWords(listing: Pick<Listing, 'state' | 'unitsHeld'>, { quantity }: Variant): string {
  if (quantity > 5) return 'In stock';
  if (quantity > 1) return `${quantity} left`;
  if (quantity === 1) return 'The last one';
  return listing.unitsHeld > 0 ? 'Somebody is paying for the last one. It may come back.' : 'Sold out';
}
