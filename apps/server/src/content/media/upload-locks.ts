// One request at a time moves the bytes of an upload, whichever server process it reaches.
//
// PostgreSQL decides: an advisory lock for each upload, held by one connection of this process. A process that is killed
// loses its connection and with it the locks, at once. Who waits tells the holder, here or in another process, which
// stores what it has and lets go. Within the process requests wait for each other in memory.
import type { Lock, Locker } from '@tus/server';
import type { Pool, PoolClient } from 'pg';
import { randomToken } from '#platform/crypto';

/** Told to the client, which asks again by itself. */
const LOCKED = { status_code: 423, body: 'Another request is sending this upload\n' };
const WAIT_MS = 10_000;
const ASK_AGAIN_MS = 100;
const WANTED = 'upload_wanted';

type Holder = { release: () => void | Promise<void>; over: Promise<void> };
type Line = { client: PoolClient; close: (how: Error | true) => void };

/** @param wait milliseconds that a request waits for the one before it. */
export const createUploadLocker = (pool: Pool, wait = WAIT_MS): Locker => {
  const self = randomToken(9);
  const holders = new Map<string, Holder>();
  let line: Promise<Line> | null = null;
  /** Statements of the one connection go one after the other. */
  let last: Promise<unknown> = Promise.resolve();

  const connect = async (): Promise<Line> => {
    const client = await pool.connect();
    let open = true;
    const close: Line['close'] = (how) => {
      if (open) client.release(how);
      open = false;
    };
    client.once('error', (error) => {
      if (!open) return;
      line = null;
      close(error);
      // The locks went with the connection: whoever moves bytes has to stop.
      for (const holder of holders.values()) void holder.release();
    });
    client.on('notification', ({ payload = '' }) => {
      const [from, id = ''] = payload.split(' ');
      if (from !== self) void holders.get(id)?.release();
    });
    await client.query(`listen ${WANTED}`);
    return { client, close };
  };
  const ask = (statement: string, values: string[]): Promise<boolean> => {
    line ??= connect().catch((error) => {
      line = null;
      throw error;
    });
    const connected = line;
    const answer = last.then(async () => {
      const { client } = await connected;
      return (await client.query(statement, values)).rows[0]?.done === true;
    });
    last = answer.catch(() => {});
    return answer;
  };
  /** Nobody holds or wants anything: the connection goes, and with it whatever might be left on it. */
  const hangUpWhenIdle = () => {
    if (holders.size > 0) return;
    const connected = line;
    line = null;
    connected?.then(
      ({ close }) => close(true),
      () => {},
    );
  };

  const newLock = (id: string): Lock => {
    const name = `upload ${id}`;
    let end = () => {};
    return {
      async lock(signal, requestRelease) {
        const giveUp = AbortSignal.any([signal, AbortSignal.timeout(wait)]);
        for (let before = holders.get(id); before; before = holders.get(id)) {
          await before.release();
          await Promise.race([before.over, abortOf(giveUp)]);
        }
        const { promise: over, resolve } = Promise.withResolvers<void>();
        const own = { release: requestRelease, over };
        holders.set(id, own);
        end = () => {
          holders.delete(id);
          resolve();
          hangUpWhenIdle();
        };
        try {
          while (!(await ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as done', [name]))) {
            if (giveUp.aborted) throw LOCKED;
            await ask('select pg_notify($1, $2)', [WANTED, `${self} ${id}`]);
            await new Promise((again) => setTimeout(again, ASK_AGAIN_MS));
          }
        } catch (error) {
          end();
          throw error;
        }
      },
      async unlock() {
        try {
          await ask('select pg_advisory_unlock(hashtextextended($1, 0)) as done', [name]);
        } finally {
          end();
        }
      },
    };
  };
  return { newLock };
};

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(LOCKED);
    signal.addEventListener('abort', () => reject(LOCKED), { once: true });
  });
