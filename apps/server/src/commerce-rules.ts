// The marketplace's numbers: settings, and the rules that each room of commerce is given.
// An auction, a lock and an order keep the values that were in force when they began.
import { money } from '@videowindow/contract';
import { step } from '@videowindow/contract/money';
import { Type } from 'typebox';
import { defaultAuctionRules } from '#commerce/auctions';
import { defaultLockRules } from '#commerce/locks';
import { defaultOfferRules } from '#commerce/offers';
import { defaultOrderRules, parseTaxTable, taxByTable } from '#commerce/orders';
import { ConfigError, defineSettings, type Values } from '#platform/config';

const days = (value: number, about: string) => ({
  schema: Type.Number({ exclusiveMinimum: 0, maximum: 365 }),
  default: value,
  about,
});

const hours = (value: number, about: string) => ({
  schema: Type.Number({ exclusiveMinimum: 0, maximum: 720 }),
  default: value,
  about,
});

const orderSettings = {
  TAX_BY: {
    schema: Type.Union([Type.Literal('table'), Type.Literal('stripe')]),
    default: 'table',
    about:
      'Who knows the tax in a price: the table TAX_RATES, and makers owe it; or Stripe Tax, and the marketplace owes it',
  },
  TAX_RATES: {
    schema: Type.String(),
    default: '',
    about: 'Tax that prices include, by place and category, in basis points: PT=2300,PT/Books=600,US-OR=0,*=0',
  },
  WITHDRAWAL_COUNTRIES: {
    schema: Type.String({ pattern: '^([A-Z]{2}(,[A-Z]{2})*)?$' }),
    default: 'AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GB,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK',
    about:
      'Where buyers are whose law lets them send a piece back within 14 days of its arrival, whatever its listing says; the buyer pays for the parcel',
  },
  HOME_COUNTRY: {
    schema: Type.String({ pattern: '^([A-Z]{2})?$' }),
    default: '',
    about: 'The country that makers send from, ISO 3166; parcels to others have longer. Empty: none counts as abroad',
  },
  CARRIER_WEBHOOK_SECRETS: {
    schema: Type.String({ pattern: '^([^,\\s]{16,}(,[^,\\s]{16,})*)?$' }),
    default: '',
    about:
      'Secrets by which carriers sign what they say of parcels, 16 characters or more; two with a comma while one is exchanged',
    secret: true,
  },
  EASYPOST_API_KEY: {
    schema: Type.String({ pattern: '^(EZ[AT]K\\S+)?$' }),
    default: '',
    about: 'The EasyPost account that labels for returns are bought from; left out: makers attach their own',
    secret: true,
  },
  EASYPOST_WEBHOOK_SECRETS: {
    schema: Type.String({ pattern: '^[^,\\s]{16,}(,[^,\\s]{16,})*$' }),
    about:
      'Secrets by which EasyPost signs what it tells of parcels to /api/v1/webhooks/easypost; two with a comma while one is exchanged',
    secret: true,
  },
  BUYER_CANCEL_DAYS: days(2, 'The buyer may cancel an unsent order this long after its time to be sent'),
  UNSENT_DAYS: days(14, 'An unsent order is cancelled and paid back this long after the payment, or'),
  UNSENT_LATE_DAYS: days(7, 'this long after its time to be sent, whichever is later'),
  DELIVERED_DAYS: days(21, 'Delivered without a scan this long after it was shipped'),
  DELIVERED_ABROAD_DAYS: days(45, 'The same for parcels to other countries'),
  COMPLETE_DAYS: days(14, 'A delivered order completes by itself, and the maker is paid'),
  NOT_ARRIVED_DAYS: days(30, 'After the latest estimate the buyer may still say that it did not arrive'),
  ADDRESS_DAYS: days(14, 'The address is forgotten this long after the order is over'),
  ISSUE_ANSWER_DAYS: days(2, 'A maker answers an issue in this time, else the buyer may ask the platform'),
  ISSUE_DECIDE_DAYS: days(7, 'The platform decides about an issue in this time'),
  ISSUE_REFUND_DAYS: days(60, 'An issue that nobody settled gives everything back'),
  REVIEW_DAYS: days(7, 'A review waits this long for the other one before it is shown'),
  REVIEW_WINDOW_DAYS: days(60, 'A review may be written this long after the order is over'),
} as const;

export const commerceSettings = defineSettings({
  LEGAL_NAME: {
    schema: Type.String({ maxLength: 200 }),
    default: '',
    about: 'Who the marketplace is on its own invoices to makers; left out: the name of the site',
  },
  LEGAL_LINES: {
    schema: Type.String({ maxLength: 500 }),
    default: '',
    about: 'What stands below it, lines with a | between: 1 Kiln Lane|Lisbon|VAT PT123456789',
  },
  CURRENCY: { schema: Type.String({ pattern: '^[A-Z]{3}$' }), default: 'USD', about: 'Settlement currency, ISO 4217' },
  DISPLAY_RATES: {
    schema: Type.String({ pattern: '^([A-Z]{3}=[0-9]{1,9}(\\.[0-9]{1,9})?(,[A-Z]{3}=[0-9]{1,9}(\\.[0-9]{1,9})?)*)?$' }),
    default: '',
    about:
      'What one unit of CURRENCY roughly is in others, for people who like to read prices so too: EUR=0.92,GBP=0.79. Nothing is ever paid by it',
  },
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
  AUCTION_CAP_DAYS: days(14, 'An auction never lasts longer than this, however many late bids there are'),
  AUCTION_CANCEL_HOURS: hours(12, 'With bids, a maker may cancel an auction only this long before its end'),
  RETRACT_HOURS: hours(12, 'More than this before the end bidders may take all their bids back, then only the newest'),
  SECOND_CHANCES: {
    schema: Type.Integer({ minimum: 0, maximum: 10 }),
    default: 2,
    about: 'Bidders who are asked one after another when a winner does not pay',
  },
  SECOND_CHANCE_DECIDE_HOURS: hours(12, 'The maker has this long to choose otherwise; silence means ask'),
  BUY_NOW_UNTIL_BPS: {
    schema: Type.Integer({ minimum: 0, maximum: 10_000 }),
    default: 7_000,
    about: 'Without a reserve a piece can be had at once until bids pass this part of its price, in basis points',
  },
  STRIKES_FOR_CARD: {
    schema: Type.Integer({ minimum: 1, maximum: 100 }),
    default: 2,
    about: 'Payments missed within 90 days after which a saved card is needed to bid',
  },
  STRIKES_FOR_SUSPENSION: {
    schema: Type.Integer({ minimum: 1, maximum: 100 }),
    default: 3,
    about: 'Payments missed within a year after which bidding is suspended',
  },
  BID_CARD_ABOVE: {
    schema: Type.Integer({ minimum: 0 }),
    default: 50_000,
    about: 'Above this, in minor units, a saved card is needed to bid or offer',
  },
  BID_NEW_ACCOUNT_DAYS: days(7, 'An account younger than this is new'),
  BID_NEW_ACCOUNT_CAP: {
    schema: Type.Integer({ minimum: 0 }),
    default: 20_000,
    about: 'The same for new accounts',
  },
  ...orderSettings,
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @throws ConfigError naming what cannot be read */
const readTaxTable = (text: string) => {
  try {
    return parseTaxTable(text);
  } catch (error) {
    throw new ConfigError([`TAX_RATES: ${(error as RangeError).message}`]);
  }
};

/** @throws ConfigError for a rate that is none, or of the settlement currency itself */
export const readDisplayRates = ({ DISPLAY_RATES, CURRENCY }: { DISPLAY_RATES: string; CURRENCY: string }) =>
  DISPLAY_RATES.split(',')
    .filter(Boolean)
    .map((entry) => {
      const [currency = '', rate = ''] = entry.split('=');
      if (currency === CURRENCY || Number(rate) <= 0)
        throw new ConfigError([`DISPLAY_RATES: ${entry} is no rate of another currency than ${CURRENCY}`]);
      return { currency, rate: Number(rate) };
    });

export const readRules = (settings: Values<typeof commerceSettings>) => {
  const locks = defaultLockRules(settings.CURRENCY);
  if (settings.FEE_FIXED % step(settings.CURRENCY) !== 0) {
    throw new ConfigError([`FEE_FIXED: amounts of ${settings.CURRENCY} are multiples of ${step(settings.CURRENCY)}`]);
  }
  const payMs = settings.PAY_HOURS * HOUR_MS;
  return {
    auctions: {
      ...defaultAuctionRules,
      capAfterStartMs: settings.AUCTION_CAP_DAYS * DAY_MS,
      cancelBeforeEndMs: settings.AUCTION_CANCEL_HOURS * HOUR_MS,
      retractAllBeforeEndMs: settings.RETRACT_HOURS * HOUR_MS,
      secondChances: settings.SECOND_CHANCES,
      secondChanceDecideMs: settings.SECOND_CHANCE_DECIDE_HOURS * HOUR_MS,
      buyNowUntilBps: settings.BUY_NOW_UNTIL_BPS,
    },
    locks: {
      ...locks,
      windowMs: {
        ...locks.windowMs,
        auction: payMs,
        offer: payMs,
        second_chance: settings.SECOND_CHANCE_HOURS * HOUR_MS,
      },
      bids: {
        cardAbove: money(settings.BID_CARD_ABOVE, settings.CURRENCY),
        newAccountMs: settings.BID_NEW_ACCOUNT_DAYS * DAY_MS,
        newAccountCap: money(settings.BID_NEW_ACCOUNT_CAP, settings.CURRENCY),
      },
      strikes: {
        card: { ...locks.strikes.card, count: settings.STRIKES_FOR_CARD },
        suspension: { ...locks.strikes.suspension, count: settings.STRIKES_FOR_SUSPENSION },
      },
      feeBps: settings.FEE_BPS,
      feeFixed: money(settings.FEE_FIXED, settings.CURRENCY),
    },
    offers: { ...defaultOfferRules, lifeMs: settings.OFFER_HOURS * HOUR_MS, perBuyer: settings.OFFERS_PER_BUYER },
    tax: taxByTable(settings.TAX_BY === 'table' ? readTaxTable(settings.TAX_RATES) : new Map()),
    withdrawalIn: new Set(settings.WITHDRAWAL_COUNTRIES.split(',')) as ReadonlySet<string>,
    orders: {
      ...defaultOrderRules,
      homeCountry: settings.HOME_COUNTRY || null,
      buyerCancelMs: settings.BUYER_CANCEL_DAYS * DAY_MS,
      cancelPaidMs: settings.UNSENT_DAYS * DAY_MS,
      cancelLateMs: settings.UNSENT_LATE_DAYS * DAY_MS,
      assumeDeliveredMs: settings.DELIVERED_DAYS * DAY_MS,
      assumeDeliveredAbroadMs: settings.DELIVERED_ABROAD_DAYS * DAY_MS,
      completeAfterMs: settings.COMPLETE_DAYS * DAY_MS,
      notArrivedMs: settings.NOT_ARRIVED_DAYS * DAY_MS,
      forgetAddressMs: settings.ADDRESS_DAYS * DAY_MS,
      issueAnswerMs: settings.ISSUE_ANSWER_DAYS * DAY_MS,
      issueDecideMs: settings.ISSUE_DECIDE_DAYS * DAY_MS,
      issueRefundMs: settings.ISSUE_REFUND_DAYS * DAY_MS,
      reviewWaitMs: settings.REVIEW_DAYS * DAY_MS,
      reviewWindowMs: settings.REVIEW_WINDOW_DAYS * DAY_MS,
    },
  };
};
