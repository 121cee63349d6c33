// While a backup copies objects, none may go away that its rows rely on: deletions are noted and done afterwards.
//
// Whoever deletes holds a lock together with others who delete; a backup holds it alone. Both are locks of a session,
// so that a process that dies gives them back.
import { type Database, type Db, sql } from '#platform/database';
import { assertKey, type Storage } from './port.ts';

const LOCK = sql`hashtextextended('objects go away', 0)`;

/** The same place, whose deletions wait for a running backup. */
export const withDeferredDeletions = (storage: Storage, database: Database): Storage => ({
  ...storage,
  async deletePrefix(prefix) {
    assertKey(prefix);
    const done = await whileDeleting(database, () => storage.deletePrefix(prefix));
    if (!done)
      await sql`insert into storage_deletions (prefix) values (${prefix}) on conflict do nothing`.execute(database.db);
  },
});

/** Does what had to wait, in the place itself. @returns how many; none while a backup runs */
export const deleteDeferred = async (storage: Storage, database: Database): Promise<number> => {
  const { rows } = await sql<{ prefix: string }>`select prefix from storage_deletions order by asked_at`.execute(
    database.db,
  );
  let deleted = 0;
  for (const { prefix } of rows) {
    if (!(await whileDeleting(database, () => storage.deletePrefix(prefix)))) break;
    await sql`delete from storage_deletions where prefix = ${prefix}`.execute(database.db);
    deleted++;
  }
  return deleted;
};

/** Waits for deletions that run; until `work` has ended no other begins. */
export const withoutDeletions = <T>(database: Database, work: () => Promise<T>): Promise<T> =>
  database.db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection);
    return await work().finally(() => sql`select pg_advisory_unlock(${LOCK})`.execute(connection));
  });

/** Deletes when no backup runs, however long that takes. */
export const whenDeletingIsAllowed = (database: Database, work: () => Promise<void>): Promise<void> =>
  database.db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock_shared(${LOCK})`.execute(connection);
    await work().finally(() => sql`select pg_advisory_unlock_shared(${LOCK})`.execute(connection));
  });

/** @returns false when that is not allowed now */
const whileDeleting = (database: Database, work: () => Promise<void>): Promise<boolean> =>
  database.db.connection().execute(async (connection: Db) => {
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock_shared(${LOCK}) as free`.execute(
      connection,
    );
    if (!rows[0]?.free) return false;
    await work().finally(() => sql`select pg_advisory_unlock_shared(${LOCK})`.execute(connection));
    return true;
  });
