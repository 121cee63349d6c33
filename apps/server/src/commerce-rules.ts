// The rules that each room of commerce is given, as the settings say them.
// An auction, a lock and an order keep the values that were in force when they began.
import { money } from '@videowindow/contract';
import { step } from '@videowindow/contract/money';
import { defaultAuctionRules, parseIncrements, parseSoftClose } from '#commerce/auctions';
import { defaultLockRules } from '#commerce/locks';
import { defaultOfferRules } from '#commerce/offers';
import { defaultOrderRules, parseTaxTable, taxByTable } from '#commerce/orders';
import { ConfigError, type Values } from '#platform/config';
import type { commerceSettings } from './commerce-settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a setting's text says. @throws ConfigError naming the setting that cannot be read, and why */
const readText = <T>(name: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError([`${name}: ${error.message}`]);
    throw error;
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

/** Who the marketplace is on its own invoices to makers. */
export const readSeller = (said: { LEGAL_NAME: string; LEGAL_LINES: string; SITE_NAME: string }) => ({
  name: said.LEGAL_NAME || said.SITE_NAME,
  lines: said.LEGAL_LINES.split('|')
    .map((line) => line.trim())
    .filter(Boolean),
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
      softClose: readText('SOFT_CLOSE_MINUTES', () => parseSoftClose(settings.SOFT_CLOSE_MINUTES)),
      increments: readText('BID_INCREMENTS', () => parseIncrements(settings.BID_INCREMENTS, settings.CURRENCY)),
      capAfterStartMs: settings.AUCTION_CAP_DAYS * DAY_MS,
      capAfterEndMs: settings.AUCTION_EXTEND_HOURS * HOUR_MS,
      tellBeforeEndMs: settings.AUCTION_TELL_HOURS * HOUR_MS,
      cancelBeforeEndMs: settings.AUCTION_CANCEL_HOURS * HOUR_MS,
      retractAllBeforeEndMs: settings.RETRACT_HOURS * HOUR_MS,
      retractNewestWithinMs: settings.RETRACT_NEWEST_HOURS * HOUR_MS,
      retractNewestBeforeEndMs: settings.RETRACT_LAST_HOURS * HOUR_MS,
      reviewAt: settings.RETRACTIONS_FOR_REVIEW,
      secondChances: settings.SECOND_CHANCES,
      secondChanceDecideMs: settings.SECOND_CHANCE_DECIDE_HOURS * HOUR_MS,
      buyNowUntilBps: settings.BUY_NOW_UNTIL_BPS,
      buyNowBeforeEndMs: settings.BUY_NOW_LAST_HOURS * HOUR_MS,
    },
    locks: {
      ...locks,
      windowMs: {
        ...locks.windowMs,
        auction: payMs,
        offer: payMs,
        second_chance: settings.SECOND_CHANCE_HOURS * HOUR_MS,
      },
      remindAt: settings.PAY_REMIND_AT.split(',')
        .filter(Boolean)
        .map((percent) => Number(percent) / 100),
      remindBeforeMs: settings.PAY_REMIND_HOURS * HOUR_MS,
      extendMs: settings.PAY_MORE_HOURS * HOUR_MS,
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
    tax: taxByTable(
      settings.TAX_BY === 'table' ? readText('TAX_RATES', () => parseTaxTable(settings.TAX_RATES)) : new Map(),
    ),
    withdrawalIn: new Set(settings.WITHDRAWAL_COUNTRIES.split(',')) as ReadonlySet<string>,
    carrierSecrets: settings.CARRIER_WEBHOOK_SECRETS.split(',').filter(Boolean),
    orders: {
      ...defaultOrderRules,
      homeCountry: settings.HOME_COUNTRY || null,
      remindAt: settings.SHIP_REMIND_AT / 100,
      remindBeforeMs: settings.SHIP_REMIND_HOURS * HOUR_MS,
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
