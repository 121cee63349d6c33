// Who belongs together, as far as one can tell: the same card, or parcels to the same home.
import { DomainError } from '@videowindow/contract';
import type { Reader } from '#platform/database';
import type { LocksDeps } from './parts.ts';
import { signal } from './signals.ts';

export type Bond = { readonly person: string; readonly other: string; readonly by: 'card' | 'home' };

/** What ties each of these people to anybody else. */
export const bondsOf = async (
  deps: Pick<LocksDeps, 'sharedCards' | 'sharedHomes'>,
  reader: Reader,
  people: readonly string[],
): Promise<Bond[]> => {
  const cards = await deps.sharedCards(reader, people);
  const homes = await deps.sharedHomes(reader, people);
  return [
    ...cards.map(([person, other]): Bond => ({ person, other, by: 'card' })),
    ...homes.map(([person, other]): Bond => ({ person, other, by: 'home' })),
  ];
};

/** A piece that somebody would buy against others. */
export type Piece = { readonly makerId: string; readonly storyId: string; readonly title: string };

/**
 * Whoever belongs to a maker does not bid on their pieces; that they tried is kept, whatever becomes of the caller's
 * transaction.
 * @throws DomainError bidder_blocked
 */
export const refuseBound = async (
  deps: LocksDeps,
  person: string,
  { makerId, storyId, title }: Piece,
  bonds: readonly Bond[],
): Promise<void> => {
  const bond = bonds.find(({ other }) => other === makerId);
  if (!bond) return;
  await signal(deps, deps.database.db, [
    { personId: person, kind: `maker_${bond.by}`, otherId: makerId, storyId, title },
  ]);
  throw new DomainError('bidder_blocked');
};
