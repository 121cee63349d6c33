// A buyer's bank has promised to pay: the piece waits for its word, however long that takes. What does not come after all
// leaves the piece held while there is time to pay, else it is let go.
import type { Tx } from '#platform/database';
import { setReminder } from './commands.ts';
import { step, totalOf } from './lock.ts';
import { about, type LocksDeps } from './parts.ts';
import { letGo } from './release.ts';
import * as store from './store.ts';

/** The money is on its way. */
export const promised = async (tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  const taken = lock && step(lock.state, 'process');
  if (taken) await store.updateLock(tx, id, { state: taken.to });
};

/** It did not come. */
export const promiseBroken = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  if (!lock) return;
  const now = await deps.database.now(tx);
  const taken = step(lock.state, 'fail', { inTime: now < lock.expiresAt }) ?? step(lock.state, 'sessionEnded');
  if (!taken) return;
  if (taken.to === 'releasing') {
    await letGo(deps, tx, lock, 'failed');
    return;
  }
  const held = await store.updateLock(tx, id, { state: taken.to, payment_failed: true });
  await setReminder(deps, tx, held, now);
  await deps.events.emit(tx, 'lock.payment_failed', id, {
    ...about(held),
    total: totalOf(held),
    expiresAt: held.expiresAt.toISOString(),
  });
};
