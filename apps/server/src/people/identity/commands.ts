// Signing in by a one-time code, and out again.
import { type Actor, DomainError, type Role } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import { equalInConstantTime, type Keyring, newId, randomDigits, randomToken, sha256 } from '#platform/crypto';
import type { Database, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { networkOf } from '#platform/http';
import type { Jobs } from '#platform/jobs';
import * as store from './store.ts';

/** Numbers of spec/accounts: a code lives 10 min, has 5 tries, comes again after 30 s, 5 an hour per address, 20 per network. */
const CODE_LIFE_MS = 10 * 60_000;
const CODE_TRIES = 5;
export const RESEND_AFTER_S = 30;
export const CODE_LIFE_S = CODE_LIFE_MS / 1000;
const PER_IDENTIFIER_HOURLY = 5;
const HOUR_MS = 3_600_000;
export const SESSION_LIFE_MS = 30 * 86_400_000;

export type IdentityDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  keyring: Keyring;
  mailAvailable: boolean;
  /** Scales the limits on codes, as every other limit; 1 in production. */
  rateLimitScale: number;
  /** Codes that one network may ask for in an hour. */
  codesPerNetwork: number;
};

export type RequestOrigin = { address: string; requestId: string; userAgent: string | null };

const normalise = (email: string) => email.trim().toLowerCase();

/** Sends a code to an address. Does the same, in the same time, whether or not anybody has an account there. */
export const requestCode = async (deps: IdentityDeps, email: string, origin: RequestOrigin): Promise<void> => {
  if (!deps.mailAvailable) throw new DomainError('capability_off', { capability: 'mail' });
  const identifier = normalise(email);
  const network = networkOf(origin.address);
  await deps.database.transaction(async (tx) => {
    await store.lockCodeRequests(tx, identifier, network);
    const now = await deps.database.now(tx);
    const sentAt = await store.codeSentAt(tx, identifier);
    const waitS = sentAt ? Math.ceil((sentAt.getTime() + RESEND_AFTER_S * 1000 - now.getTime()) / 1000) : 0;
    if (waitS > 0 && deps.rateLimitScale <= 1) throw new DomainError('rate_limited', { retryAfterS: waitS });
    const limits = [
      { by: 'identifier', value: identifier, max: PER_IDENTIFIER_HOURLY },
      { by: 'network', value: network, max: deps.codesPerNetwork },
    ] as const;
    for (const { by, value, max } of limits) {
      const oldest = await store.codeRequestBefore(tx, by, value, max * deps.rateLimitScale);
      const freeInS = oldest ? Math.ceil((oldest.getTime() + HOUR_MS - now.getTime()) / 1000) : 0;
      if (freeInS > 0) throw new DomainError('rate_limited', { retryAfterS: freeInS });
    }
    await store.insertCodeRequest(tx, identifier, network, now);
    const code = randomDigits(6);
    await store.putCode(tx, {
      identifier,
      codeHash: hashCode(deps, identifier, code),
      tries: CODE_TRIES,
      now,
      expiresAt: new Date(now.getTime() + CODE_LIFE_MS),
    });
    // Sealed, so that whoever reads the job table cannot sign in with it.
    const sealed = deps.keyring.encrypt('one-time-code', code, identifier);
    await deps.jobs.enqueue(tx, 'identity.send_code', { identifier, sealed }, { priority: -10, maxAttempts: 5 });
  });
};

/** A keyed hash: six digits alone could be guessed from a plain one. */
const hashCode = (deps: IdentityDeps, identifier: string, code: string) =>
  deps.keyring.sign('one-time-code', `${identifier} ${code}`);

export type SignedIn = { user: store.User; sessionToken: string; expiresAt: Date };

/**
 * Redeems a code and opens a session; at the first time it makes the account.
 * @throws DomainError code_invalid, account_suspended
 */
export const verifyCode = async (
  deps: IdentityDeps,
  email: string,
  code: string,
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const identifier = normalise(email);
  // The try is taken in a transaction of its own, so that a refusal cannot roll it back.
  const expected = await store.takeTry(deps.database.db, identifier);
  const given = hashCode(deps, identifier, code);
  if (expected === null || !equalInConstantTime(expected, given)) {
    await deps.database.transaction((tx) => refuse(tx, null, origin));
    throw new DomainError('code_invalid');
  }
  const signedIn = await deps.database.transaction(async (tx) => {
    if (!(await store.redeemCode(tx, identifier, given))) throw new DomainError('code_invalid');
    const user =
      (await store.userByEmail(tx, identifier)) ?? (await register(deps, tx, { email: identifier, roles: [] }));
    if (user.status === 'active') return await openSession(deps, tx, user, origin);
    await refuse(tx, user.id, origin);
    return null;
  });
  if (!signedIn) throw new DomainError('account_suspended');
  return signedIn;
};

/** Notes a sign-in that failed. */
const refuse = (tx: Tx, userId: string | null, origin: RequestOrigin) =>
  recordAudit(tx, {
    actor: userId,
    action: 'session.refused',
    address: origin.address,
    requestId: origin.requestId,
  });

const openSession = async (deps: IdentityDeps, tx: Tx, user: store.User, origin: RequestOrigin): Promise<SignedIn> => {
  const now = await deps.database.now(tx);
  const sessionToken = randomToken();
  const expiresAt = new Date(now.getTime() + SESSION_LIFE_MS);
  const id = newId();
  await store.insertSession(tx, {
    id,
    userId: user.id,
    tokenHash: sha256(sessionToken),
    now,
    expiresAt,
    userAgent: origin.userAgent?.slice(0, 300) ?? null,
    address: origin.address,
  });
  await recordAudit(tx, {
    actor: user.id,
    action: 'session.started',
    subject: id,
    address: origin.address,
    requestId: origin.requestId,
  });
  return { user, sessionToken, expiresAt };
};

/** What of a mail address may stand in a handle, with room left for digits that tell two of them apart. */
const handleStem = (name: string): string =>
  name
    .replace(/[^a-z0-9_.]/g, '')
    .slice(0, 20)
    .replace(/^\.+|\.+$/g, '');

/** Makes an account for a proven address, with a free handle made from it. */
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
  if (sessionId === null) return;
  await deps.database.transaction(async (tx) => {
    const ended = await store.endSession(tx, sessionId);
    if (!ended) return;
    await deps.events.emit(tx, 'session.ended', sessionId, { sessionId, userId: ended.userId });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'session.ended',
      subject: sessionId,
      address: origin.address,
      requestId: origin.requestId,
    });
  });
};
