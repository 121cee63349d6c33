// Settings and privacy: what a person chose, over what holds until they choose.
import type { AccountSettings, Privacy } from '@videowindow/contract/api/account';
import { type Reader, sql, type Tx } from '#platform/database';

type StoredPrivacy = Partial<Omit<Privacy, 'analytics'>>;

/** Open, as people expect of a place where one shows what one makes; `analytics` is a consent. */
const PRIVACY: Omit<Privacy, 'analytics'> = {
  privateAccount: false,
  mayMessage: 'everyone',
  mayComment: 'everyone',
  mayMention: 'everyone',
  hideActivity: false,
  showHandleWhenBidding: false,
  personalised: true,
};

export const settingsOf = async (db: Reader, userId: string): Promise<AccountSettings> =>
  (await sql<{ settings: AccountSettings }>`select settings from account_choices where user_id = ${userId}`.execute(db))
    .rows[0]?.settings ?? {};

/** Writes what is given and leaves the rest, also what another device writes at the same moment. */
export const changeSettings = async (
  db: Reader,
  userId: string,
  { mail, ...change }: AccountSettings,
): Promise<AccountSettings> => {
  const given = JSON.stringify(change);
  const mails = JSON.stringify(mail ?? {});
  const { rows } = await sql<{ settings: AccountSettings }>`
    insert into account_choices (user_id, settings)
    values (${userId}, ${given}::jsonb || jsonb_build_object('mail', ${mails}::jsonb))
    on conflict (user_id) do update
    set settings = account_choices.settings || ${given}::jsonb
      || jsonb_build_object('mail', coalesce(account_choices.settings->'mail', '{}') || ${mails}::jsonb)
    returning settings`.execute(db);
  return rows[0]?.settings ?? {};
};

/** Of each person what others may know; what nobody chose is as it begins. */
export const privacyOf = async (
  db: Reader,
  userIds: readonly string[],
): Promise<Map<string, Omit<Privacy, 'analytics'>>> => {
  const { rows } = await sql<{ userId: string; privacy: StoredPrivacy }>`
    select user_id as "userId", privacy from account_choices where user_id = any(${[...userIds]}::uuid[])`.execute(db);
  const chosen = new Map(rows.map(({ userId, privacy }) => [userId, privacy]));
  return new Map(userIds.map((id) => [id, { ...PRIVACY, ...chosen.get(id) }]));
};

export const changePrivacy = async (tx: Tx, userId: string, change: StoredPrivacy): Promise<void> => {
  const given = JSON.stringify(change);
  await sql`
    insert into account_choices (user_id, privacy) values (${userId}, ${given}::jsonb)
    on conflict (user_id) do update set privacy = account_choices.privacy || ${given}::jsonb`.execute(tx);
};
