// The marketplace's numbers, as operators set them.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

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
  SHIP_REMIND_AT: {
    schema: Type.Integer({ minimum: 1, maximum: 99 }),
    default: 50,
    about: 'Makers are reminded to send when so many percent of their time are over, and',
  },
  SHIP_REMIND_HOURS: hours(24, 'so long before its end'),
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

const auctionSettings = {
  AUCTION_CAP_DAYS: days(14, 'An auction never lasts longer than this, however many late bids there are'),
  AUCTION_EXTEND_HOURS: hours(24, 'Late bids never make an auction longer than this beyond its planned end'),
  SOFT_CLOSE_MINUTES: {
    schema: Type.String(),
    default: '4=15,8=5,*=2',
    about:
      'A bid in the last 15 minutes extends an auction to 15 more, after 4 extensions in the last 5, after 8 in the last 2',
  },
  BID_INCREMENTS: {
    schema: Type.String(),
    default: '',
    about:
      'How much more the next bid must be, by the price, in minor units of CURRENCY: 2500=50,10000=100,*=250; left out: the usual table',
  },
  AUCTION_TELL_HOURS: hours(1, 'Who watches an auction or has bid in it is told so long before its end'),
  AUCTION_CANCEL_HOURS: hours(12, 'With bids, a maker may cancel an auction only this long before its end'),
  RETRACT_HOURS: hours(12, 'More than this before the end bidders may take all their bids back, then only the newest,'),
  RETRACT_NEWEST_HOURS: hours(1, 'and that only where it is no older than this,'),
  RETRACT_LAST_HOURS: hours(1, 'and nothing at all in this last time'),
  RETRACTIONS_FOR_REVIEW: {
    schema: Type.Integer({ minimum: 1, maximum: 100 }),
    default: 3,
    about: 'Bids taken back within 180 days after which moderators look at a bidder',
  },
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
  BUY_NOW_LAST_HOURS: hours(1, 'Nobody can have a piece at once in this last time before the end of its auction'),
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
  PAY_REMIND_AT: {
    schema: Type.String({ pattern: '^[1-9][0-9]?(,[1-9][0-9]?)*$', maxLength: 30 }),
    default: '25,75',
    about: 'Who has to pay is reminded when so many percent of the time are over, and',
  },
  PAY_REMIND_HOURS: hours(1, 'so long before its end'),
  PAY_MORE_HOURS: hours(24, 'What a maker may add to the time to pay, once'),
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
  ...auctionSettings,
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
