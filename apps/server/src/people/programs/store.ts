// The SQL of keys for programs.
import type { Role } from '@videowindow/contract';
import type { Scope } from '@videowindow/contract/scopes';
import { type Reader, sql, type Tx } from '#platform/database';

export type KeyRow = {
  id: string;
  name: string;
  begins: string;
  scopes: Scope[];
  madeAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
};

const KEY = sql`
  id, name, begins, scopes, made_at as "madeAt", expires_at as "expiresAt", last_used_at as "lastUsedAt"`;

/** Those that are over as well, until the person ends them. */
export const keysOf = async (reader: Reader, userId: string): Promise<KeyRow[]> =>
  (await sql<KeyRow>`select ${KEY} from api_keys where user_id = ${userId} order by id desc`.execute(reader)).rows;

/** Adds a key unless there are `most` already: those who make keys at once take turns. @returns whether it was added */
export const insertKey = async (
  tx: Tx,
  userId: string,
  key: Omit<KeyRow, 'lastUsedAt'> & { hash: string },
  most: number,
): Promise<boolean> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`api keys ${userId}`}, 0))`.execute(tx);
  const { rows } = await sql`
    insert into api_keys (id, user_id, name, begins, key_hash, scopes, made_at, expires_at)
    select ${key.id}, ${userId}, ${key.name}, ${key.begins}, ${key.hash}, ${key.scopes}::text[], ${key.madeAt}::timestamptz,
           ${key.expiresAt}::timestamptz
    where (select count(*) from api_keys where user_id = ${userId}) < ${most}
    returning 1`.execute(tx);
  return rows.length > 0;
};

/** @returns whether it was theirs and there */
export const deleteKey = async (tx: Tx, userId: string, id: string): Promise<boolean> =>
  (await sql`delete from api_keys where id = ${id} and user_id = ${userId} returning 1`.execute(tx)).rows.length > 0;

export type LiveKey = { id: string; userId: string; roles: Role[]; scopes: Scope[]; usedLately: boolean };

/** The key behind a hash and its owner's roles; null when it is over, ended, or its owner may not come in. */
export const liveKey = async (db: Reader, hash: string): Promise<LiveKey | null> =>
  (
    await sql<LiveKey>`
      select k.id, u.id as "userId", u.roles, k.scopes,
             coalesce(k.last_used_at > app_now() - interval '10 minutes', false) as "usedLately"
      from api_keys k
      join users u on u.id = k.user_id
      where k.key_hash = ${hash} and k.expires_at > app_now() and u.status = 'active'`.execute(db)
  ).rows[0] ?? null;

export const noteUse = async (db: Reader, id: string): Promise<void> => {
  await sql`update api_keys set last_used_at = app_now() where id = ${id}`.execute(db);
};
