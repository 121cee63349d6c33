// Showing once more that it is you: what can't be undone asks for a factor that was proved in this session a moment ago.
import { DomainError } from '@videowindow/contract';
import type { StepUpWay } from '@videowindow/contract/api/identity';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { claimOf } from './claims.ts';
import { codeCameBack, sendCode } from './codes.ts';
import { type IdentityDeps, type RequestOrigin, settle } from './enter.ts';
import { phoneOf } from './phone-store.ts';
import { freshness, noteProof } from './session-store.ts';
import { userById } from './store.ts';
import { redeemCode } from './tokens.ts';
import { noteVerification } from './verifications.ts';
import { stepUpWaysOf } from './ways.ts';

/** How long a proof is good for (spec/accounts). */
const FRESH_MS = 5 * 60_000;

/**
 * Lets a session through that has proved a factor in the last five minutes; signing in is such a proof. Where staff need a
 * second factor, one of theirs that has not shown it shows that first: else whoever reads their mail could put a passkey
 * of their own beside it, or take theirs away.
 * @throws DomainError step_up_required with the `ways` that this person has
 */
export const requireFresh = async (
  deps: IdentityDeps & { staffNeedSecondFactor?: boolean },
  sessionId: string | null,
): Promise<void> => {
  const { db } = deps.database;
  const session = sessionId === null ? null : await freshness(db, sessionId, FRESH_MS);
  // What is no session (a program's key) can't show that a person is there.
  if (!session) throw new DomainError('step_up_required', { ways: [] });
  const isGuarded = deps.staffNeedSecondFactor === true && session.isStaff && !session.strong;
  if (session.isFresh && !isGuarded) return;
  const ways = await stepUpWaysOf(deps, db, session.userId);
  const second = ways.filter((way) => way === 'passkey' || way === 'totp');
  if (isGuarded && second.length > 0) throw new DomainError('step_up_required', { ways: second });
  if (!session.isFresh) throw new DomainError('step_up_required', { ways });
};

/** Notes in the act's transaction that a session has proved a factor, whichever way. */
export const proved = async (tx: Tx, userId: string, sessionId: string, way: StepUpWay, origin: RequestOrigin) => {
  await noteProof(tx, sessionId, way === 'passkey' || way === 'totp');
  await recordAudit(tx, {
    actor: userId,
    action: 'session.proved',
    subject: sessionId,
    address: origin.address,
    requestId: origin.requestId,
    facts: { way },
  });
};

/** Sends a code to the person's own address or phone; it is good in this session only. */
export const sendStepUpCode = async (
  deps: IdentityDeps,
  userId: string,
  sessionId: string,
  way: 'email' | 'phone',
  origin: RequestOrigin,
) => {
  await deps.database.transaction(async (tx) => {
    const user = await userById(tx, userId);
    if (!user) throw new DomainError('sign_in_required');
    const to = way === 'phone' ? (await phoneOf(deps.keyring, tx, userId))?.number : user.email;
    if (!to) throw new DomainError('not_found');
    const claim = await claimOf(deps.keyring, tx, to, origin.visitorId);
    await sendCode(deps, tx, { purpose: 'step_up', subject: sessionId, claim, userId, facts: { way } }, origin);
  });
};

/** @throws DomainError code_invalid */
export const stepUpByCode = (
  deps: IdentityDeps,
  userId: string,
  sessionId: string,
  code: string,
  origin: RequestOrigin,
): Promise<void> =>
  settle(deps.database, async (tx) => {
    const redeemed = await redeemCode(deps.keyring, tx, { purpose: 'step_up', subject: sessionId, code });
    if (!redeemed) return new DomainError('code_invalid');
    const way = redeemed.facts.way === 'phone' ? 'phone' : 'email';
    const phone = way === 'phone' ? await phoneOf(deps.keyring, tx, userId) : null;
    if (phone) await codeCameBack(deps, tx, phone.number);
    if (way === 'email') await noteVerification(tx, userId, 'email', 'verified', 'code');
    await proved(tx, userId, sessionId, way, origin);
  });
