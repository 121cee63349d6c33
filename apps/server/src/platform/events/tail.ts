// Follows the outbox up to its horizon: the highest position below which no transaction can still commit.
//
// Positions are drawn before commit, so a reader may see 12 while 11 is still on its way. To be safe the tail notes how
// far the sequence was drawn (L) and which transaction ids had been given out by then (X, read after L). Whoever drew a
// position up to L has an id below X; when the oldest running transaction is X or later, all of them have ended, and
// everything up to L can be read in order of position. Per aggregate that order is the order of its row locks.
import type { EventType } from '@videowindow/contract';
import { type Database, sql, type Tx } from '#platform/database';
import type { DomainEvent, Listener, Subscriber } from './index.ts';

const POLL_MS = 50;
const BATCH = 200;
const MAX_FAILURES = 10;
const MAX_BACKOFF_S = 60;

type Row = { position: number; id: string; type: string; aggregate: string; at: Date; payload: unknown };

export type Tail = {
  /** Starts following. Durable subscribers run only where `subscribers` are given (the worker role). */
  start(subscribers: readonly Subscriber[]): Promise<void>;
  /** Hears all events in this process. @returns how to stop. */
  listen(listener: Listener): () => void;
  /** Looks at once instead of at the next poll. */
  wake(): void;
  /** Resolves when every subscriber has handled all events that were committed before the call. For tests. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

export const createTail = (database: Database, log: { error(details: object, message: string): void }): Tail => {
  const listeners = new Set<Listener>();
  let subscribers: readonly Subscriber[] = [];
  const due = new Set<Subscriber>();
  let horizon = 0;
  let pending: { position: number; nextXid: string } | null = null;
  let stopped = true;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  let loop: Promise<void> = Promise.resolve();
  const running = new Map<Subscriber, Promise<void>>();

  const wake = () => {
    woken = true;
    wakeUp?.();
  };

  const rest = () =>
    new Promise<void>((resolve) => {
      if (woken || stopped) return resolve();
      const timer = setTimeout(resolve, POLL_MS);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => {
      wakeUp = null;
      woken = false;
    });

  /** Moves the horizon when that is safe. */
  const advance = async (): Promise<number> => {
    const drawn = await sql<{ position: number; called: boolean }>`
      select last_value as position, is_called as called from outbox_position`.execute(database.db);
    const position = drawn.rows[0]?.called ? drawn.rows[0].position : 0;
    if (pending === null && position === horizon) return horizon;
    const snapshot = await sql<{ oldest: string; next: string }>`
      select pg_snapshot_xmin(s)::text as oldest, pg_snapshot_xmax(s)::text as next
      from pg_current_snapshot() as s`.execute(database.db);
    const { oldest, next } = snapshot.rows[0] ?? { oldest: '0', next: '0' };
    if (pending && BigInt(oldest) >= BigInt(pending.nextXid)) {
      horizon = pending.position;
      pending = null;
    }
    if (position > horizon) {
      if (BigInt(oldest) >= BigInt(next)) {
        horizon = position;
        pending = null;
      } else {
        pending ??= { position, nextXid: next };
      }
    }
    return horizon;
  };

  const readRange = async (after: number, upTo: number) => {
    const { rows } = await sql<Row>`
      select position, id, type, aggregate, at, payload
      from outbox
      where position > ${after} and position <= ${upTo}
      order by position`.execute(database.db);
    return rows as unknown as DomainEvent[]; // typed when emitted
  };

  const follow = async () => {
    while (!stopped) {
      try {
        const before = horizon;
        const reached = await advance();
        if (reached > before) {
          const events = await readRange(before, reached);
          for (const listener of listeners) listener(events);
          const types = new Set<string>(events.map((event) => event.type));
          for (const subscriber of subscribers) {
            if (Object.keys(subscriber.on).some((type) => types.has(type))) due.add(subscriber);
          }
        }
        for (const subscriber of due) run(subscriber);
        if (pending) wakeUp = null;
      } catch (error) {
        if (!stopped) log.error({ err: error }, 'the tail of the outbox could not read; trying again');
      }
      await rest();
    }
  };

  /** Runs a subscriber until it has caught up; one run at a time in this process, and in all of them by the row lock. */
  const run = (subscriber: Subscriber) => {
    if (running.has(subscriber)) return;
    due.delete(subscriber);
    const work = catchUp(subscriber)
      .then((again) => {
        if (again) due.add(subscriber);
      })
      .catch((error) => {
        due.add(subscriber);
        if (!stopped) log.error({ err: error, subscriber: subscriber.name }, 'a subscriber failed');
      })
      .finally(() => running.delete(subscriber));
    running.set(subscriber, work);
  };

  /** @returns whether it has to be tried again later. */
  const catchUp = async (subscriber: Subscriber): Promise<boolean> => {
    for (let limit = BATCH; !stopped; ) {
      const step = await database
        .transaction((tx) => handleBatch(tx, subscriber, horizon, limit))
        .catch(async (error) => {
          if (limit > 1) return 'one-by-one' as const;
          await noteFailure(database, subscriber, horizon, error);
          throw error;
        });
      if (step === 'one-by-one') limit = 1;
      else if (step === 'busy') return true;
      else if (step === 'done') return false;
    }
    return true;
  };

  return {
    async start(given) {
      subscribers = given;
      stopped = false;
      for (const subscriber of subscribers) {
        await sql`
          insert into event_cursors (subscriber, position) values (${subscriber.name}, 0)
          on conflict do nothing`.execute(database.db);
        due.add(subscriber);
      }
      // What was settled before we came is history for listeners; subscribers have their cursors.
      for (let known = -1; known !== horizon; ) {
        known = horizon;
        await advance();
      }
      loop = follow();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake,
    async settle() {
      const { rows } = await sql<{ position: number; called: boolean }>`
        select last_value as position, is_called as called from outbox_position`.execute(database.db);
      const target = rows[0]?.called ? rows[0].position : 0;
      const caughtUp = () => horizon >= target && due.size === 0 && running.size === 0;
      while (!stopped && !caughtUp()) {
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

const handleBatch = async (
  tx: Tx,
  subscriber: Subscriber,
  horizon: number,
  limit: number,
): Promise<'more' | 'done' | 'busy'> => {
  const cursor = await sql<{ position: number; waiting: boolean }>`
    select position, retry_at > clock_timestamp() as waiting
    from event_cursors
    where subscriber = ${subscriber.name}
    for update skip locked`.execute(tx);
  const row = cursor.rows[0];
  if (!row || row.waiting) return 'busy';
  const { rows } = await sql<Row>`
    select position, id, type, aggregate, at, payload
    from outbox
    where type = any(${Object.keys(subscriber.on)}) and position > ${row.position} and position <= ${horizon}
    order by position
    limit ${limit}`.execute(tx);
  for (const event of rows as unknown as DomainEvent[]) {
    // The handler found under an event's type takes that event.
    const handle = subscriber.on[event.type as EventType] as
      | ((tx: Tx, event: DomainEvent) => Promise<void>)
      | undefined;
    await handle?.(tx, event);
  }
  const reached = rows.length < limit ? horizon : (rows.at(-1)?.position ?? horizon);
  await sql`
    update event_cursors set position = greatest(position, ${reached}), failures = 0, retry_at = '-infinity'
    where subscriber = ${subscriber.name}`.execute(tx);
  return rows.length < limit ? 'done' : 'more';
};

const noteFailure = async (database: Database, subscriber: Subscriber, horizon: number, error: unknown) => {
  await database.transaction(async (tx) => {
    const { rows } = await sql<{ failures: number; position: number }>`
      update event_cursors
      set failures = failures + 1,
          retry_at = clock_timestamp() + make_interval(secs => least(${MAX_BACKOFF_S}::float8, 0.1 * power(2, failures)))
      where subscriber = ${subscriber.name}
      returning failures, position`.execute(tx);
    const row = rows[0];
    if (!row || row.failures < MAX_FAILURES) return;
    await sql`
      with poisoned as (
        select position, type, payload
        from outbox
        where type = any(${Object.keys(subscriber.on)}) and position > ${row.position} and position <= ${horizon}
        order by position
        limit 1
      ), buried as (
        insert into event_dead_letters (subscriber, position, type, payload, error)
        select ${subscriber.name}, position, type, payload, ${String(error)} from poisoned
        on conflict do nothing
        returning position
      )
      update event_cursors
      set position = buried.position, failures = 0, retry_at = '-infinity'
      from buried
      where subscriber = ${subscriber.name}`.execute(tx);
  });
};
