import { expect, test } from 'vitest';
import { defaultAuctionRules } from '#commerce/auctions';
import { defaultLockRules } from '#commerce/locks';
import { defaultOrderRules } from '#commerce/orders';
import { ConfigError, readSettings } from '#platform/config';
import { readRules } from './commerce-rules.ts';
import { commerceSettings } from './commerce-settings.ts';

const rulesBy = (env: Record<string, string>) => readRules(readSettings(commerceSettings, env));

test('with nothing said the rules are those of the specification', () => {
  const rules = rulesBy({});

  expect(rules.auctions).toEqual(defaultAuctionRules);
  expect(rules.locks).toEqual(defaultLockRules('USD'));
  expect(rules.orders).toEqual(defaultOrderRules);
});

test('what an operator says of auctions, reminders and more time is what holds', () => {
  const { auctions, locks, orders } = rulesBy({
    CURRENCY: 'EUR',
    SOFT_CLOSE_MINUTES: '*=10',
    BID_INCREMENTS: '*=500',
    AUCTION_EXTEND_HOURS: '2',
    AUCTION_TELL_HOURS: '3',
    PAY_REMIND_AT: '',
    PAY_REMIND_HOURS: '2',
    PAY_MORE_HOURS: '12',
    SHIP_REMIND_AT: '80',
  });

  expect(auctions).toMatchObject({
    softClose: [{ extensions: null, windowMs: 600_000 }],
    increments: { currency: 'EUR', steps: [{ below: null, by: 500 }] },
    capAfterEndMs: 7_200_000,
    tellBeforeEndMs: 10_800_000,
  });
  expect(locks).toMatchObject({ remindAt: [0.25, 0.75], remindBeforeMs: 7_200_000, extendMs: 43_200_000 });
  expect(orders.remindAt).toBe(0.8);
});

test.each([
  ['SOFT_CLOSE_MINUTES', '4=15'],
  ['BID_INCREMENTS', '2500=100,*=50'],
  ['TAX_RATES', 'Portugal=23%'],
  ['PAY_REMIND_AT', '25,175'],
  ['SHIP_REMIND_AT', '100'],
  ['PAY_MORE_HOURS', '0'],
])('%s=%s stops the program, and is named', (name, value) => {
  expect(() => rulesBy({ [name]: value })).toThrow(ConfigError);
  expect(() => rulesBy({ [name]: value })).toThrow(name);
});
