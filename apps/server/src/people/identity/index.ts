// identity: who is here. Users, one-time codes, sessions, roles.
import type { Role } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import type { Reader, Tx } from '#platform/database';
import type { Mailer } from '#platform/providers';
import type { Room } from '#platform/room';
import { type IdentityDeps, register } from './commands.ts';
import { codeMail } from './mail.ts';
import { identityRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import * as store from './store.ts';

export type { User } from './store.ts';

export type Identity = ReturnType<typeof createIdentity>;

export const createIdentity = (
  deps: Omit<IdentityDeps, 'mailAvailable'> & { mailer: Mailer; siteName: string; https: boolean },
) => {
  const sessions = createSessions(deps.database, deps.events, deps.https ? '__Host-vw_session' : 'vw_session');
  const identity: IdentityDeps = { ...deps, mailAvailable: deps.mailer.available };
  const room: Room = {
    routes: [identityRoutes(identity, sessions, deps.https)],
    jobs: {
      'identity.send_code': {
        async handle({ identifier, sealed }: { identifier: string; sealed: string }) {
          const code = deps.keyring.decrypt('one-time-code', sealed, identifier);
          await deps.mailer.send(codeMail(identifier, code, deps.siteName));
        },
      },
      'identity.sweep': { cron: '17 3 * * *', handle: () => store.sweepIdentity(deps.database.db) },
    },
  };
  return {
    room,
    authenticate: sessions.authenticate,
    /** One person; null when there is none. */
    user: (db: Reader, id: string) => store.userById(db, id),
    users: (db: Reader, ids: readonly string[]) => store.usersByIds(db, ids),
    /** Everybody who has a role and may sign in. */
    withRole: (db: Reader, role: Role) => store.idsWithRole(db, role),
    userByHandle: (db: Reader, handle: string) => store.userByHandle(db, handle),
    userByEmail: (db: Reader, email: string) => store.userByEmail(db, email),
    /** Profiles writes these members of a user; they live in one row with the handle's uniqueness. */
    lockUser: (tx: Tx, id: string) => store.lockUser(tx, id),
    updateUser: (tx: Tx, id: string, change: Parameters<typeof store.updateUser>[2]) =>
      store.updateUser(tx, id, change),
    /** Makes an account for an address that the caller vouches for (demo people, the command line). */
    register: (tx: Tx, person: Parameters<typeof register>[2]) => register(deps, tx, person),
    /** Gives a role, with its audit row. Twice is once. */
    async grantRole(tx: Tx, userId: string, role: Role, by: string | null) {
      await store.addRole(tx, userId, role);
      await recordAudit(tx, { actor: by, action: 'role.granted', subject: userId, facts: { role } });
      deps.database.afterCommit(tx, () => sessions.forget(userId));
    },
  };
};
