// Signing in by a one-time code, making accounts, and signing out.
import { type Actor, DomainError, type Role } from '@videowindow/contract';
import { newId, randomDigits } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { attemptSucceeded, takeAttempt } from './attempts.ts';
import { type Claim, claimOf } from './claims.ts';
import { codeCameBack, sendCode } from './codes.ts';
import { enter, type IdentityDeps, leave, type RequestOrigin, refuse, type SignedIn, settle } from './enter.ts';
import { userByPhone } from './phone-store.ts';
import * as store from './store.ts';
import { forgetBegun, redeemCode } from './tokens.ts';
import { noteVerification } from './verifications.ts';

/** Sends a code to a mail address or a phone. Does the same, in the same time, whether or not anybody has an account there. */
export const requestCode = async (
  deps: IdentityDeps,
  identifier: string,
  origin: RequestOrigin,
  channel?: Claim['channel'],
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const claim = await claimOf(deps.keyring, tx, identifier, origin.visitorId);
    if (channel !== undefined && channel !== claim.channel)
      throw new DomainError('validation_failed', {
        fields: [{ path: 'channel', message: `is ${claim.channel} for this identifier` }],
      });
    await sendCode(deps, tx, { purpose: 'sign_in', subject: claim.key, claim }, origin);
  });
};

/**
 * Redeems a code and opens a session; at the first time a mail address makes the account.
 * @throws DomainError code_invalid, account_suspended, rate_limited
 */
export const verifyCode = async (
  deps: IdentityDeps,
  identifier: string,
  code: string,
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const claim = await claimOf(deps.keyring, deps.database.db, identifier, origin.visitorId);
  await takeAttempt(deps, claim, origin.address);
  return await settle(deps.database, async (tx) => {
    if (!(await redeemCode(deps.keyring, tx, { purpose: 'sign_in', subject: claim.key, code }))) {
      await refuse(tx, null, origin);
      return new DomainError('code_invalid');
    }
    await attemptSucceeded(tx, claim, origin.address);
    if (claim.channel === 'sms') {
      await codeCameBack(deps, tx, claim.address);
      // A number makes no account: whoever has one has proved it there.
      const known = await userByPhone(deps.keyring, tx, claim.address);
      return known ? await enter(deps, tx, known, 'phone', origin) : new DomainError('code_invalid');
    }
    await addressProved(tx, claim.address);
    const user =
      (await store.userByEmail(tx, claim.address)) ?? (await register(deps, tx, { email: claim.address, roles: [] }));
    await noteVerification(tx, user.id, 'email', 'verified', 'code');
    return await enter(deps, tx, user, 'email', origin);
  });
};

/**
 * Somebody has proved a mail address, whichever way: what others began in its name without a proof is wiped, so that
 * nobody waits inside an account for its owner to come.
 */
export const addressProved = (tx: Tx, email: string): Promise<void> => forgetBegun(tx, email);

/** What of a mail address may stand in a handle, with room left for digits that tell two of them apart. */
const handleStem = (name: string): string =>
  name
    .replace(/[^a-z0-9_.]/g, '')
    .slice(0, 20)
    .replace(/^\.+|(?<!\.)\.+$/g, '');

/** Makes an account for an address that was proved, or that the operator vouches for, with a free handle made from it. */
export const register = async (
  deps: Pick<IdentityDeps, 'events'>,
  tx: Tx,
  person: { email: string; roles: readonly Role[]; handle?: string; displayName?: string },
): Promise<store.User> => {
  const name = person.email.split('@')[0] ?? '';
  const stem = person.handle ?? (handleStem(name) || 'guest');
  for (let attempt = 0; attempt < 10; attempt++) {
    const handle = attempt === 0 && stem.length >= 3 ? stem : `${stem}_${randomDigits(5)}`;
    const user = await store.insertUser(tx, {
      id: newId(),
      email: person.email,
      handle,
      displayName: person.displayName ?? (name.slice(0, 60) || handle),
      roles: person.roles,
    });
    if (user) {
      // Who calls this and has seen a proof of the address says so next; else somebody vouched for it.
      await noteVerification(tx, user.id, 'email', 'pending', 'operator');
      await deps.events.emit(tx, 'user.registered', user.id, { userId: user.id, email: user.email });
      return user;
    }
    const raced = await store.userByEmail(tx, person.email);
    if (raced) return raced;
  }
  throw new Error('no free handle was found in 10 attempts');
};

/** Ends the caller's session. Doing it twice is fine. */
export const signOut = async (
  deps: IdentityDeps,
  actor: Actor,
  sessionId: string | null,
  origin: RequestOrigin,
): Promise<void> => {
  if (sessionId === null || actor.id === null) return;
  const by = { actor: actor.id, address: origin.address, requestId: origin.requestId };
  const userId = actor.id;
  await deps.database.transaction((tx) => leave(deps, tx, userId, { only: sessionId }, by));
};
