// When a maker may have the money of a sale, pure.
import type { HoldReason } from '@videowindow/contract/api/commerce';

const DAY = 24 * 3_600_000;

export type FundsRules = {
  /** Lifetime gross in minor units, by currency, from which the provider must have verified the maker. */
  readonly kycThresholds: ReadonlyMap<string, number>;
  /** Finished sales that make a maker trusted, */
  readonly trustedSales: number;
  /** while no bank has disputed a sale of theirs for this long. */
  readonly trustedWithoutDisputeMs: number;
  /** A trusted maker has the money this long after delivery. */
  readonly trustedAfterMs: number;
};

/** The defaults of the specification, with the settings in place. */
export const fundsRules = (kycThresholds: ReadonlyMap<string, number>, trustedSales: number): FundsRules => ({
  kycThresholds,
  trustedSales,
  trustedWithoutDisputeMs: 180 * DAY,
  trustedAfterMs: 3 * DAY,
});

export type HoldFacts = {
  /** A bank disputes this sale; something is wrong with its order and not settled. */
  readonly disputed: boolean;
  readonly inIssue: boolean;
  /** A person holds all that this maker has. */
  readonly makerHeld: boolean;
  readonly verified: boolean;
  readonly gross: number;
  /** Null when the currency has none. */
  readonly threshold: number | null;
};

/** What holds a sale's money back; nothing means that it goes. */
export const holdsOn = (facts: HoldFacts): HoldReason[] => [
  ...(facts.disputed ? (['dispute'] as const) : []),
  ...(facts.inIssue ? (['issue'] as const) : []),
  ...(facts.makerHeld ? (['review'] as const) : []),
  ...(!facts.verified && facts.threshold !== null && facts.gross >= facts.threshold ? (['kyc'] as const) : []),
];

/** The parts of the threshold that a maker is told of, in percent. */
const TOLD_AT = [80, 100] as const;

/** Which of them lifetime sales have reached. */
export const reachedParts = (gross: number, threshold: number): (typeof TOLD_AT)[number][] =>
  TOLD_AT.filter((percent) => gross * 100 >= threshold * percent);

/** Whether a maker is paid before their sales are complete. */
export const isTrusted = (finishedSales: number, disputesLately: number, rules: FundsRules): boolean =>
  finishedSales >= rules.trustedSales && disputesLately === 0;
