// Codes of six digits on their way to people: how often, and to where.
import { DomainError } from '@videowindow/contract';
import type { Tx } from '#platform/database';
import { networkOf } from '#platform/http';
import type { Claim } from './claims.ts';
import type { IdentityDeps, RequestOrigin } from './enter.ts';
import * as store from './store.ts';
import { makeCode, type Purpose } from './tokens.ts';

/** Numbers of spec/accounts: a code lives 10 min, comes again after 30 s, 5 an hour per claim, 20 per network. */
const CODE_LIFE_MS = 10 * 60_000;
const RESEND_AFTER_S = 30;
const PER_IDENTIFIER_HOURLY = 5;
const HOUR_MS = 3_600_000;

/** What is answered to every request for a code, whatever came of it. */
export const codeSent = { resendAfterS: RESEND_AFTER_S, expiresInS: CODE_LIFE_MS / 1000 };

/** What the job finds, sealed: whoever reads the job table can't sign in with it. */
export type CodeToSend = { channel: Claim['channel']; to: string; code: string; purpose: Purpose };
export const SEALED_FOR = 'one-time-code';

/** Sends a code for `purpose` to who is claimed, as often as is allowed. @throws DomainError rate_limited, capability_off */
export const sendCode = async (
  deps: IdentityDeps,
  tx: Tx,
  {
    claim,
    ...made
  }: { purpose: Purpose; subject: string; claim: Claim; userId?: string | null; facts?: Record<string, unknown> },
  origin: RequestOrigin,
): Promise<void> => {
  const [isThere, capability] = claim.channel === 'sms' ? [deps.smsAvailable, 'sms'] : [deps.mailAvailable, 'mail'];
  if (!isThere) throw new DomainError('capability_off', { capability });
  await limitRequests(deps, tx, claim.key, networkOf(origin.address));
  const code = await makeCode(deps.keyring, tx, { ...made, lifeMs: CODE_LIFE_MS });
  const toSend: CodeToSend = { channel: claim.channel, to: claim.address, code, purpose: made.purpose };
  const sealed = deps.keyring.encrypt(SEALED_FOR, JSON.stringify(toSend), made.purpose);
  await deps.jobs.enqueue(
    tx,
    'identity.send_code',
    { purpose: made.purpose, sealed },
    { priority: -10, maxAttempts: 5 },
  );
};

export const CAME_BACK = 'identity.code_came_back';

/** A code that went to a number has come back: who sends them is told, by a job, where they want to know. */
export const codeCameBack = async (deps: IdentityDeps, tx: Tx, number: string): Promise<void> => {
  if (!deps.smsCounted) return;
  await deps.jobs.enqueue(
    tx,
    CAME_BACK,
    { sealed: deps.keyring.encrypt(CAME_BACK, number, CAME_BACK) },
    { maxAttempts: 3 },
  );
};

/** Counts a request for a code. @throws DomainError rate_limited with the time to wait */
const limitRequests = async (deps: IdentityDeps, tx: Tx, identifier: string, network: string): Promise<void> => {
  await store.lockCodeRequests(tx, identifier, network);
  const now = await deps.database.now(tx);
  const scale = deps.rateLimitScale;
  const limits = [
    ...(scale > 1 ? [] : [{ by: 'identifier', value: identifier, max: 1, withinMs: RESEND_AFTER_S * 1000 } as const]),
    { by: 'identifier', value: identifier, max: PER_IDENTIFIER_HOURLY * scale, withinMs: HOUR_MS },
    { by: 'network', value: network, max: deps.codesPerNetwork * scale, withinMs: HOUR_MS },
  ] as const;
  for (const { by, value, max, withinMs } of limits) {
    const oldest = await store.codeRequestBefore(tx, by, value, max);
    const waitS = oldest ? Math.ceil((oldest.getTime() + withinMs - now.getTime()) / 1000) : 0;
    if (waitS > 0) throw new DomainError('rate_limited', { retryAfterS: waitS });
  }
  await store.insertCodeRequest(tx, identifier, network, now);
};
