// Timers: rows with a due time. Late is fine, twice is harmless.
//
// A runner claims due rows in a short transaction of its own (SKIP LOCKED, a lease), then gives each to its handler in
// a new one. The handler locks its aggregate first and only then does anything touch the timer's row, the same order
// as in commands that set timers: so the two never wait for each other in a circle.
import { randomInt } from 'node:crypto';
import { commitLazily, type Database, sql, type Tx } from '#platform/database';
import type { Log } from '#platform/telemetry';

const POLL_MS = 250;
const LEASE_S = 30;
const BATCH = 100;
/** Back-off: 1 s, 2 s, 4 s ... up to 256 s. */
const MAX_DOUBLINGS = 8;

/** By kind of timer. A handler locks its aggregate, checks that the moment has really come, and acts. */
export type TimerHandlers = Readonly<Record<string, (tx: Tx, subject: string) => Promise<void>>>;

export type Timers = {
  /** Sets or moves the one timer of this kind and subject. The subject's row must be locked by `tx`. */
  set(tx: Tx, kind: string, subject: string, dueAt: Date): Promise<void>;
  clear(tx: Tx, kind: string, subject: string): Promise<void>;
  start(handlers: TimerHandlers, concurrency?: number): void;
  stop(): Promise<void>;
  /** Runs everything that is due now and returns how many that were. For tests, beside or without `start`. */
  runDue(handlers: TimerHandlers): Promise<number>;
};

type Claim = { kind: string; subject: string; epoch: number };

export const createTimers = (database: Database, log: Log, leaseS = LEASE_S): Timers => {
  const rounds = new Set<Promise<number>>();
  let stopped = true;
  let loop: Promise<void> = Promise.resolve();
  let wakeUp: (() => void) | null = null;

  const fire = async (claim: Claim, handlers: TimerHandlers) => {
    const handle = handlers[claim.kind];
    if (!handle) return;
    try {
      await database.transaction(async (tx) => {
        // What a crash takes back takes the timer's end back too, and it fires again.
        await commitLazily(tx);
        await handle(tx, claim.subject);
        await sql`
          delete from timers
          where kind = ${claim.kind} and subject = ${claim.subject} and epoch = ${claim.epoch}`.execute(tx);
      });
    } catch (error) {
      log.error({ err: error, timer: claim.kind, subject: claim.subject }, 'a timer failed; it will be tried again');
      await sql`
        update timers
        set failures = failures + 1,
            claimed_until = app_now() + make_interval(secs => power(2, least(failures, ${MAX_DOUBLINGS}::int)))
        where kind = ${claim.kind} and subject = ${claim.subject} and epoch = ${claim.epoch}`.execute(database.db);
    }
  };

  const runOnce = async (handlers: TimerHandlers, concurrency: number): Promise<number> => {
    const claims = await claimDue(database, Object.keys(handlers), leaseS);
    const queue = [...claims];
    const worker = async () => {
      for (let claim = queue.shift(); claim; claim = queue.shift()) await fire(claim, handlers);
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, claims.length) }, worker));
    return claims.length;
  };

  const round = (handlers: TimerHandlers, concurrency: number): Promise<number> => {
    const work = runOnce(handlers, concurrency).finally(() => rounds.delete(work));
    rounds.add(work);
    return work;
  };

  return {
    async set(tx, kind, subject, dueAt) {
      // An epoch is never used twice, also when the row was deleted in between: a claim of the old one must not end it.
      await sql`
        insert into timers (kind, subject, due_at, epoch) values (${kind}, ${subject}, ${dueAt}, ${randomInt(2 ** 30)})
        on conflict (kind, subject) do update
        set due_at = excluded.due_at, epoch = timers.epoch + 1, failures = 0, claimed_until = '-infinity'`.execute(tx);
    },
    async clear(tx, kind, subject) {
      await sql`delete from timers where kind = ${kind} and subject = ${subject}`.execute(tx);
    },
    start(handlers, concurrency = 4) {
      stopped = false;
      const follow = async () => {
        while (!stopped) {
          const count = await round(handlers, concurrency).catch((error) => {
            log.error({ err: error }, 'timers could not be read');
            return 0;
          });
          if (count === BATCH) continue;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, POLL_MS);
            wakeUp = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
      };
      loop = follow();
    },
    async stop() {
      stopped = true;
      wakeUp?.();
      await loop;
    },
    async runDue(handlers) {
      let total = 0;
      for (;;) {
        const count = await round(handlers, 1);
        total += count;
        // What `start` is at in this process counts as well: it was due, and is not done yet.
        const others = [...rounds];
        if (count === 0 && others.length === 0) return total;
        await Promise.allSettled(others);
      }
    },
  };
};

const claimDue = async (database: Database, kinds: readonly string[], leaseS: number): Promise<Claim[]> => {
  // In a CTE, so that the rows are locked once: as a subquery of the update it could be run again for every row.
  const { rows } = await sql<Claim>`
    with due as materialized (
      select kind, subject
      from timers
      where greatest(due_at, claimed_until) <= (select app_now()) and kind = any(${kinds})
      order by greatest(due_at, claimed_until)
      limit ${BATCH}
      for update skip locked
    )
    update timers
    set claimed_until = app_now() + make_interval(secs => ${leaseS})
    from due
    where timers.kind = due.kind and timers.subject = due.subject
    returning timers.kind, timers.subject, timers.epoch`.execute(database.db);
  return rows;
};
