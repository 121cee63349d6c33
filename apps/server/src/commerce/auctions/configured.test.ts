import { expect, test } from 'vitest';
import { defaultRules } from './auction.ts';
import { parseIncrements, parseSoftClose } from './configured.ts';

test('the windows of the soft close are read as they are written', () => {
  expect(parseSoftClose('4=15,8=5,*=2')).toEqual(defaultRules.softClose);
  expect(parseSoftClose(' *=10 ')).toEqual([{ extensions: null, windowMs: 600_000 }]);
});

test('a table of increments is read as it is written, and nothing is the usual one', () => {
  expect(parseIncrements('2500=50,*=100', 'USD')).toEqual({
    currency: 'USD',
    steps: [
      { below: 2_500, by: 50 },
      { below: null, by: 100 },
    ],
  });
  expect(parseIncrements('', 'USD')).toBeNull();
  expect(parseIncrements('*=50', 'KWD')?.steps).toEqual([{ below: null, by: 50 }]);
});

test.each(['', '4=15', '8=5,4=15,*=2', '4=15,4=5,*=2', '*=2,4=15', '4=0,*=2', '4=15,*=1441', 'four=15,*=2', '*=-1'])(
  'windows of %j are refused',
  (text) => {
    expect(() => parseSoftClose(text)).toThrow('4=15,8=5,*=2');
  },
);

test.each(['2500=50', '2500=50,100=100,*=200', '2500=100,*=50', '*=0', '*=0.5', '0=5,*=10'])(
  'increments of %j are refused',
  (text) => {
    expect(() => parseIncrements(text, 'USD')).toThrow('2500=50');
  },
);

test('increments are multiples of ten where the provider takes no others', () => {
  expect(() => parseIncrements('*=25', 'KWD')).toThrow('multiples of 10');
});
