// How far somebody may bind themselves: by what they have missed, by a saved card, by how long we know them.
import { DomainError } from '@videowindow/contract';
import { compare, type Money } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import type { LocksDeps } from './parts.ts';
import { bidderStanding } from './strikes.ts';

/** Up to which amounts one may bid without a saved card. */
export type BidRules = {
  readonly cardAbove: Money;
  /** An account younger than this is new. */
  readonly newAccountMs: number;
  readonly newAccountCap: Money;
};

/** `upTo`: the most that they may bid or offer, null when there is no limit; `why` it is no more. */
export type BidLimit = {
  readonly hasCard: boolean;
  readonly upTo: Money | null;
  readonly why: 'missed_payments' | 'new_account' | 'amount' | null;
};

/** @throws DomainError strikes_exceeded when somebody may not bid at all for now */
export const bidLimit = async (deps: LocksDeps, reader: Reader, person: string): Promise<BidLimit> => {
  const standing = await bidderStanding(deps, reader, person);
  if (standing === 'suspended') throw new DomainError('strikes_exceeded');
  if ((await deps.hasSavedCard(reader, [person])).has(person)) return { hasCard: true, upTo: null, why: null };
  const { cardAbove, newAccountMs, newAccountCap } = deps.rules.bids;
  if (standing === 'card') return { hasCard: false, upTo: { ...cardAbove, amount: 0 }, why: 'missed_payments' };
  const since = await deps.joinedAt(reader, person);
  const now = await deps.database.now(reader);
  const isNew = since !== null && now.getTime() - since.getTime() < newAccountMs;
  return isNew && compare(newAccountCap, cardAbove) < 0
    ? { hasCard: false, upTo: newAccountCap, why: 'new_account' }
    : { hasCard: false, upTo: cardAbove, why: 'amount' };
};

/** @throws DomainError card_required{upTo, why} */
export const assertWithin = ({ upTo, why }: BidLimit, amount: Money): void => {
  // Another currency is refused by whoever sells.
  if (upTo && upTo.currency === amount.currency && compare(amount, upTo) > 0) {
    throw new DomainError('card_required', { upTo, why });
  }
};
