// The SQL of identity: users, and who asked for codes.
import type { Role } from '@videowindow/contract';
import { type Reader, sql, type Tx } from '#platform/database';

export type UserStatus = 'active' | 'suspended' | 'banned' | 'deactivated' | 'deleted';
export type User = {
  id: string;
  email: string;
  handle: string;
  displayName: string;
  bio: string;
  city: string | null;
  /** A picture among their media, which lies above: no more than its id is known here. */
  avatarMediaId: string | null;
  /** Beyond viewer, which everybody is. */
  roles: Role[];
  status: UserStatus;
  createdAt: Date;
};

const USER = sql`id, email, handle, display_name as "displayName", bio, city, avatar_media_id as "avatarMediaId", roles, status, created_at as "createdAt"`;

export const userById = async (db: Reader, id: string): Promise<User | null> =>
  (await sql<User>`select ${USER} from users where id = ${id}`.execute(db)).rows[0] ?? null;

/** Locks the row. */
export const lockUser = async (tx: Tx, id: string): Promise<User | null> =>
  (await sql<User>`select ${USER} from users where id = ${id} for update`.execute(tx)).rows[0] ?? null;

export const usersByIds = async (db: Reader, ids: readonly string[]): Promise<User[]> =>
  (await sql<User>`select ${USER} from users where id = any(${[...ids]}::uuid[])`.execute(db)).rows;

export const userByHandle = async (db: Reader, handle: string): Promise<User | null> =>
  (await sql<User>`select ${USER} from users where handle = ${handle.toLowerCase()}`.execute(db)).rows[0] ?? null;

export const userByEmail = async (db: Reader, email: string): Promise<User | null> =>
  (await sql<User>`select ${USER} from users where email = ${email}`.execute(db)).rows[0] ?? null;

/** Adds a user; null when the address or the handle has just been taken. */
export const insertUser = async (
  tx: Tx,
  user: { id: string; email: string; handle: string; displayName: string; roles: readonly Role[] },
): Promise<User | null> =>
  (
    await sql<User>`
      insert into users (id, email, handle, display_name, roles)
      values (${user.id}, ${user.email}, ${user.handle}, ${user.displayName}, ${[...user.roles]})
      on conflict do nothing
      returning ${USER}`.execute(tx)
  ).rows[0] ?? null;

/** Changes what is given and leaves the rest, also what somebody else is changing at the same time. */
export const updateUser = async (
  tx: Tx,
  id: string,
  change: {
    handle?: string;
    displayName?: string;
    bio?: string;
    city?: string | null;
    avatarMediaId?: string | null;
  },
): Promise<User | null> => {
  const columns = [
    change.handle === undefined ? null : sql`handle = ${change.handle}`,
    change.displayName === undefined ? null : sql`display_name = ${change.displayName}`,
    change.bio === undefined ? null : sql`bio = ${change.bio}`,
    change.city === undefined ? null : sql`city = ${change.city}`,
    change.avatarMediaId === undefined ? null : sql`avatar_media_id = ${change.avatarMediaId}`,
  ].filter((column) => column !== null);
  if (columns.length === 0) return await userById(tx, id);
  const { rows } = await sql<User>`
    update users set ${sql.join(columns)} where id = ${id} returning ${USER}`.execute(tx);
  return rows[0] ?? null;
};

export const setStatus = async (tx: Tx, id: string, status: UserStatus): Promise<void> => {
  await sql`update users set status = ${status} where id = ${id}`.execute(tx);
};

/** @returns whether they did not have it before */
export const addRole = async (tx: Tx, id: string, role: Role): Promise<boolean> =>
  (
    await sql`
      update users set roles = array_append(roles, ${role}) where id = ${id} and not roles @> array[${role}]
      returning 1`.execute(tx)
  ).rows.length === 1;

/** When the `n`th last code was asked for, for this address or from this network; null when there were fewer. */
export const codeRequestBefore = async (
  tx: Tx,
  by: 'identifier' | 'network',
  value: string,
  n: number,
): Promise<Date | null> =>
  (
    await sql<{ at: Date }>`
      select at from code_requests where ${sql.ref(by)} = ${value} order by at desc offset ${n - 1} limit 1`.execute(tx)
  ).rows[0]?.at ?? null;

/** Requests for one address or from one network take turns, so that counting and adding cannot be overtaken. */
export const lockCodeRequests = async (tx: Tx, identifier: string, network: string): Promise<void> => {
  const keys = [`otp ${identifier}`, `otp ${network}`].sort();
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
};

export const insertCodeRequest = async (tx: Tx, identifier: string, network: string, now: Date): Promise<void> => {
  await sql`insert into code_requests (identifier, network, at) values (${identifier}, ${network}, ${now})`.execute(tx);
};

/** Forgets what is over. */
export const sweepIdentity = async (db: Reader): Promise<void> => {
  await sql`delete from code_requests where at < app_now() - interval '2 days'`.execute(db);
  await sql`delete from sessions where coalesce(ended_at, expires_at) < app_now() - interval '90 days'`.execute(db);
};

/** Everybody who has a role and may sign in. */
export const idsWithRole = async (reader: Reader, role: Role): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from users where roles @> array[${role}] and status = 'active' order by id`.execute(reader);
  return rows.map(({ id }) => id);
};
