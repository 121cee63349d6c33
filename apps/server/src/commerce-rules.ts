// The marketplace's numbers: settings, and the rules that each room of commerce is given.
// An auction, a lock and an order keep the values that were in force when they began.
import { money } from '@videowindow/contract';
import { Type } from 'typebox';
import { defaultAuctionRules } from '#commerce/auctions';
import { defaultLockRules } from '#commerce/locks';
import { defaultOfferRules } from '#commerce/offers';
import { defaultOrderRules } from '#commerce/orders';
import { defineSettings, type Values } from '#platform/config';

export const commerceSettings = defineSettings({
  CURRENCY: { schema: Type.String({ pattern: '^[A-Z]{3}$' }), default: 'USD', about: 'Settlement currency, ISO 4217' },
  FEE_BPS: {
    schema: Type.Integer({ minimum: 0, maximum: 9000 }),
    default: 1000,
    about: "The marketplace's fee on the piece in basis points; 1000 is 10%",
  },
  FEE_FIXED: { schema: Type.Integer({ minimum: 0 }), default: 30, about: 'Fixed part of the fee, in minor units' },
  PAY_HOURS: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 720 }),
    default: 48,
    about: 'Time to pay after an auction or an accepted offer',
  },
  SECOND_CHANCE_HOURS: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 720 }),
    default: 24,
    about: 'Time to pay for the next bidder when the winner did not',
  },
  OFFER_HOURS: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 720 }),
    default: 48,
    about: 'An offer waits this long',
  },
  OFFERS_PER_BUYER: {
    schema: Type.Integer({ minimum: 1, maximum: 100 }),
    default: 5,
    about: 'Offers that one person may make on one piece',
  },
});

const HOUR_MS = 3_600_000;

export const readRules = (settings: Values<typeof commerceSettings>) => {
  const locks = defaultLockRules(settings.CURRENCY);
  const payMs = settings.PAY_HOURS * HOUR_MS;
  return {
    auctions: defaultAuctionRules,
    locks: {
      ...locks,
      windowMs: {
        ...locks.windowMs,
        auction: payMs,
        offer: payMs,
        second_chance: settings.SECOND_CHANCE_HOURS * HOUR_MS,
      },
      feeBps: settings.FEE_BPS,
      feeFixed: money(settings.FEE_FIXED, settings.CURRENCY),
    },
    offers: { ...defaultOfferRules, lifeMs: settings.OFFER_HOURS * HOUR_MS, perBuyer: settings.OFFERS_PER_BUYER },
    orders: defaultOrderRules,
  };
};
