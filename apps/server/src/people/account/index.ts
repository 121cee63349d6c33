// account: what people decide about their own account: settings, privacy, consents, archives, leaving.
//
// Beyond the usual plan: a file for each of these, and `personal.ts`, as every room with personal data has one.

import type { MailTopic } from '@videowindow/contract/account-choices';
import type { FastifyInstance } from 'fastify';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { archiveJobs, mountArchives } from './archives.ts';
import * as choices from './choices.ts';
import { hasConsented } from './consents.ts';
import { leavingJobs, leavingTimers, welcomeBack } from './leaving.ts';
import { personal } from './personal.ts';
import { type AccountDeps, accountRoutes } from './routes.ts';

export { accountSettings, readDocuments } from './settings.ts';

/** Everybody; approved followers, of a private account; nobody, while somebody is away or gone. */
export type Reach = 'everybody' | 'followers' | 'nobody';

export type Account = ReturnType<typeof createAccount>;

export const createAccount = (deps: AccountDeps) => {
  const room: Room = {
    personal,
    routes: [accountRoutes(deps)],
    timers: leavingTimers(deps),
    jobs: { ...leavingJobs(deps), ...archiveJobs(deps) },
  };
  return {
    room,
    /** Where archives are fetched. */
    mount: (app: FastifyInstance) => mountArchives(app, deps),
    /** Somebody whose account is closed has signed in. */
    welcomeBack: (tx: Tx, userId: string) => welcomeBack(deps, tx, userId),
    /** The handle of each of these people who shows it beside their bids. */
    async handlesBesideBids(db: Reader, ids: readonly string[]): Promise<Map<string, string>> {
      const privacy = await choices.privacyOf(db, [...new Set(ids)]);
      const open = [...privacy].flatMap(([id, { showHandleWhenBidding }]) => (showHandleWhenBidding ? [id] : []));
      const users = open.length > 0 ? await deps.identity.users(db, open) : [];
      return new Map(users.flatMap(({ id, handle, status }) => (status === 'active' ? [[id, handle] as const] : [])));
    },
    /** Whether followers of this person need their approval. */
    isPrivate: async (db: Reader, id: string): Promise<boolean> =>
      (await choices.privacyOf(db, [id])).get(id)?.privateAccount ?? false,
    /** Whether nobody is told when this person is here. */
    hidesActivity: async (db: Reader, id: string): Promise<boolean> =>
      (await choices.privacyOf(db, [id])).get(id)?.hideActivity ?? false,
    /** How far what this person shows reaches at most, whatever they chose for the thing itself. */
    async reachOf(db: Reader, id: string): Promise<Reach> {
      const user = await deps.identity.user(db, id);
      if (!user || user.status === 'deactivated' || user.status === 'deleted') return 'nobody';
      return (await choices.privacyOf(db, [id])).get(id)?.privateAccount ? 'followers' : 'everybody';
    },
    /** Whether a person wants mails about this. */
    wantsMail: async (db: Reader, id: string, topic: MailTopic): Promise<boolean> =>
      (await choices.settingsOf(db, id)).mail?.[topic] ?? true,
    /** Whether what a person does may be counted: they said so, and have not taken it back. */
    allowsAnalytics: (db: Reader, id: string): Promise<boolean> => hasConsented(db, deps.documents, id, 'analytics'),
  };
};
