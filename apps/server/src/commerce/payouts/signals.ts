// What makes money look unusual, pure: a few plain rules, each with its number in the settings.
import type { MoneySignal } from '@videowindow/contract/api/commerce';

export type SignalRules = {
  /** Sales of a day below this never matter; minor units by currency. */
  readonly dayFrom: ReadonlyMap<string, number>;
  /** Sold in a day, so many times what the maker sells on a usual one. */
  readonly dayFactor: number;
  /** Orders of 30 days that were given back, at least so many and at least this part of them, in percent. */
  readonly refunds: number;
  readonly refundPercent: number;
  /** So often one card, or one buyer where the card is not known, has bought from the maker in 30 days. */
  readonly sameCard: number;
};

/** A maker's sales; amounts in minor units of the marketplace's currency. */
export type SalesProfile = {
  /** Of the last 24 hours, and of a usual day: the mean of the 90 days before them. */
  readonly today: number;
  readonly usualDay: number;
  /** Orders of the last 30 days, and those of them of which something went back. */
  readonly sales: number;
  readonly refunded: number;
  /** How many of them were bought with the card, or by the person, that bought most. */
  readonly byOneCard: number;
};

/** What is unusual; nothing for almost everybody, always. */
export const signalsIn = (profile: SalesProfile, currency: string, rules: SignalRules): MoneySignal[] => {
  const { today, usualDay, sales, refunded, byOneCard } = profile;
  const dayFrom = rules.dayFrom.get(currency) ?? Number.POSITIVE_INFINITY;
  return [
    ...(today >= dayFrom && today >= usualDay * rules.dayFactor ? (['sales_jump'] as const) : []),
    ...(refunded >= rules.refunds && refunded * 100 >= sales * rules.refundPercent ? (['many_refunds'] as const) : []),
    ...(byOneCard >= rules.sameCard ? (['same_card'] as const) : []),
  ];
};
