// Follows the outbox up to its horizon: tells this process's listeners, and runs its subscribers.
import { type Database, sql } from '#platform/database';
import { createHorizon, lastDrawn } from './horizon.ts';
import type { DomainEvent, Listener, Subscriber } from './index.ts';
import { catchUp, ensureCursor } from './subscriptions.ts';

const POLL_MS = 50;
const READ_AT_ONCE = 1000;
/** Every subscriber's cursor moves at least this often, also past events it does not want: old partitions wait for it. */
const SWEEP_MS = 60_000;
/** At the start we wait this long for transactions that were already on their way. */
const START_PATIENCE_MS = 2000;

export type Tail = {
  /** Starts following. Durable subscribers run only where `subscribers` are given (the worker role). */
  start(subscribers: readonly Subscriber[]): Promise<void>;
  /** Hears all events in this process. @returns how to stop. */
  listen(listener: Listener): () => void;
  /** What listeners have been told: everything up to here, and nothing after. */
  position(): number;
  /** Looks at once instead of at the next poll. */
  wake(): void;
  /** Resolves when every subscriber has handled all events that were committed before the call. For tests. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** Milliseconds; other than the defaults only in tests. */
export type TailOptions = { pollMs?: number; sweepMs?: number };

export const createTail = (
  database: Database,
  log: { error(details: object, message: string): void },
  { pollMs = POLL_MS, sweepMs = SWEEP_MS }: TailOptions = {},
): Tail => {
  const horizon = createHorizon(database);
  const listeners = new Set<Listener>();
  let subscribers: readonly Subscriber[] = [];
  /** Subscribers that have something to do, and from when on (milliseconds). */
  const due = new Map<Subscriber, number>();
  const running = new Map<Subscriber, Promise<void>>();
  /** What listeners have been told. */
  let heard = 0;
  let stopped = true;
  let sweepAt = 0;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  let loop: Promise<void> = Promise.resolve();

  const wake = () => {
    woken = true;
    wakeUp?.();
  };

  const rest = () =>
    new Promise<void>((resolve) => {
      if (woken || stopped) return resolve();
      const timer = setTimeout(resolve, pollMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => {
      wakeUp = null;
      woken = false;
    });

  const tell = (events: readonly DomainEvent[]) => {
    for (const listener of listeners) {
      try {
        listener(events);
      } catch (error) {
        log.error({ err: error }, 'a listener to events failed');
      }
    }
  };

  const wants = (subscriber: Subscriber, types: ReadonlySet<string>) =>
    Object.keys(subscriber.on).some((type) => types.has(type));

  /** Reads what has settled since the last time. */
  const readOn = async () => {
    const reached = await horizon.advance();
    while (heard < reached) {
      const { rows } = await sql<DomainEvent>`
        select position, id, type, aggregate, at, payload
        from outbox
        where position > ${heard} and position <= ${reached}
        order by position
        limit ${READ_AT_ONCE}`.execute(database.db);
      const types = new Set<string>(rows.map((event) => event.type));
      for (const subscriber of subscribers) {
        if (!due.has(subscriber) && wants(subscriber, types)) due.set(subscriber, 0);
      }
      heard = rows.length < READ_AT_ONCE ? reached : (rows.at(-1)?.position ?? reached);
      tell(rows);
    }
  };

  /** Runs a subscriber until it has caught up; one run at a time in this process, and in all of them by the row lock. */
  const run = (subscriber: Subscriber) => {
    due.delete(subscriber);
    const tryAgain = () => due.set(subscriber, performance.now() + pollMs);
    const work = catchUp(database, subscriber, horizon.position, () => stopped)
      .then((outcome) => {
        if (outcome === 'busy') tryAgain();
      })
      .catch((error) => {
        tryAgain();
        if (!stopped) log.error({ err: error, subscriber: subscriber.name }, 'a subscriber failed');
      })
      .finally(() => running.delete(subscriber));
    running.set(subscriber, work);
  };

  const follow = async () => {
    while (!stopped) {
      try {
        await readOn();
      } catch (error) {
        if (!stopped) log.error({ err: error }, 'the tail of the outbox could not read; trying again');
      }
      if (performance.now() >= sweepAt) {
        sweepAt = performance.now() + sweepMs;
        for (const subscriber of subscribers) if (!due.has(subscriber)) due.set(subscriber, 0);
      }
      for (const [subscriber, from] of due) if (from <= performance.now() && !running.has(subscriber)) run(subscriber);
      await rest();
    }
  };

  return {
    async start(given) {
      for (const subscriber of given) await ensureCursor(database, subscriber);
      // What was settled before we came is history for listeners; subscribers have their cursors.
      const target = await lastDrawn(database);
      const giveUpAt = performance.now() + START_PATIENCE_MS;
      while ((await horizon.advance()) < target && performance.now() < giveUpAt) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      heard = Math.max(target, horizon.position());
      subscribers = given;
      for (const subscriber of given) due.set(subscriber, 0);
      sweepAt = performance.now() + sweepMs;
      stopped = false;
      loop = follow();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    position: () => heard,
    wake,
    async settle() {
      const target = await lastDrawn(database);
      const isSettled = () => heard >= target && horizon.position() >= target && due.size === 0 && running.size === 0;
      while (!stopped && !isSettled()) {
        wake();
        await Promise.race([...running.values(), new Promise((resolve) => setTimeout(resolve, 5))]);
      }
    },
    async stop() {
      stopped = true;
      wakeUp?.();
      await loop;
      await Promise.allSettled(running.values());
    },
  };
};
