import { expect, test } from 'vitest';
import { emptyWay, rateWords, readWay } from './label-terms.ts';

const whole = {
  ...emptyWay('Mo Maker'),
  line1: ' 1 Kiln Lane ',
  city: 'Salem',
  country: 'US',
  kilos: '1,5',
  length: '30',
  width: '25.4',
  height: '0.2',
};

test('what was typed becomes an address and a parcel in grams and millimetres', () => {
  expect(readWay(whole)).toEqual({
    body: {
      to: {
        name: 'Mo Maker',
        line1: '1 Kiln Lane',
        line2: null,
        city: 'Salem',
        region: null,
        postalCode: null,
        country: 'US',
      },
      parcel: { grams: 1500, lengthMm: 300, widthMm: 254, heightMm: 2 },
    },
    problems: {},
  });
});

test('what is missing or no measure is named, each by its field', () => {
  const { body, problems } = readWay({ ...whole, name: ' ', kilos: '71', length: 'a lot', width: '1e3', height: '-2' });

  expect(body).toBeNull();
  expect(Object.keys(problems).sort()).toEqual(['height', 'kilos', 'length', 'name', 'width']);
});

test('a price says whose, how much and how long', () => {
  const rate = { id: 'r', carrier: 'FedEx', service: 'FEDEX_GROUND', price: { amount: 760, currency: 'USD' }, days: 1 };
  expect(rateWords(rate)).toBe('FedEx FEDEX GROUND · $7.60 · one day');
});
