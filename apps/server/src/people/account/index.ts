// account: what people decide about their own account: settings, privacy, consents.
import type { MailTopic } from '@videowindow/contract/account-choices';
import type { Reader } from '#platform/database';
import type { Room } from '#platform/room';
import * as choices from './choices.ts';
import { hasConsented } from './consents.ts';
import { type ChoicesDeps, choicesRoutes } from './routes.ts';

export { accountSettings } from './settings.ts';

/** Everybody; approved followers, of a private account; nobody, while somebody is away or gone. */
export type Reach = 'everybody' | 'followers' | 'nobody';

export type Account = ReturnType<typeof createAccount>;

export const createAccount = (deps: ChoicesDeps) => {
  const room: Room = { routes: [choicesRoutes(deps)] };
  return {
    room,
    /** Who of these shows their handle beside their bids. */
    async showsHandle(db: Reader, ids: readonly string[]): Promise<Set<string>> {
      const privacy = await choices.privacyOf(db, [...new Set(ids)]);
      return new Set([...privacy].flatMap(([id, { showHandleWhenBidding }]) => (showHandleWhenBidding ? [id] : [])));
    },
    /** Whether followers of this person need their approval. */
    isPrivate: async (db: Reader, id: string): Promise<boolean> =>
      (await choices.privacyOf(db, [id])).get(id)?.privateAccount ?? false,
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
