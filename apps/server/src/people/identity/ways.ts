// The ways in that somebody has, and what a session can prove anew with.
import { DomainError } from '@videowindow/contract';
import type { StepUpWay, Way } from '@videowindow/contract/api/identity';
import type { Reader, Tx } from '#platform/database';
import type { IdentityDeps } from './enter.ts';
import { identitiesOf } from './oidc/store.ts';
import { passkeysOf } from './passkeys/store.ts';
import { passwordOf } from './passwords.ts';
import { phoneOf } from './phone-store.ts';
import { secondFactorOf } from './second-factor/store.ts';
import { lockUser, type User } from './store.ts';

type WaysDeps = Pick<IdentityDeps, 'mailAvailable' | 'smsAvailable' | 'keyring'>;

/** All of them, in the order in which they are shown. Every account has its mail address. */
export const waysOf = async (deps: WaysDeps, db: Reader, user: User): Promise<Way[]> => {
  const added = (at: Date) => at.toISOString();
  const password = await passwordOf(db, user.id);
  const phone = await phoneOf(deps.keyring, db, user.id);
  const ways: Omit<Way, 'removable'>[] = [
    { kind: 'email', id: null, name: user.email, addedAt: added(user.createdAt) },
    ...(phone ? [{ kind: 'phone' as const, id: null, name: phone.number, addedAt: added(phone.verifiedAt) }] : []),
    ...(password ? [{ kind: 'password' as const, id: null, name: 'Password', addedAt: added(password.setAt) }] : []),
    ...(await identitiesOf(db, user.id)).map(({ provider, email, linkedAt }) => ({
      kind: provider,
      id: null,
      name: email ?? '',
      addedAt: added(linkedAt),
    })),
    ...(await passkeysOf(db, user.id)).map(({ id, name, addedAt }) => ({
      kind: 'passkey' as const,
      id,
      name,
      addedAt: added(addedAt),
    })),
  ];
  const removable = (way: (typeof ways)[number]) =>
    way.kind !== 'email' && ways.some((other) => other !== way && opens(deps, other));
  return ways.map((way) => ({ ...way, removable: removable(way) }));
};

/** Where no code can come, an address or a number alone opens nothing. */
const opens = (deps: WaysDeps, { kind }: Pick<Way, 'kind'>) =>
  kind === 'email' ? deps.mailAvailable : kind === 'phone' ? deps.smsAvailable : true;

/** What this person could show now that it is them, the easiest first. */
export const stepUpWaysOf = async (deps: IdentityDeps, db: Reader, userId: string): Promise<StepUpWay[]> => [
  ...((await passkeysOf(db, userId)).length > 0 ? (['passkey'] as const) : []),
  ...((await secondFactorOf(db, userId)) ? (['totp'] as const) : []),
  ...((await passwordOf(db, userId)) ? (['password'] as const) : []),
  ...(deps.mailAvailable ? (['email'] as const) : []),
  ...(deps.smsAvailable && (await phoneOf(deps.keyring, db, userId)) ? (['phone'] as const) : []),
];

/**
 * Before a way in goes: holds the person's row, so that of two that go at once one stays.
 * @param isIt which one is about to go
 * @throws DomainError last_way_in when nobody could come in any more without it
 */
export const assertNotLast = async (
  deps: WaysDeps,
  tx: Tx,
  userId: string,
  isIt: (way: Way) => boolean,
): Promise<void> => {
  const user = await lockUser(tx, userId);
  const ways = user ? await waysOf(deps, tx, user) : [];
  if (ways.some(isIt) && !ways.some((way) => !isIt(way) && opens(deps, way))) throw new DomainError('last_way_in');
};
