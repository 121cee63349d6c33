// What admins do to accounts. Each: lock the person, decide by the machine, write, audit; the person is out within seconds.
import { type Actor, DomainError, type Role } from '@videowindow/contract';
import { apply } from '@videowindow/contract/machine';
import { type Standing, standingMachine } from '@videowindow/contract/machines/standing';
import type { Identity, User } from '#people/identity';
import { recordAudit } from '#platform/audit';
import type { Database, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { Timers } from '#platform/jobs';
import * as store from './store.ts';

export const SUSPENSION_ENDS = 'users.suspension_ends';

export type UsersDeps = {
  database: Database;
  timers: Timers;
  identity: Identity;
  /** With all that a maker has beside the role. */
  makeMaker(tx: Tx, userId: string, by: string | null): Promise<void>;
};
export type By = { actor: Actor; requestId: string; address: string };

const isStanding = (status: User['status']): status is Standing => status !== 'deleted';

/** @throws DomainError not_found, own_content where it is the admin themself */
const lockOther = async (deps: UsersDeps, tx: Tx, by: By, id: string): Promise<User & { status: Standing }> => {
  authorize(by.actor, 'user.manage');
  const user = await deps.identity.lockUser(tx, id);
  if (!user || !isStanding(user.status)) throw new DomainError('not_found');
  if (user.id === by.actor.id) throw new DomainError('own_content');
  return { ...user, status: user.status };
};

const note = (
  tx: Tx,
  by: By,
  user: User,
  action: string,
  reason: string,
  change: { before: unknown; after: unknown },
) =>
  recordAudit(tx, {
    actor: by.actor.id,
    action,
    subject: user.id,
    address: by.address,
    requestId: by.requestId,
    ...change,
    personal: { of: user.id, facts: { reason } },
  });

const move = async (
  deps: UsersDeps,
  by: By,
  id: string,
  command: 'suspend' | 'ban' | 'reinstate',
  given: { reason: string; until: Date | null },
): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const user = await lockOther(deps, tx, by, id);
    const moved = apply(standingMachine, user.status, command, { byAdmin: true });
    if (!moved.ok) throw new DomainError(moved.code, { from: moved.from, command, possible: moved.possible });
    const now = await deps.database.now(tx);
    if (given.until !== null && given.until <= now)
      throw new DomainError('validation_failed', { fields: [{ path: 'until', message: 'must be still to come' }] });
    const before = (await store.closingsOf(tx, [id])).get(id);
    await deps.identity.setStatus(tx, id, moved.to, by.actor.id);
    if (moved.to === 'active') await store.dropClosing(tx, id);
    else await store.putClosing(tx, { userId: id, ...given }, by.actor.id);
    if (given.until === null) await deps.timers.clear(tx, SUSPENSION_ENDS, id);
    else await deps.timers.set(tx, SUSPENSION_ENDS, id, given.until);
    await note(tx, by, user, `user.${PAST[command]}`, given.reason, {
      before: { status: user.status, until: before?.until ?? null },
      after: { status: moved.to, until: given.until },
    });
  });

const PAST = { suspend: 'suspended', ban: 'banned', reinstate: 'reinstated' } as const;

export const suspend = (deps: UsersDeps, by: By, id: string, reason: string, until: Date) =>
  move(deps, by, id, 'suspend', { reason, until });
export const ban = (deps: UsersDeps, by: By, id: string, reason: string) =>
  move(deps, by, id, 'ban', { reason, until: null });
export const reinstate = (deps: UsersDeps, by: By, id: string, reason: string) =>
  move(deps, by, id, 'reinstate', { reason, until: null });

/** The timer of a suspension: opens the account when its end has really come. */
export const endSuspension = async (deps: UsersDeps, tx: Tx, id: string): Promise<void> => {
  const user = await deps.identity.lockUser(tx, id);
  const closing = (await store.closingsOf(tx, [id])).get(id);
  if (user?.status !== 'suspended' || !closing?.until || closing.until > (await deps.database.now(tx))) return;
  await deps.identity.setStatus(tx, id, 'active', null);
  await store.dropClosing(tx, id);
  await recordAudit(tx, {
    actor: null,
    action: 'user.suspension_ended',
    subject: id,
    before: { status: 'suspended', until: closing.until },
    after: { status: 'active', until: null },
  });
};

/** Gives or takes a role. @throws DomainError own_content: nobody gives or takes their own */
export const setRole = async (
  deps: UsersDeps,
  by: By,
  id: string,
  change: { role: Exclude<Role, 'viewer'>; held: boolean; reason: string },
): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const user = await lockOther(deps, tx, by, id);
    const { role, held, reason } = change;
    if (user.roles.includes(role) === held) return;
    if (held && role === 'maker') await deps.makeMaker(tx, id, by.actor.id);
    if (held) await deps.identity.grantRole(tx, id, role, by.actor.id);
    else await deps.identity.revokeRole(tx, id, role, by.actor.id);
    const after = held ? [...user.roles, role] : user.roles.filter((other) => other !== role);
    await note(tx, by, user, 'user.roles_changed', reason, { before: user.roles, after });
  });

/**
 * Lets somebody in again who lost their second factor: in a day, unless it is shown before.
 * @throws DomainError own_content, invalid_transition where there is none
 */
export const releaseSecondFactor = async (deps: UsersDeps, by: By, id: string, reason: string): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const user = await lockOther(deps, tx, by, id);
    const before = await deps.identity.secondFactor(tx, id);
    const releaseAt = await deps.identity.releaseSecondFactor(tx, id);
    if (!releaseAt) throw new DomainError('invalid_transition', { from: 'off', command: 'release', possible: [] });
    await note(tx, by, user, 'user.second_factor_release_asked', reason, {
      before: { releaseAt: before?.releaseAt ?? null },
      after: { releaseAt },
    });
  });

/** @returns how many sessions ran */
export const endSessions = async (deps: UsersDeps, by: By, id: string, reason: string): Promise<number> =>
  await deps.database.transaction(async (tx) => {
    const user = await lockOther(deps, tx, by, id);
    const running = await deps.identity.sessionsOf(tx, id);
    await deps.identity.endSessions(tx, id, personId(by.actor));
    await note(tx, by, user, 'user.signed_out', reason, {
      before: { sessions: running.length },
      after: { sessions: 0 },
    });
    return running.length;
  });
