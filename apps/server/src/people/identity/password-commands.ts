// Coming in by password: making an account with one, signing in, forgetting and changing it.
import { DomainError } from '@videowindow/contract';
import { randomToken, sha256 } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { attemptSucceeded, takeAttempt } from './attempts.ts';
import { tellOfChange } from './changes.ts';
import { claimOf, normaliseEmail } from './claims.ts';
import { sendCode } from './codes.ts';
import { addressProved, register } from './commands.ts';
import { enter, type IdentityDeps, leave, type RequestOrigin, refuse, type SignedIn, settle } from './enter.ts';
import {
  assertGoodPassword,
  hashPassword,
  isPassword,
  passwordByEmail,
  passwordOf,
  putPassword,
  removePassword,
} from './passwords.ts';
import { proved } from './step-up.ts';
import { lockUser, userByEmail, userById } from './store.ts';
import { redeemCode } from './tokens.ts';
import { noteVerification } from './verifications.ts';
import { assertNotLast } from './ways.ts';

/**
 * Begins an account with a password. Neither is there before the address is proved: by the code from the mail together
 * with the ticket, which only the one who asked has (so nobody's mail proves a password that a stranger chose). Does the
 * same, in the same time, whether or not anybody has an account there; who has one is told so by mail.
 * @returns the ticket
 */
export const beginAccount = async (
  deps: IdentityDeps,
  wanted: { identifier: string; password: string; displayName?: string | undefined },
  origin: RequestOrigin,
): Promise<string> => {
  const email = normaliseEmail(wanted.identifier);
  assertGoodPassword(wanted.password, [email, email.split('@')[0] ?? '']);
  const passwordHash = await hashPassword(wanted.password);
  const ticket = randomToken();
  await deps.database.transaction(async (tx) => {
    const claim = await claimOf(deps.keyring, tx, email, origin.visitorId);
    await sendCode(
      deps,
      tx,
      {
        purpose: 'register',
        subject: sha256(ticket),
        claim,
        facts: { email, passwordHash, ...(wanted.displayName && { displayName: wanted.displayName }) },
      },
      origin,
    );
  });
  return ticket;
};

/** Proves the address of an account that was begun, makes it and signs in. @throws DomainError code_invalid */
export const completeAccount = async (
  deps: IdentityDeps,
  { ticket, code }: { ticket: string; code: string },
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const claim = { key: `ticket ${sha256(ticket)}`, isKnown: false };
  await takeAttempt(deps, claim, origin.address);
  return await settle(deps.database, async (tx) => {
    const redeemed = await redeemCode(deps.keyring, tx, { purpose: 'register', subject: sha256(ticket), code });
    // Written by `beginAccount`.
    const facts = redeemed?.facts as { email: string; passwordHash: string; displayName?: string } | undefined;
    if (!facts || (await userByEmail(tx, facts.email))) {
      await refuse(tx, null, origin);
      return new DomainError('code_invalid');
    }
    const user = await register(deps, tx, {
      email: facts.email,
      roles: [],
      ...(facts.displayName && { displayName: facts.displayName }),
    });
    await addressProved(tx, facts.email);
    await noteVerification(tx, user.id, 'email', 'verified', 'code');
    await putPassword(tx, user.id, facts.passwordHash);
    await attemptSucceeded(tx, claim, origin.address);
    return await enter(deps, tx, user, 'password', origin);
  });
};

/** @throws DomainError credentials_wrong, account_suspended, rate_limited */
export const signInByPassword = async (
  deps: IdentityDeps,
  { identifier, password }: { identifier: string; password: string },
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const { db } = deps.database;
  const claim = await claimOf(deps.keyring, db, identifier, origin.visitorId);
  await takeAttempt(deps, claim, origin.address);
  const kept = await passwordByEmail(db, claim.address);
  const isRight = await isPassword(kept?.hash ?? null, password);
  return await settle(deps.database, async (tx) => {
    // Locked: a password that is changed at this moment is the new one.
    const user = isRight && kept ? await lockUser(tx, kept.userId) : null;
    if (!user || (await passwordOf(tx, user.id))?.hash !== kept?.hash) {
      await refuse(tx, kept?.userId ?? null, origin);
      return new DomainError('credentials_wrong');
    }
    await attemptSucceeded(tx, claim, origin.address);
    return await enter(deps, tx, user, 'password', origin);
  });
};

/** Sends a code for a new password. Does the same whether or not there is an account; a mail comes only where there is. */
export const requestReset = async (deps: IdentityDeps, email: string, origin: RequestOrigin): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const claim = await claimOf(deps.keyring, tx, email, origin.visitorId);
    await sendCode(deps, tx, { purpose: 'reset_password', subject: claim.key, claim }, origin);
  });
};

/** Sets a new password by a code, ends every session and signs in. @throws DomainError code_invalid, password_common */
export const resetPassword = async (
  deps: IdentityDeps,
  { identifier, code, password }: { identifier: string; code: string; password: string },
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const claim = await claimOf(deps.keyring, deps.database.db, identifier, origin.visitorId);
  assertGoodPassword(password, [claim.address, claim.address.split('@')[0] ?? '']);
  await takeAttempt(deps, claim, origin.address);
  const hashed = await hashPassword(password);
  return await settle(deps.database, async (tx) => {
    const redeemed = await redeemCode(deps.keyring, tx, { purpose: 'reset_password', subject: claim.key, code });
    const found = redeemed && (await userByEmail(tx, claim.address));
    const user = found && (await lockUser(tx, found.id));
    if (!user) {
      await refuse(tx, null, origin);
      return new DomainError('code_invalid');
    }
    await addressProved(tx, claim.address);
    await noteVerification(tx, user.id, 'email', 'verified', 'code');
    await attemptSucceeded(tx, claim, origin.address);
    await writePassword(deps, tx, user.id, hashed, null, origin);
    return await enter(deps, tx, user, 'password', origin);
  });
};

/** Gives a person a password, or another one; all of their other sessions end. @throws DomainError password_common */
export const setPassword = async (
  deps: IdentityDeps,
  session: { me: string; sessionId: string },
  password: string,
  origin: RequestOrigin,
): Promise<void> => {
  const user = await userById(deps.database.db, session.me);
  if (!user) throw new DomainError('sign_in_required');
  assertGoodPassword(password, [user.email, user.email.split('@')[0] ?? '', user.handle]);
  const hashed = await hashPassword(password);
  await deps.database.transaction(async (tx) => {
    await lockUser(tx, user.id);
    await writePassword(deps, tx, user.id, hashed, session.sessionId, origin);
  });
};

/** Takes the password away as a way in. Twice is once. @throws DomainError last_way_in */
export const dropPassword = async (deps: IdentityDeps, userId: string, origin: RequestOrigin): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    await assertNotLast(deps, tx, userId, ({ kind }) => kind === 'password');
    if (!(await removePassword(tx, userId))) return;
    await tellOfChange(deps, tx, userId, 'password_removed', origin);
  });
};

/** Shows by password that it is still the person of this session. @throws DomainError credentials_wrong, rate_limited */
export const stepUpByPassword = async (
  deps: IdentityDeps,
  session: { me: string; sessionId: string },
  password: string,
  origin: RequestOrigin,
): Promise<void> => {
  const claim = { key: `session ${session.sessionId}`, isKnown: true };
  await takeAttempt(deps, claim, origin.address);
  const kept = await passwordOf(deps.database.db, session.me);
  const isRight = await isPassword(kept?.hash ?? null, password);
  await settle(deps.database, async (tx) => {
    if (!isRight) {
      await refuse(tx, session.me, origin);
      return new DomainError('credentials_wrong');
    }
    await attemptSucceeded(tx, claim, origin.address);
    await proved(tx, session.me, session.sessionId, 'password', origin);
  });
};

const writePassword = async (
  deps: IdentityDeps,
  tx: Tx,
  userId: string,
  hashed: string,
  keep: string | null,
  origin: RequestOrigin,
): Promise<void> => {
  await putPassword(tx, userId, hashed);
  await leave(deps, tx, userId, { but: keep }, { actor: userId, address: origin.address, requestId: origin.requestId });
  await tellOfChange(deps, tx, userId, 'password_set', origin);
};
