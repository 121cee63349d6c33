import { money } from '@videowindow/contract/money';
import { expect, test } from 'vitest';
import { parseTaxTable, rateFor, taxBack, taxByTable } from './tax.ts';

const table = parseTaxTable('PT=2300, PT/Books=600,US-OR=0,US=800,*=100');
const at = (country: string | null, region: string | null = null, category = 'Ceramics') =>
  rateFor(table, { country, region, category });

test('the most particular rate counts: the category in a place, the region, the country, everywhere else', () => {
  expect([at('PT'), at('PT', null, 'Books'), at('US', 'CA'), at('US', 'OR'), at('DE'), at(null)]).toEqual([
    2300,
    600,
    800,
    null,
    100,
    100,
  ]);
});

test('tax is the part of a price that includes it, rounded half up, and nothing without a rate', () => {
  const port = taxByTable(table);
  const taxOf = (amount: number, country: string) =>
    port.taxIn({ country, region: null, category: 'Ceramics', gross: money(amount, 'EUR') })?.amount.amount;

  expect([taxOf(12_300, 'PT'), taxOf(1, 'PT'), taxOf(10_000, 'PT')]).toEqual([2_300, 0, 1_870]);
  expect(taxByTable(new Map()).taxIn({ country: 'PT', region: null, category: '', gross: money(1, 'EUR') })).toBeNull();
});

test('a table that cannot be read says which part is wrong', () => {
  expect(() => parseTaxTable('PT=2300,Portugal=23%')).toThrow("'Portugal=23%' is no tax rate");
});

test('with a part of a price its part of the tax goes back, and with the last of it the last', () => {
  const back = (before: number, part: number) => taxBack(money(649, 'USD'), money(9600, 'USD'), before, part).amount;

  expect([back(0, 2400), back(2400, 7200), back(0, 9600), back(9599, 1)]).toEqual([162, 487, 649, 0]);
  const cents = Array.from({ length: 9600 }, (_, before) => back(before, 1));
  expect(cents.reduce((sum, amount) => sum + amount, 0)).toBe(649);
});
