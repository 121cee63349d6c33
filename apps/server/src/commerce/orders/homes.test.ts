import { expect, test } from 'vitest';
import { homeOf } from './homes.ts';

const home = {
  name: 'Ana',
  line1: '12, Rua da Conceição',
  line2: '3.º Esq.',
  city: 'Lisboa',
  region: null,
  postalCode: '1100-150',
  country: 'PT',
};

test('an address is one home however it is written, and whoever lives there', () => {
  const same = {
    ...home,
    name: 'Ben',
    line1: '12 RUA DA CONCEICAO',
    line2: '3º esq',
    postalCode: '1100150',
    city: 'LISBON',
  };

  expect(homeOf(same)).toBe(homeOf(home));
});

test.each([
  ['another door', { line2: '3.º Dto.' }],
  ['another number', { line1: '14, Rua da Conceição' }],
  ['another place', { postalCode: '1100-151' }],
  ['another country', { country: 'BR' }],
  ['a figure that moved', { line1: '1, Rua da Conceição', line2: '23.º Esq.' }],
])('%s is another home', (_what, other) => {
  expect(homeOf({ ...home, ...other })).not.toBe(homeOf(home));
});

test('where no postal code is used, the town tells homes apart', () => {
  expect(homeOf({ ...home, postalCode: '' })).not.toBe(homeOf({ ...home, postalCode: '', city: 'Porto' }));
});
