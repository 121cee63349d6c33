// A person's phone: proved by a code, and theirs alone.
import { DomainError } from '@videowindow/contract';
import { sql } from '#platform/database';
import { attemptSucceeded, takeAttempt } from './attempts.ts';
import { tellOfChange } from './changes.ts';
import { claimOf, PHONE } from './claims.ts';
import { codeCameBack, sendCode } from './codes.ts';
import { type IdentityDeps, type RequestOrigin, refuse, settle } from './enter.ts';
import { lockUser } from './store.ts';
import { redeemCode } from './tokens.ts';
import { forgetVerification, noteVerification } from './verifications.ts';
import { assertNotLast } from './ways.ts';

/** Sends a code to a number that somebody says is theirs. */
export const requestPhone = async (
  deps: IdentityDeps,
  me: string,
  phone: string,
  origin: RequestOrigin,
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const claim = await claimOf(deps.keyring, tx, phone, origin.visitorId);
    if (claim.channel !== 'sms')
      throw new DomainError('validation_failed', { fields: [{ path: 'phone', message: 'is no number' }] });
    const sealed = deps.keyring.encrypt(PHONE, claim.address, me);
    await sendCode(deps, tx, { purpose: 'verify_phone', subject: me, claim, userId: me, facts: { sealed } }, origin);
    await noteVerification(tx, me, 'phone', 'pending', 'code');
  });
};

/**
 * Proves the number. Numbers are given to new people: who proved it last has it, and whoever had it before is told.
 * @throws DomainError code_invalid
 */
export const verifyPhone = async (
  deps: IdentityDeps,
  me: string,
  code: string,
  origin: RequestOrigin,
): Promise<void> => {
  const claim = { key: `phone of ${me}`, isKnown: true };
  await takeAttempt(deps, claim, origin.address);
  await settle(deps.database, async (tx) => {
    const redeemed = await redeemCode(deps.keyring, tx, { purpose: 'verify_phone', subject: me, code });
    if (!redeemed) {
      await noteVerification(tx, me, 'phone', 'failed', 'code');
      await refuse(tx, me, origin);
      return new DomainError('code_invalid');
    }
    const sealed = String(redeemed.facts.sealed); // written by `requestPhone`
    const number = deps.keyring.decrypt(PHONE, sealed, me);
    const index = deps.keyring.blindIndex(PHONE, number);
    // Of two who prove one number at once, the later has it.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`phone ${index}`}, 0))`.execute(tx);
    const { rows: before } = await sql<{ id: string }>`
      update users set phone_sealed = null, phone_index = null, phone_verified_at = null
      where phone_index = ${index} and id <> ${me}
      returning id`.execute(tx);
    for (const { id } of before) {
      await forgetVerification(tx, id, 'phone');
      await tellOfChange(deps, tx, id, 'phone_removed', origin);
    }
    await lockUser(tx, me);
    await forgetVerification(tx, me, 'phone');
    await noteVerification(tx, me, 'phone', 'verified', 'code');
    await sql`
      update users set phone_sealed = ${sealed}, phone_index = ${index}, phone_verified_at = app_now()
      where id = ${me}`.execute(tx);
    await attemptSucceeded(tx, claim, origin.address);
    await codeCameBack(deps, tx, number);
    await tellOfChange(deps, tx, me, 'phone_set', origin);
  });
};

/** Takes the phone away. Twice is once. @throws DomainError last_way_in */
export const removePhone = async (deps: IdentityDeps, me: string, origin: RequestOrigin): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    await assertNotLast(deps, tx, me, ({ kind }) => kind === 'phone');
    const { rows } = await sql`
      update users set phone_sealed = null, phone_index = null, phone_verified_at = null
      where id = ${me} and phone_sealed is not null
      returning 1`.execute(tx);
    await forgetVerification(tx, me, 'phone');
    if (rows.length > 0) await tellOfChange(deps, tx, me, 'phone_removed', origin);
  });
};
