// Giving back access to somebody who lost their app and their codes on paper. Staff may be lied to: the factor stays for one
// more day, the person is told at once, and whoever shows the factor within that day has shown that it is not lost.
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { tellOfChange } from '../changes.ts';
import { type IdentityDeps, leave } from '../enter.ts';
import { removePasskeysOf } from '../passkeys/store.ts';
import { lockUser } from '../store.ts';
import * as store from './store.ts';

export const FACTOR_RELEASE = 'identity.factor_release';
const WAIT_MS = 86_400_000;

/** The caller has found that they may, holds the person's row, and writes down why. @returns when; null when it is off */
export const askRelease = async (deps: IdentityDeps, tx: Tx, userId: string): Promise<Date | null> => {
  const at = new Date((await deps.database.now(tx)).getTime() + WAIT_MS);
  if (!(await store.setRelease(tx, userId, at))) return null;
  await deps.timers.set(tx, FACTOR_RELEASE, userId, at);
  await tellOfChange(deps, tx, userId, 'second_factor_release_asked', null);
  return at;
};

/** The timer: nobody has shown it since. Whoever is still signed in somewhere signs in anew. */
export const releaseWhenDue = async (deps: IdentityDeps, tx: Tx, userId: string): Promise<void> => {
  await lockUser(tx, userId);
  const row = await store.lockTotp(tx, userId);
  if (!row?.releaseAt || row.releaseAt > (await deps.database.now(tx))) return;
  await take(deps, tx, userId);
};

/**
 * At once, for who has the machine and could write into its tables as well: the way back for a sole admin, whom nobody else
 * could let in. Passkeys go too: of staff they are asked for like the app. @returns whether there was anything
 */
export const dropSecondFactor = async (deps: IdentityDeps, tx: Tx, userId: string): Promise<boolean> => {
  await lockUser(tx, userId);
  const row = await store.lockTotp(tx, userId);
  const passkeys = await removePasskeysOf(tx, userId);
  if (!row?.isOn && passkeys === 0) return false;
  await recordAudit(tx, {
    actor: null,
    action: 'user.second_factor_dropped',
    subject: userId,
    facts: { from: 'command line' },
    before: { secondFactor: row?.isOn ? 'on' : 'off', passkeys },
    after: { secondFactor: 'off', passkeys: 0 },
  });
  await deps.timers.clear(tx, FACTOR_RELEASE, userId);
  if (row?.isOn) await take(deps, tx, userId);
  else await leave(deps, tx, userId, {}, { actor: null });
  if (passkeys > 0) await tellOfChange(deps, tx, userId, 'passkey_removed', null);
  return true;
};

const take = async (deps: IdentityDeps, tx: Tx, userId: string): Promise<void> => {
  await store.removeTotp(tx, userId);
  await leave(deps, tx, userId, {}, { actor: null });
  await tellOfChange(deps, tx, userId, 'second_factor_released', null);
};
