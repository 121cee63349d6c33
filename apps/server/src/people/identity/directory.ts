// People as those see them who look after the place: found by anything one may know of them, and their sessions.
import type { Role } from '@videowindow/contract';
import { type Reader, sql, type Tx } from '#platform/database';
import { deviceName, placeName } from './devices.ts';
import { runningSessions } from './session-store.ts';
import type { User, UserStatus } from './store.ts';

export type DirectoryFilter = { q?: string; role?: Role; status?: UserStatus };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** What LIKE would take for a wildcard. */
const literal = (text: string) => text.replaceAll(/[\\%_]/g, (char) => `\\${char}`);

/** The newest first (their ids sort by time); `after` is an id. */
export const searchUsers = async (
  db: Reader,
  { q = '', role, status }: DirectoryFilter,
  page: { after: string | null; limit: number },
): Promise<User[]> => {
  const text = q.trim().toLowerCase().replace(/^@/, '');
  const anywhere = `%${literal(text)}%`;
  const conditions = [
    sql`true`,
    ...(text === ''
      ? []
      : UUID.test(text)
        ? [sql`id = ${text}`]
        : [sql`(handle like ${anywhere} or email like ${anywhere} or lower(display_name) like ${anywhere})`]),
    ...(role === undefined ? [] : [sql`roles @> array[${role}]`]),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(page.after === null ? [] : [sql`id < ${page.after}`]),
  ];
  const { rows } = await sql<User>`
    select id, email, handle, display_name as "displayName", bio, city, avatar_media_id as "avatarMediaId", roles, status,
           created_at as "createdAt"
    from users
    where ${sql.join(conditions, sql` and `)}
    order by id desc
    limit ${page.limit}`.execute(db);
  return rows;
};

/** Where a person is signed in, as they see it themselves. */
export const sessionsOf = async (db: Reader, userId: string) =>
  (await runningSessions(db, userId)).map(({ id, userAgent, address, startedAt, lastSeenAt }) => ({
    id,
    device: deviceName(userAgent),
    place: placeName(address),
    startedAt,
    lastSeenAt,
  }));

/** How many of those who look after the place, and may sign in, have neither a passkey nor an authenticator app. */
export const staffWithOneFactor = async (db: Reader): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from users u
    where u.roles && array['moderator', 'admin'] and u.status = 'active'
      and not exists (select 1 from passkeys p where p.user_id = u.id)
      and not exists (select 1 from totp_secrets t where t.user_id = u.id and t.confirmed_at is not null)`.execute(db);
  return rows[0]?.n ?? 0;
};

/** @returns whether they had it */
export const removeRole = async (tx: Tx, id: string, role: Role): Promise<boolean> =>
  (
    await sql`
      update users set roles = array_remove(roles, ${role}) where id = ${id} and roles @> array[${role}]
      returning 1`.execute(tx)
  ).rows.length === 1;
