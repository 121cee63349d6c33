// What is sent to people: gathered in memory, so that a segment costs no statement, and written every minute and at the
// end. What a CDN sends is not seen here; a killed process loses its last minute.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Database, type Reader, sql } from '#platform/database';

const WRITE_EVERY_MS = 60_000;

export type EgressDay = { day: string; answers: number; bytes: number };

export type Egress = {
  /** Counts an answer of `length` bytes when it has gone, or as much of it as was taken. */
  watch(reply: FastifyReply, length: number): void;
  /** Writes what was gathered. */
  flush(): Promise<void>;
  /** Writes by itself while the server listens, and when it closes. */
  mount(app: FastifyInstance): void;
};

export const createEgress = (database: Database): Egress => {
  let gathered = { answers: 0, bytes: 0 };

  const flush = async () => {
    const { answers, bytes } = gathered;
    if (answers === 0) return;
    gathered = { answers: 0, bytes: 0 };
    try {
      await sql`
        insert into media_egress_days (day, answers, bytes)
        values ((app_now() at time zone 'UTC')::date, ${answers}, ${bytes})
        on conflict (day) do update
        set answers = media_egress_days.answers + excluded.answers, bytes = media_egress_days.bytes + excluded.bytes`.execute(
        database.db,
      );
    } catch (error) {
      gathered = { answers: gathered.answers + answers, bytes: gathered.bytes + bytes };
      throw error;
    }
  };

  return {
    watch({ raw }, length) {
      const before = raw.socket?.bytesWritten ?? 0;
      raw.once('close', () => {
        // One answer at a time goes down a line: what was written meanwhile is this one, with its headers.
        const written = (raw.socket?.bytesWritten ?? 0) - before;
        gathered.answers++;
        gathered.bytes += raw.writableFinished ? length : Math.max(0, Math.min(length, written));
      });
    },
    flush,
    mount(app) {
      let timer: NodeJS.Timeout | undefined;
      app.addHook('onListen', async () => {
        timer = setInterval(() => {
          flush().catch((error) => app.log.warn({ err: error }, 'what was sent could not be written down'));
        }, WRITE_EVERY_MS).unref();
      });
      app.addHook('onClose', async () => {
        clearInterval(timer);
        await flush().catch((error) => app.log.warn({ err: error }, 'what was sent could not be written down'));
      });
    },
  };
};

/** The latest 90 days on which anything was sent, oldest first. */
export const egressDays = async (db: Reader): Promise<EgressDay[]> =>
  (
    await sql<EgressDay>`
      select to_char(day, 'YYYY-MM-DD') as day, answers, bytes
      from (select * from media_egress_days order by day desc limit 90) as latest
      order by latest.day`.execute(db)
  ).rows;
