// presence: who is here, and when somebody was here last. Told only to those whom a person's privacy allows to know.
import type { Presence } from '@videowindow/contract/api/people';
import type { Account } from '#people/account';
import type { Graph } from '#people/graph';
import { type Database, type Reader, sql } from '#platform/database';
import type { Room } from '#platform/room';
import { personal } from './personal.ts';

export { createPresenceNotes } from './notes.ts';

/** Who was seen within this is here: two rounds of notes, and a slow one. */
const HERE_MS = 50_000;

export type Presences = ReturnType<typeof createPresences>;

export const createPresences = ({
  database,
  account,
  graph,
}: {
  database: Database;
  account: Pick<Account, 'hidesActivity' | 'isPrivate'>;
  graph: Pick<Graph, 'follows' | 'areApart'>;
}) => {
  const room: Room = { personal };

  const maySee = async (db: Reader, id: string, reader: string | null): Promise<boolean> => {
    if (reader === id) return true;
    if (reader === null || (await account.hidesActivity(db, id))) return false;
    if (await graph.areApart(db, reader, id)) return false;
    return !(await account.isPrivate(db, id)) || (await graph.follows(db, reader, id));
  };

  return {
    room,
    /** Notes that these people are here now, in one statement. Who is gone at this moment is left out. */
    async seen(ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      await sql`
        insert into presences (user_id, seen_at)
        select id, app_now() from users where id = any(${[...new Set(ids)].sort()}::uuid[]) and status = 'active' order by id
        on conflict (user_id) do update set seen_at = greatest(presences.seen_at, excluded.seen_at)`.execute(
        database.db,
      );
    },
    /** Null for who may not know, and of somebody who was never here. The moment is told to the minute. */
    async of(db: Reader, id: string, reader: string | null): Promise<Presence | null> {
      if (!(await maySee(db, id, reader))) return null;
      const { rows } = await sql<{ seenAt: Date; online: boolean }>`
        select date_trunc('minute', seen_at) as "seenAt",
               seen_at > app_now() - make_interval(secs => ${HERE_MS / 1000}) as online
        from presences where user_id = ${id}`.execute(db);
      const row = rows[0];
      return row ? { online: row.online, lastSeenAt: row.seenAt.toISOString() } : null;
    },
  };
};
