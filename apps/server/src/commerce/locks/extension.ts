// More time to pay: the buyer asks, the maker gives it, once.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import { type LockGuard, lockMachine } from '@videowindow/contract/machines/lock';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { authorize } from '#platform/http';
import { setReminder } from './commands.ts';
import { clocksOf, step } from './lock.ts';
import { about, EXPIRE, type LocksDeps, refused } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

/** What holds of a lock for more time; half an hour is not made longer, since others wait for what it holds. */
export const extensionFacts = ({ reason, extension }: Lock): Facts<LockGuard> => {
  const longer = reason === 'auction' || reason === 'offer' || reason === 'second_chance';
  return { notAsked: longer && extension === null, notExtended: longer && extension !== 'given' };
};

/** The buyer asks for more time. @throws DomainError not_found, invalid_transition */
export const askExtension = (deps: LocksDeps, actor: Actor, id: string, requestId: string): Promise<Lock> =>
  deps.database.transaction(async (tx) => {
    const { lock, facts } = await lockFor(deps, tx, actor, id, 'buyer');
    const all: Facts<LockGuard> = { byBuyer: true, ...facts };
    if (!step(lock.state, 'askExtension', all)) throw refused(lock, 'askExtension', all);
    const asked = await store.updateLock(tx, id, { extension: 'asked' });
    await recordAudit(tx, { actor: actor.id, action: 'lock.extension_asked', subject: id, requestId });
    await deps.events.emit(tx, 'lock.extension_asked', id, {
      ...about(asked),
      expiresAt: asked.expiresAt.toISOString(),
    });
    return asked;
  });

/** The maker gives it, asked or not. @throws DomainError not_found, invalid_transition */
export const extend = (deps: LocksDeps, actor: Actor, id: string, requestId: string): Promise<Lock> =>
  deps.database.transaction(async (tx) => {
    const { lock, facts, now } = await lockFor(deps, tx, actor, id, 'maker');
    const all: Facts<LockGuard> = { byMaker: true, ...facts };
    if (!step(lock.state, 'extend', all)) throw refused(lock, 'extend', all);
    const expiresAt = new Date(lock.expiresAt.getTime() + clocksOf(lock, deps.rules).extendMs);
    const longer = await store.updateLock(tx, id, { extension: 'given', expires_at: expiresAt });
    await deps.timers.set(tx, EXPIRE, id, expiresAt);
    await setReminder(deps, tx, longer, now);
    await recordAudit(tx, { actor: actor.id, action: 'lock.extended', subject: id, requestId });
    await deps.events.emit(tx, 'lock.extended', id, { ...about(longer), expiresAt: expiresAt.toISOString() });
    return longer;
  });

/** A lock as its maker sees it. @throws DomainError not_found */
export const heldBy = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
): Promise<{ lock: Lock; possible: string[] }> => {
  const lock = await store.findLock(deps.database.db, id);
  if (!lock) throw new DomainError('not_found');
  authorize(actor, 'lock.extend', { ownerId: lock.makerId });
  const inTime = (await deps.database.now(deps.database.db)) < lock.expiresAt;
  const facts: Facts<LockGuard> = { byMaker: true, inTime, ...extensionFacts(lock) };
  const possible = possibleCommands(lockMachine, lock.state, facts).filter((command) => command === 'extend');
  return { lock, possible };
};

const lockFor = async (deps: LocksDeps, tx: Tx, actor: Actor, id: string, side: 'buyer' | 'maker') => {
  const lock = await store.lockLock(tx, id);
  if (!lock) throw new DomainError('not_found');
  if (side === 'buyer') authorize(actor, 'lock.pay', { ownerId: lock.buyerId });
  else authorize(actor, 'lock.extend', { ownerId: lock.makerId });
  const now = await deps.database.now(tx);
  return { lock, now, facts: { inTime: now < lock.expiresAt, ...extensionFacts(lock) } };
};
