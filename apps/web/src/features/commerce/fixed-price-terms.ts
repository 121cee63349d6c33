// The form of a piece at a fixed price: its price and stock, or those of each kind that it comes in.
import type { Listing, VariantTerms } from '@videowindow/contract/api/commerce';
import { readAmount, typedAmount } from './policy-terms.ts';

/** Values as typed: `Small, Large`. */
export type OptionForm = { key: string; name: string; values: string };
export type KindForm = { price: string; quantity: string; sku: string };

/** What is typed for each kind, by the kind's own key, so that it comes back when an option does. */
export type FixedForm = { options: OptionForm[]; kinds: Record<string, KindForm> };
export type KindProblems = Partial<Record<keyof KindForm, string>>;
export type FixedProblems = { options?: Record<string, string>; kinds?: Record<string, KindProblems>; all?: string };

export const MOST_KINDS = 100;
const MOST_PIECES = 10_000;

export const emptyOption = (): OptionForm => ({ key: crypto.randomUUID(), name: '', values: '' });
export const emptyKind: KindForm = { price: '', quantity: '1', sku: '' };
export const kindKey = (values: readonly string[]): string => JSON.stringify(values);

const valuesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((value) => value.trim())
      .filter(Boolean),
  ),
];

/** Every kind that the options make, in their order; one without values where there is no option. */
export function kindsOf(options: readonly OptionForm[]): string[][] {
  return options
    .map(({ values }) => valuesIn(values))
    .filter((values) => values.length > 0)
    .reduce<string[][]>((kinds, values) => kinds.flatMap((kind) => values.map((value) => [...kind, value])), [[]]);
}

/** The form as it opens. */
export function fixedFormOf(listing: Pick<Listing, 'optionNames' | 'variants'> | null): FixedForm {
  const variants = listing?.variants ?? [];
  return {
    options: (listing?.optionNames ?? []).map((name, at) => ({
      ...emptyOption(),
      name,
      values: [...new Set(variants.map(({ options }) => options[at]))].join(', '),
    })),
    kinds: Object.fromEntries(
      variants.map(({ options, price, quantity, sku }) => [
        kindKey(options),
        { price: typedAmount(price), quantity: String(quantity), sku: sku ?? '' },
      ]),
    ),
  };
}

/** The server's form, and what has to be put right first. A kind that is left empty is not sold. */
export function fixedOf(
  form: FixedForm,
  currency: string,
): { optionNames: string[]; variants: VariantTerms[]; problems: FixedProblems } {
  const options: Record<string, string> = {};
  const names = form.options.map(({ name }) => name.trim());
  for (const [at, option] of form.options.entries()) {
    const name = names[at] ?? '';
    if (name === '') options[option.key] = 'What is it called? Size, or colour.';
    else if (names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < at) {
      options[option.key] = 'This is there already.';
    } else if (valuesIn(option.values).length === 0) options[option.key] = 'Which are there? Small, large.';
  }
  const kinds = kindsOf(form.options);
  const problems: FixedProblems = {};
  if (Object.keys(options).length > 0) problems.options = options;
  if (kinds.length > MOST_KINDS) problems.all = `That makes ${kinds.length} kinds; ${MOST_KINDS} are the most.`;
  const read = kinds.map((values) => ({ values, ...readKind(form.kinds[kindKey(values)] ?? emptyKind, currency) }));
  const alone = kinds.length === 1;
  const used = read.filter(({ empty }) => alone || !empty);
  const wrong = used.flatMap(({ values, problems: ofKind }) =>
    Object.keys(ofKind).length > 0 ? [[kindKey(values), ofKind] as const] : [],
  );
  if (wrong.length > 0) problems.kinds = Object.fromEntries(wrong);
  const variants = used.flatMap(({ values, terms }) => (terms ? [{ options: values, ...terms }] : []));
  if (wrong.length === 0 && variants.every(({ quantity }) => quantity === 0)) {
    problems.all ??= 'At least one piece must be there to be sold.';
  }
  return { optionNames: names, variants, problems };
}

function readKind(form: KindForm, currency: string) {
  const price = readAmount(form.price, currency);
  const quantity = form.quantity.trim() === '' ? 0 : Number(form.quantity);
  const problems: KindProblems = {};
  if (price.problem) problems.price = price.problem;
  else if (!price.money) problems.price = 'What does it cost?';
  if (!Number.isInteger(quantity) || quantity < 0 || quantity > MOST_PIECES) problems.quantity = 'A whole number.';
  return {
    // Nothing but the one that stands there from the beginning.
    empty: form.price.trim() === '',
    problems,
    terms: price.money && !problems.quantity ? { price: price.money, quantity, sku: form.sku.trim() || null } : null,
  };
}
