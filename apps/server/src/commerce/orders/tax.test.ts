import { money } from '@videowindow/contract/money';
import { expect, test } from 'vitest';
import { parseTaxTable, rateFor, taxByTable } from './tax.ts';

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
