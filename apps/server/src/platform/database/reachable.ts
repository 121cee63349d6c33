// Waiting for a database that starts at the same time as we do, or comes back from a crash.
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from './index.ts';

/** Nobody listens there; the line broke; PostgreSQL is starting up, shutting down, full or just crashed; we stood still. */
const PASSING = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['08000', '08003', '08006', '53300', '57P01', '57P02', '57P03', '25P03'],
]);
/** pg's own errors have no code. */
const LOST_BY_PG =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;
const PAUSE_MS = 200;

/**
 * Resolves when the database answers.
 * @param withinMs how long it is waited for
 * @param onWait is told once, when it does not answer at once
 * @throws the database's own error: at once when waiting would not help (a wrong password), else after `withinMs`
 */
export const reachable = async (
  database: Pick<Database, 'db'>,
  withinMs: number,
  onWait: (error: unknown) => void = () => {},
): Promise<void> => {
  const giveUpAt = performance.now() + withinMs;
  for (let told = false; ; ) {
    try {
      await sql`select 1`.execute(database.db);
      return;
    } catch (error) {
      if (!isUnreachable(error) || performance.now() > giveUpAt) throw error;
      if (!told) onWait(error);
      told = true;
      await wait(PAUSE_MS);
    }
  }
};

/** Whether the database could not be asked, or did not say what became of it: to ask again is right. */
export const isUnreachable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: string; syscall?: string };
  const noSocket = code === 'ENOENT' && syscall === 'connect';
  return noSocket || (code !== undefined && PASSING.has(code)) || LOST_BY_PG.test(error.message);
};
