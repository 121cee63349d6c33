// One request at a time moves the bytes of an upload, whichever server process it reaches.
//
// PostgreSQL decides: an advisory lock for each upload, held by one connection of this process. A process that is killed
// loses its connection and with it the locks, at once. Who waits tells the holder, here or in another process, which
// stores what it has and lets go. Within the process requests wait for each other in memory.
import { DomainError } from '@videowindow/contract';
import type { Pool, PoolClient } from 'pg';
import { randomToken } from '#platform/crypto';

export type UploadLocks = {
  /**
   * Works on an upload while nobody else does.
   * @param letGo called when another request wants it; the work should then come to its end
   * @throws DomainError upload_busy, when the one before does not let go
   */
  hold<T>(id: string, letGo: () => void, work: () => Promise<T>): Promise<T>;
};

const WAIT_MS = 10_000;
const ASK_AGAIN_MS = 100;
const WANTED = 'upload_wanted';

type Holder = { letGo: () => void; over: Promise<void> };
type Line = { client: PoolClient; close: (how: Error | true) => void };

/** @param wait milliseconds that a request waits for the one before it. */
export const createUploadLocks = (pool: Pool, wait = WAIT_MS): UploadLocks => {
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
      for (const holder of holders.values()) holder.letGo();
    });
    client.on('notification', ({ payload = '' }) => {
      const [from, id = ''] = payload.split(' ');
      if (from !== self) holders.get(id)?.letGo();
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

  /** In this process: waits for its turn. @returns what ends it */
  const takeTurn = async (id: string, letGo: () => void, giveUp: AbortSignal): Promise<() => void> => {
    for (let before = holders.get(id); before; before = holders.get(id)) {
      before.letGo();
      await Promise.race([before.over, busyAt(giveUp)]);
    }
    const { promise: over, resolve } = Promise.withResolvers<void>();
    holders.set(id, { letGo, over });
    return () => {
      holders.delete(id);
      resolve();
      hangUpWhenIdle();
    };
  };

  return {
    async hold(id, letGo, work) {
      const name = `upload ${id}`;
      const giveUp = AbortSignal.timeout(wait);
      const end = await takeTurn(id, letGo, giveUp);
      try {
        while (!(await ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as done', [name]))) {
          if (giveUp.aborted) throw new DomainError('upload_busy');
          await ask('select pg_notify($1, $2)', [WANTED, `${self} ${id}`]);
          await new Promise((again) => setTimeout(again, ASK_AGAIN_MS));
        }
        try {
          return await work();
        } finally {
          await ask('select pg_advisory_unlock(hashtextextended($1, 0)) as done', [name]);
        }
      } finally {
        end();
      }
    },
  };
};

const busyAt = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const busy = () => reject(new DomainError('upload_busy'));
    if (signal.aborted) busy();
    signal.addEventListener('abort', busy, { once: true });
  });
