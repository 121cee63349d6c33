// identity: who is here. Users, ways in, sessions, roles.
import type { Role } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import type { Reader, Tx } from '#platform/database';
import type { Mailer, Texter } from '#platform/providers';
import type { Room } from '#platform/room';
import { sweepAttempts } from './attempts.ts';
import { CEREMONY, createCeremonies, sweepCeremonies } from './ceremonies.ts';
import { PHONE } from './claims.ts';
import { CAME_BACK, type CodeToSend, SEALED_FOR } from './codes.ts';
import { register } from './commands.ts';
import { deviceRoutes } from './device-sign-in/routes.ts';
import { sweepRequests } from './device-sign-in/store.ts';
import { type DirectoryFilter, removeRole, searchUsers, sessionsOf, staffWithOneFactor } from './directory.ts';
import { createDoorway } from './doorway.ts';
import { applyWhenDue, EMAIL_CHANGE } from './email-change/commands.ts';
import { emailLetter, LETTER, openLetter } from './email-change/letters.ts';
import { emailChangeRoutes } from './email-change/routes.ts';
import { type IdentityDeps, leave } from './enter.ts';
import { hasNoAdmin, setupCode, setupRoutes } from './first-admin.ts';
import { codeMail } from './mail.ts';
import { createSocialProviders, type SocialSettings } from './oidc/providers.ts';
import { receiveForms, socialRoutes } from './oidc/routes.ts';
import { passkeyRoutes } from './passkeys/routes.ts';
import { personalOf } from './personal.ts';
import { userByPhone } from './phone-store.ts';
import { sweepRefreshTokens } from './refresh-tokens.ts';
import { identityRoutes } from './routes.ts';
import { SEALED_FOR as TOTP } from './second-factor/commands.ts';
import { askRelease, dropSecondFactor, FACTOR_RELEASE, releaseWhenDue } from './second-factor/release.ts';
import { secondFactorRoutes } from './second-factor/routes.ts';
import { secondFactorOf } from './second-factor/store.ts';
import { createSessions } from './sessions.ts';
import { requireFresh } from './step-up.ts';
import * as store from './store.ts';
import { type Purpose, sweepTokens } from './tokens.ts';
import { identitySubscriber, isIdentityVerified } from './verifications.ts';

export type { SocialSettings } from './oidc/providers.ts';
export { identitySettings } from './settings.ts';
export type { User } from './store.ts';

export type Identity = ReturnType<typeof createIdentity>;

export const createIdentity = (
  deps: Omit<IdentityDeps, 'mailAvailable' | 'smsAvailable' | 'smsCounted' | 'ceremonies'> & {
    mailer: Mailer;
    texter: Texter;
    siteName: string;
    https: boolean;
    /** Left out on loopback without a public address. */
    publicUrl?: string | undefined;
    /** Where links in mails lead. */
    siteUrl: () => string;
    /** Left out: nobody but ourselves lets anybody in. */
    social?: SocialSettings;
    staffNeedSecondFactor?: boolean;
  },
) => {
  const sessions = createSessions(deps, {
    cookieName: deps.https ? '__Host-vw_session' : 'vw_session',
    staffNeedSecondFactor: deps.staffNeedSecondFactor ?? false,
  });
  const identity = {
    ...deps,
    mailAvailable: deps.mailer.available,
    smsAvailable: deps.texter.available,
    smsCounted: deps.texter.codeCameBack !== null,
    ceremonies: createCeremonies(deps),
  };
  const social = deps.social ? createSocialProviders(deps.social, deps.database.clock) : {};
  const doorway = createDoorway({ ...deps, sessions });
  const room: Room = {
    personal: personalOf(deps.keyring),
    subscribers: [identitySubscriber],
    routes: [
      setupRoutes(identity, doorway),
      identityRoutes(identity, sessions, doorway),
      socialRoutes({ ...identity, social }, doorway),
      passkeyRoutes(identity, doorway),
      secondFactorRoutes(identity, doorway),
      deviceRoutes(identity, doorway),
      emailChangeRoutes(identity, doorway),
    ],
    timers: {
      [EMAIL_CHANGE]: (tx, userId) => applyWhenDue(identity, tx, userId),
      [FACTOR_RELEASE]: (tx, userId) => releaseWhenDue(identity, tx, userId),
    },
    sealed: [
      { table: 'users', column: 'phone_sealed', purpose: PHONE },

      { table: 'totp_secrets', column: 'sealed', purpose: TOTP, key: 'user_id' },
      { table: 'ceremonies', column: 'sealed', purpose: CEREMONY },
    ],
    jobs: {
      'identity.send_code': {
        async handle({ purpose, sealed }: { purpose: Purpose; sealed: string }) {
          const toSend: CodeToSend = JSON.parse(deps.keyring.decrypt(SEALED_FOR, sealed, purpose));
          if (toSend.channel === 'sms') {
            const { to, code } = toSend;
            // To a number that nobody has proved no sign-in goes: each costs, and strangers could be made to get them.
            if (purpose === 'sign_in' && !(await userByPhone(deps.keyring, deps.database.db, to))) return;
            return await deps.texter.sendCode({
              to,
              code,
              text: `${code} is your ${deps.siteName} code. It is good for 10 minutes.`,
            });
          }
          const isKnown = (await store.userByEmail(deps.database.db, toSend.to)) !== null;
          const mail = codeMail(toSend, { siteName: deps.siteName, isKnown });
          if (mail) await deps.mailer.send(mail);
        },
      },
      [CAME_BACK]: {
        handle: async ({ sealed }: { sealed: string }) =>
          deps.texter.codeCameBack?.(deps.keyring.decrypt(CAME_BACK, sealed, CAME_BACK)),
      },
      [LETTER]: {
        async handle({ sealed }: { sealed: string }) {
          const site = { siteName: deps.siteName, siteUrl: deps.siteUrl() };
          if (deps.mailer.available) await deps.mailer.send(emailLetter(openLetter(identity, sealed), site));
        },
      },
      'identity.sweep': {
        cron: '17 3 * * *',
        async handle() {
          await store.sweepIdentity(deps.database.db);
          await sweepTokens(deps.database.db);
          await sweepCeremonies(deps.database.db);
          await sweepRequests(deps.database.db);
          await sweepAttempts(deps.database.db);
          await sweepRefreshTokens(deps.database.db);
        },
      },
    },
  };
  /** Ends the sessions of a person whose rights have changed, all but `keep`: within seconds, in every process. */
  const endSessions = async (tx: Tx, userId: string, by: string | null, keep: string | null = null) => {
    await leave(identity, tx, userId, { but: keep }, { actor: by });
    deps.database.afterCommit(tx, () => sessions.forget(userId));
  };
  return {
    room,
    /** Providers with which one can sign in here. */
    socialProviders: Object.values(social).map(({ name }) => name),
    /** Where Apple posts its answers. */
    mount: receiveForms,
    authenticate: sessions.authenticate,
    /** Lets a session through that proved a factor in the last 5 min. @throws DomainError step_up_required */
    requireFresh: (sessionId: string | null) => requireFresh(identity, sessionId),
    /** One person; null when there is none. */
    user: (db: Reader, id: string) => store.userById(db, id),
    users: (db: Reader, ids: readonly string[]) => store.usersByIds(db, ids),
    /** With which code somebody becomes the first admin; null when there is one. */
    setupCode: async (db: Reader) => ((await hasNoAdmin(db)) ? setupCode(deps.keyring) : null),
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
    /**
     * Gives a role, with its audit row, and ends the person's other sessions; `keep` is the one in which they took it
     * themselves. Twice is once.
     */
    async grantRole(tx: Tx, userId: string, role: Role, by: string | null, keep: string | null = null) {
      const before = (await store.lockUser(tx, userId))?.roles ?? [];
      if (!(await store.addRole(tx, userId, role))) return;
      const after = [...before, role];
      await recordAudit(tx, { actor: by, action: 'role.granted', subject: userId, facts: { role }, before, after });
      await endSessions(tx, userId, by, keep);
    },
    /** Takes a role, with its audit row, and ends the person's sessions. Twice is once. */
    async revokeRole(tx: Tx, userId: string, role: Role, by: string | null) {
      const before = (await store.lockUser(tx, userId))?.roles ?? [];
      if (!(await removeRole(tx, userId, role))) return;
      const after = before.filter((other) => other !== role);
      await recordAudit(tx, { actor: by, action: 'role.revoked', subject: userId, facts: { role }, before, after });
      await endSessions(tx, userId, by);
    },
    /** Whether the payment provider has found that somebody is who they say. */
    isVerified: isIdentityVerified,
    /** Since when a person is asked for a second factor, and until when if staff let them in without; null when it is off. */
    secondFactor: secondFactorOf,
    /** Takes the second factor from who lost it, in a day. @returns when; null when it is off */
    releaseSecondFactor: (tx: Tx, userId: string) => askRelease(identity, tx, userId),
    /** Takes it and all passkeys at once, for who has the machine. @returns whether there was anything */
    dropSecondFactor: (tx: Tx, userId: string) => dropSecondFactor(identity, tx, userId),
    /** People by what one may know of them, the newest first. */
    search: (db: Reader, filter: DirectoryFilter, page: { after: string | null; limit: number }) =>
      searchUsers(db, filter, page),
    /** Where a person is signed in. */
    sessionsOf,
    staffWithOneFactor,
    endSessions,
    /** Opens or closes an account; whoever may not come in any more is out within seconds. */
    async setStatus(tx: Tx, userId: string, status: store.UserStatus, by: string | null) {
      const before = (await store.lockUser(tx, userId))?.status;
      await store.setStatus(tx, userId, status);
      await recordAudit(tx, { actor: by, action: 'user.status_set', subject: userId, before, after: status });
      if (status !== 'active') await endSessions(tx, userId, by);
    },
  };
};
