// The second factor: an app's codes, and ten codes on paper for the day on which the phone is gone.
import { randomBytes } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import type { Keyring } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { tellOfChange } from '../changes.ts';
import {
  enter,
  type IdentityDeps,
  type RequestOrigin,
  refuse,
  type SecondStep,
  type SignedIn,
  settle,
} from '../enter.ts';
import { proved } from '../step-up.ts';
import { userById } from '../store.ts';
import * as store from './store.ts';
import { base32, keyUri, SECRET_BYTES, stepOfCode } from './totp.ts';

const CODES = 10;
/** Without letters and digits that look alike (Crockford's base 32); 50 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 10;
/** This many wrong codes cost nothing; after them each costs twice the wait of the one before. */
const FREE_FAILURES = 4;
const FIRST_DELAY_S = 15;
const LONGEST_DELAY_S = 900;

export type SecondFactorDeps = IdentityDeps & { siteName: string };

export const SEALED_FOR = 'totp';
const secretIn = (keyring: Keyring, userId: string, sealed: string) =>
  Buffer.from(keyring.decrypt(SEALED_FOR, sealed, userId), 'base64url');

/** Offers a secret to put into an app. It counts for nothing until `enable`. @throws DomainError second_factor_on */
export const offer = async (deps: SecondFactorDeps, userId: string): Promise<{ secret: string; uri: string }> => {
  const user = await userById(deps.database.db, userId);
  if (!user) throw new DomainError('sign_in_required');
  const secret = randomBytes(SECRET_BYTES);
  const sealed = deps.keyring.encrypt(SEALED_FOR, secret.toString('base64url'), userId);
  if (!(await store.offerTotp(deps.database.db, userId, sealed))) throw new DomainError('second_factor_on');
  return { secret: base32(secret), uri: keyUri(secret, deps.siteName, user.email) };
};

/**
 * Turns it on, when the app shows the right code.
 * @returns the recovery codes, shown this once
 * @throws DomainError code_invalid, rate_limited, second_factor_on
 */
export const enable = (
  deps: SecondFactorDeps,
  userId: string,
  sessionId: string,
  code: string,
  origin: RequestOrigin,
): Promise<string[]> =>
  settle(deps.database, async (tx) => {
    const row = await store.lockTotp(tx, userId);
    if (row?.isOn) return new DomainError('second_factor_on');
    const refusal = await tryCode(deps, tx, userId, row, code);
    if (refusal) return refusal;
    await store.confirmTotp(tx, userId);
    // This session has just shown both.
    await proved(tx, userId, sessionId, 'totp', origin);
    await tellOfChange(deps, tx, userId, 'second_factor_on', origin);
    return await renewCodes(deps, tx, userId);
  });

/** Turns it off; twice is once. */
export const disable = (deps: SecondFactorDeps, userId: string, origin: RequestOrigin): Promise<void> =>
  deps.database.transaction(async (tx) => {
    if (await store.removeTotp(tx, userId)) await tellOfChange(deps, tx, userId, 'second_factor_off', origin);
  });

/** New codes on paper; those before are good for nothing. @throws DomainError second_factor_off */
export const renewRecoveryCodes = (deps: SecondFactorDeps, userId: string): Promise<string[]> =>
  settle(deps.database, async (tx) => {
    const row = await store.lockTotp(tx, userId);
    return row?.isOn ? await renewCodes(deps, tx, userId) : new DomainError('second_factor_off');
  });

const renewCodes = async (deps: SecondFactorDeps, tx: Tx, userId: string): Promise<string[]> => {
  const codes = Array.from({ length: CODES }, () =>
    Array.from(randomBytes(CODE_LENGTH), (byte) => ALPHABET[byte & 31]).join(''),
  );
  await store.putRecoveryCodes(
    tx,
    userId,
    codes.map((code) => hashRecoveryCode(deps.keyring, userId, code)),
  );
  return codes.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`);
};

const hashRecoveryCode = (keyring: Keyring, userId: string, code: string) =>
  keyring.blindIndex('recovery-code', `${userId} ${code}`);

/** As people type them: small letters, blanks, and what looks like something else. */
const asWritten = (code: string): string =>
  code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');

/** Compares one code, once. The transaction must commit when it is wrong too. @returns why not, undefined when right. */
const tryCode = async (
  deps: SecondFactorDeps,
  tx: Tx,
  userId: string,
  row: store.TotpRow | null,
  code: string,
): Promise<DomainError | undefined> => {
  if (!row) return new DomainError('code_invalid');
  const now = await deps.database.now(tx);
  const waitS = row.nextTryAt ? Math.ceil((row.nextTryAt.getTime() - now.getTime()) / 1000) : 0;
  if (waitS > 0) return new DomainError('rate_limited', { retryAfterS: waitS });
  const written = asWritten(code);
  const step = stepOfCode(secretIn(deps.keyring, userId, row.sealed), written, now);
  if (step !== null && step > row.lastStep) {
    await store.spendStep(tx, userId, step);
    return undefined;
  }
  if (row.isOn && (await store.spendRecoveryCode(tx, userId, hashRecoveryCode(deps.keyring, userId, written)))) {
    await store.spendStep(tx, userId, row.lastStep);
    return undefined;
  }
  const over = row.failures - FREE_FAILURES;
  await store.noteFailure(tx, userId, over < 0 ? 0 : Math.min(FIRST_DELAY_S * 2 ** over, LONGEST_DELAY_S));
  return new DomainError('code_invalid');
};

/**
 * The second step of signing in: the first one left a ceremony in this browser.
 * @throws DomainError ceremony_over, code_invalid, rate_limited, account_suspended
 */
export const enterBySecondStep = (
  deps: SecondFactorDeps,
  step: string,
  code: string,
  origin: RequestOrigin,
): Promise<SignedIn> =>
  settle(deps.database, async (tx) => {
    const { userId, data } = await deps.ceremonies.takeTry<SecondStep>(tx, 'second_step', step, origin);
    const user = userId === null ? null : await userById(tx, userId);
    if (!user) return new DomainError('ceremony_over');
    const refusal = await tryCode(deps, tx, user.id, await store.lockTotp(tx, user.id), code);
    if (refusal) {
      await refuse(tx, user.id, origin);
      return refusal;
    }
    await deps.ceremonies.redeem(tx, 'second_step', step, origin);
    return await enter(deps, tx, user, data.way, origin, 'two');
  });

/** @throws DomainError code_invalid, rate_limited */
export const stepUpBySecondFactor = (
  deps: SecondFactorDeps,
  userId: string,
  sessionId: string,
  code: string,
  origin: RequestOrigin,
): Promise<void> =>
  settle(deps.database, async (tx) => {
    const row = await store.lockTotp(tx, userId);
    const refusal = await tryCode(deps, tx, userId, row?.isOn ? row : null, code);
    if (refusal) return refusal;
    await proved(tx, userId, sessionId, 'totp', origin);
  });
