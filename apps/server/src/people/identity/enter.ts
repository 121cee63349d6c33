// The one door that all ways in lead to: it opens the session, or says why not. And the end of sessions.
import { DomainError } from '@videowindow/contract';
import type { SessionWay } from '@videowindow/contract/api/identity';
import { recordAudit } from '#platform/audit';
import { type Keyring, newId, randomToken, sha256 } from '#platform/crypto';
import type { Database, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import type { Jobs, Timers } from '#platform/jobs';
import type { Ceremonies } from './ceremonies.ts';
import { secondFactorOf } from './second-factor/store.ts';
import { endSessions, insertSession, makeRefreshToken } from './session-store.ts';
import { lockUser, type User } from './store.ts';

export type IdentityDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  timers: Timers;
  keyring: Keyring;
  ceremonies: Ceremonies;
  mailAvailable: boolean;
  smsAvailable: boolean;
  /** Who sends them wants to know which codes came back. */
  smsCounted: boolean;
  /** Scales the limits on codes, as every other limit; 1 in production. */
  rateLimitScale: number;
  /** Codes that one network may ask for in an hour. */
  codesPerNetwork: number;
  /** Somebody whose account they closed themselves has shown that it is them: opens it again. The row is locked. */
  welcomeBack(tx: Tx, userId: string): Promise<void>;
};

/** Where a request came from; `visitorId` names the browser. An app has no cookies: its session is kept by tokens. */
export type RequestOrigin = {
  address: string;
  requestId: string;
  userAgent: string | null;
  visitorId: string;
  keep: 'cookie' | 'tokens';
};

export const SESSION_LIFE_MS = 30 * 86_400_000;

/** `secret` is what the session is kept by: the cookie's value, or the first refresh token. */
export type SignedIn = {
  user: User;
  sessionId: string;
  keep: RequestOrigin['keep'];
  secret: string;
  expiresAt: Date;
  strong: boolean;
};

/**
 * Commits, and throws a refusal that `work` returned (not threw) only then: a try that was taken stays taken, a note in
 * the audit log stays written.
 */
export const settle = async <T>(database: Database, work: (tx: Tx) => Promise<T | DomainError>): Promise<T> => {
  const result = await database.transaction(work);
  if (result instanceof DomainError) throw result;
  return result;
};

/** What the second step of signing in remembers of the first. */
export type SecondStep = { way: SessionWay };
/** Time to find the app, and tries at its code. */
const SECOND_STEP = { lifeS: 600, tries: 5 };

/**
 * Opens a session for somebody who has just shown by `way` that it is them. Who has a second factor and has shown only
 * `one` is asked for it: the refusal carries the `step` with which this browser goes on. `approved`: by a session of
 * theirs that had shown all of it, which does not make two of one.
 * @returns a refusal for `settle` else: account_suspended, second_factor_required
 */
export const enter = async (
  deps: Pick<IdentityDeps, 'database' | 'ceremonies' | 'welcomeBack'>,
  tx: Tx,
  known: User,
  way: SessionWay,
  origin: RequestOrigin,
  shown: 'one' | 'two' | 'approved' = 'one',
): Promise<SignedIn | DomainError> => {
  const mayEnter = known.status === 'active' || known.status === 'deactivated';
  if (mayEnter && shown === 'one' && (await secondFactorOf(tx, known.id))) {
    const data: SecondStep = { way };
    const begun = { kind: 'second_step', origin, userId: known.id, data, ...SECOND_STEP } as const;
    return new DomainError('second_factor_required', { step: await deps.ceremonies.begin(tx, begun) });
  }
  const user = known.status === 'deactivated' ? await comeBack(deps, tx, known) : known;
  if (user.status !== 'active') {
    await refuse(tx, user.id, origin);
    return new DomainError('account_suspended');
  }
  const now = await deps.database.now(tx);
  const cookie = origin.keep === 'cookie' ? randomToken() : null;
  const expiresAt = new Date(now.getTime() + SESSION_LIFE_MS);
  const id = newId();
  const strong = shown === 'two';
  await insertSession(tx, {
    id,
    userId: user.id,
    tokenHash: cookie && sha256(cookie),
    way,
    now,
    expiresAt,
    userAgent: origin.userAgent?.slice(0, 300) ?? null,
    address: origin.address,
    visitorHash: sha256(origin.visitorId),
    strong,
  });
  await recordAudit(tx, {
    actor: user.id,
    action: 'session.started',
    subject: id,
    address: origin.address,
    requestId: origin.requestId,
    facts: { way },
  });
  const secret = cookie ?? (await makeRefreshToken(tx, id, expiresAt));
  return { user, sessionId: id, keep: origin.keep, secret, expiresAt, strong };
};

/** Whoever is erased at this very moment stays gone. */
const comeBack = async (deps: Pick<IdentityDeps, 'welcomeBack'>, tx: Tx, user: User): Promise<User> => {
  const now = await lockUser(tx, user.id);
  if (now?.status !== 'deactivated') return now ?? user;
  await deps.welcomeBack(tx, user.id);
  return { ...now, status: 'active' };
};

/** Notes a sign-in that failed. */
export const refuse = (tx: Tx, userId: string | null, origin: RequestOrigin) =>
  recordAudit(tx, {
    actor: userId,
    action: 'session.refused',
    address: origin.address,
    requestId: origin.requestId,
  });

/**
 * Ends sessions of a person, for HTTP and for sockets, in every process: `only` that one, or all `but` one.
 * @returns how many ran.
 */
export const leave = async (
  deps: Pick<IdentityDeps, 'events'>,
  tx: Tx,
  userId: string,
  which: Parameters<typeof endSessions>[2],
  by: { actor: string | null; address?: string; requestId?: string | null },
): Promise<number> => {
  const ids = await endSessions(tx, userId, which);
  await deps.events.emitAll(
    tx,
    ids.map((sessionId) => ({ type: 'session.ended', aggregate: sessionId, payload: { sessionId, userId } })),
  );
  for (const subject of ids) await recordAudit(tx, { ...by, action: 'session.ended', subject });
  return ids.length;
};
