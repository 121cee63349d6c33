// Another mail address, confirmed at both ends: the new one by a code; the old one is told at once, confirms or stops it by
// a link, and when it says nothing for three days (it may be lost) the change comes true by itself.
import { DomainError } from '@videowindow/contract';
import type { EmailChange } from '@videowindow/contract/api/email-change';
import type { Tx } from '#platform/database';
import { attemptSucceeded, takeAttempt } from '../attempts.ts';
import { tellOfChange } from '../changes.ts';
import { claimOf, normaliseEmail } from '../claims.ts';
import { sendCode } from '../codes.ts';
import { addressProved } from '../commands.ts';
import { type IdentityDeps, leave, type RequestOrigin, refuse, settle } from '../enter.ts';
import { lockUser, userByEmail, userById } from '../store.ts';
import { makeToken, redeemCode, redeemToken } from '../tokens.ts';
import { forgetVerification, noteVerification } from '../verifications.ts';
import { enqueueLetter } from './letters.ts';
import * as store from './store.ts';

export const EMAIL_CHANGE = 'identity.email_change';
const WAIT_MS = 3 * 86_400_000;

/** Sends a code to an address that is to be theirs. Whoever has it already is told by mail, and nobody else learns it. */
export const requestEmail = async (
  deps: IdentityDeps,
  me: string,
  wanted: string,
  origin: RequestOrigin,
): Promise<void> => {
  const email = normaliseEmail(wanted);
  if ((await userById(deps.database.db, me))?.email === email)
    throw new DomainError('validation_failed', { fields: [{ path: 'email', message: 'is your address already' }] });
  await deps.database.transaction(async (tx) => {
    const claim = await claimOf(deps.keyring, tx, email, origin.visitorId);
    await sendCode(deps, tx, { purpose: 'change_email', subject: me, claim, userId: me, facts: { email } }, origin);
  });
};

/** Proves the new address; from now on the old one has the word. @throws DomainError code_invalid, email_taken */
export const proveEmail = async (
  deps: IdentityDeps,
  { me, sessionId }: { me: string; sessionId: string },
  code: string,
  origin: RequestOrigin,
): Promise<EmailChange> => {
  const claim = { key: `email of ${me}`, isKnown: true };
  await takeAttempt(deps, claim, origin.address);
  return await settle(deps.database, async (tx) => {
    const redeemed = await redeemCode(deps.keyring, tx, { purpose: 'change_email', subject: me, code });
    if (!redeemed) {
      await refuse(tx, me, origin);
      return new DomainError('code_invalid');
    }
    await attemptSucceeded(tx, claim, origin.address);
    const email = String(redeemed.facts.email); // written by `requestEmail`
    const token = await makeToken(tx, { purpose: 'answer_email_change', subject: me, userId: me, lifeMs: WAIT_MS });
    const user = await lockUser(tx, me);
    if (!user) return new DomainError('sign_in_required');
    // Both ends of it are theirs: who proved an address may know that they have an account there.
    if (await userByEmail(tx, email)) return new DomainError('email_taken');
    await addressProved(tx, email);
    const now = await deps.database.now(tx);
    const takesEffectAt = new Date(now.getTime() + WAIT_MS);
    await store.putChange(tx, me, { email, sessionId, takesEffectAt });
    await deps.timers.set(tx, EMAIL_CHANGE, me, takesEffectAt);
    await enqueueLetter(deps, tx, { kind: 'asked', to: user.email, email, token, until: takesEffectAt.toISOString() });
    await tellOfChange(deps, tx, me, 'email_change_asked', origin);
    return { email, takesEffectAt: takesEffectAt.toISOString() };
  });
};

/** The person thinks better of it. Twice is once. */
export const keepEmail = (deps: IdentityDeps, me: string): Promise<void> =>
  deps.database.transaction(async (tx) => {
    await lockUser(tx, me);
    await store.takeChange(tx, me);
    await deps.timers.clear(tx, EMAIL_CHANGE, me);
  });

/**
 * What the old address says. Who stops it did not ask for it: somebody else is in their account, so everybody is out.
 * @throws DomainError link_over, email_taken
 */
export const answerChange = (
  deps: IdentityDeps,
  token: string,
  answer: 'confirm' | 'stop',
  origin: RequestOrigin,
): Promise<void> =>
  settle(deps.database, async (tx) => {
    const me = (await redeemToken(tx, 'answer_email_change', token))?.userId ?? null;
    if (me === null || !(await lockUser(tx, me))) return new DomainError('link_over');
    if (answer === 'confirm') return await apply(deps, tx, me, origin);
    if (!(await store.takeChange(tx, me))) return new DomainError('link_over');
    await deps.timers.clear(tx, EMAIL_CHANGE, me);
    await leave(deps, tx, me, {}, { actor: me, address: origin.address, requestId: origin.requestId });
    await tellOfChange(deps, tx, me, 'email_change_stopped', origin);
  });

/** The timer: the old address has said nothing. */
export const applyWhenDue = async (deps: IdentityDeps, tx: Tx, userId: string): Promise<void> => {
  await lockUser(tx, userId);
  const change = await store.changeOf(tx, userId);
  if (change && change.takesEffectAt <= (await deps.database.now(tx))) await apply(deps, tx, userId, null);
};

/** The person's row is locked. @returns a refusal for `settle`: link_over, email_taken */
const apply = async (
  deps: IdentityDeps,
  tx: Tx,
  userId: string,
  origin: RequestOrigin | null,
): Promise<DomainError | undefined> => {
  const user = await userById(tx, userId);
  const change = await store.takeChange(tx, userId);
  if (!user || !change) return new DomainError('link_over');
  await deps.timers.clear(tx, EMAIL_CHANGE, userId);
  if (!(await store.setEmail(tx, userId, change.email))) {
    await tellOfChange(deps, tx, userId, 'email_change_failed', origin);
    return new DomainError('email_taken');
  }
  await forgetVerification(tx, userId, 'email');
  await noteVerification(tx, userId, 'email', 'verified', 'code');
  const by = { actor: origin && userId, ...(origin && { address: origin.address, requestId: origin.requestId }) };
  await leave(deps, tx, userId, { but: change.sessionId }, by);
  await enqueueLetter(deps, tx, { kind: 'changed', to: user.email, email: change.email });
  await tellOfChange(deps, tx, userId, 'email_changed', origin, { before: user.email, after: change.email });
  return undefined;
};
