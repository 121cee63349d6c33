// Settings of payouts.
import { Type } from 'typebox';
import { defineSettings, type Values } from '#platform/config';
import type { SignalRules } from './signals.ts';

export const payoutsSettings = defineSettings({
  KYC_THRESHOLDS: {
    schema: Type.String({ pattern: '^[A-Z]{3}:[0-9]+(,[A-Z]{3}:[0-9]+)*$' }),
    default: 'USD:60000,EUR:60000,GBP:50000',
    about:
      'Lifetime sales, in minor units of each currency, from which payouts wait until the provider knows who the maker is',
  },
  AML_DAY_FROM: {
    schema: Type.String({ pattern: '^[A-Z]{3}:[0-9]+(,[A-Z]{3}:[0-9]+)*$' }),
    default: 'USD:200000,EUR:200000,GBP:160000',
    about:
      "Sales of 24 hours, in minor units of each currency, from which they may look unusual: a maker's payouts wait",
  },
  AML_DAY_FACTOR: {
    schema: Type.Number({ minimum: 1, maximum: 1000 }),
    default: 10,
    about: "and that are so many times the mean of the maker's 90 days before",
  },
  AML_REFUNDS: {
    schema: Type.Integer({ minimum: 1 }),
    default: 5,
    about: 'Orders of 30 days of which something went back, from which payouts wait,',
  },
  AML_REFUND_PERCENT: {
    schema: Type.Number({ minimum: 0, maximum: 100 }),
    default: 30,
    about: "when they are at least this part of the maker's orders",
  },
  AML_SAME_CARD: {
    schema: Type.Integer({ minimum: 2 }),
    default: 8,
    about: 'Orders of 30 days that one card bought from one maker, from which payouts wait',
  },
  TRUSTED_SALES: {
    schema: Type.Integer({ minimum: 1 }),
    default: 10,
    about: 'A maker with as many finished sales, and no dispute in half a year, is paid 3 days after delivery',
  },
});

/** `USD:60000,EUR:60000` as minor units by currency. */
export const readThresholds = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split(',').map((part) => {
      const [currency = '', amount] = part.split(':');
      return [currency, Number(amount)];
    }),
  );

/** What looks unusual, by the settings. */
export const readSignalRules = (settings: Values<typeof payoutsSettings>): SignalRules => ({
  dayFrom: readThresholds(settings.AML_DAY_FROM),
  dayFactor: settings.AML_DAY_FACTOR,
  refunds: settings.AML_REFUNDS,
  refundPercent: settings.AML_REFUND_PERCENT,
  sameCard: settings.AML_SAME_CARD,
});
