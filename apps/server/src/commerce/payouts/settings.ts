// Settings of payouts.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

export const payoutsSettings = defineSettings({
  KYC_THRESHOLDS: {
    schema: Type.String({ pattern: '^[A-Z]{3}:[0-9]+(,[A-Z]{3}:[0-9]+)*$' }),
    default: 'USD:60000,EUR:60000,GBP:50000',
    about:
      'Lifetime sales, in minor units of each currency, from which payouts wait until the provider knows who the maker is',
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
