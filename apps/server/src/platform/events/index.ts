// Domain events: appended in the business transaction, heard by subscribers at least once, in order per aggregate.
import type { EventPayload, EventType } from '@videowindow/contract';
import type { RawBuilder } from 'kysely';
import { newId } from '#platform/crypto';
import { type Database, sql, type Tx } from '#platform/database';
import { correlationId } from '#platform/telemetry';
import { createTail, type Tail, type TailOptions } from './tail.ts';

export { dropOldEvents, makePartitions } from './partitions.ts';
export type { Tail } from './tail.ts';

/** An event as it is read back. `position` rises; `aggregate` is the id of the thing it happened to. */
export type DomainEvent<T extends EventType = EventType> = {
  [K in T]: { position: number; id: string; type: K; aggregate: string; at: Date; payload: EventPayload<K> };
}[T];

/**
 * Effects of events inside the database. The handlers of one subscriber see events in order; their effects and the
 * subscriber's cursor commit together, so each event has its effect once. A handler that fails is tried again with
 * back-off; after 10 failures the event goes to the dead letters and the subscriber moves on.
 */
export type Subscriber = {
  name: string;
  on: { [T in EventType]?: (tx: Tx, event: DomainEvent<T>) => Promise<void> };
};

/** An event before it is written. */
export type NewEvent = { [T in EventType]: { type: T; aggregate: string; payload: EventPayload<T> } }[EventType];

/** Hears every event in this process from now on, in order, without a guarantee: for what is only shown. */
export type Listener = (events: readonly DomainEvent[]) => void;

export type Events = {
  /** Appends an event. `aggregate`'s row must be locked by this transaction, which orders its events. */
  emit<T extends EventType>(tx: Tx, type: T, aggregate: string, payload: EventPayload<T>): Promise<void>;
  /** Appends some events in their order, with one statement. */
  emitAll(tx: Tx, events: readonly NewEvent[]): Promise<void>;
  /** The same as SQL, for a statement of the caller's that does more; `tx` must run it once. */
  insertion(tx: Tx, events: readonly NewEvent[]): RawBuilder<unknown>;
  /** Events of one aggregate after a position, oldest first, at most `limit`. */
  readAggregate(aggregate: string, after: number, limit: number): Promise<DomainEvent[]>;
  /** What this process's listeners have been told up to: they hear everything after it, and nothing before. */
  position(): number;
  tail: Tail;
};

type OutboxRow = { position: number; id: string; type: string; aggregate: string; at: Date; payload: unknown };

/** Rows were typed when they were emitted. */
const asEvent = (row: OutboxRow) => row as unknown as DomainEvent;

export const createEvents = (
  database: Database,
  log: { error(details: object, message: string): void },
  options: TailOptions = {},
): Events => {
  const tail = createTail(database, log, options);
  const insertion: Events['insertion'] = (tx, list) => {
    if (list.length > 0) database.afterCommit(tx, tail.wake);
    return sql`
      insert into outbox (id, type, aggregate, payload, correlation)
      select *, ${correlationId()}::text from unnest(
        ${list.map(newId)}::uuid[], ${list.map((event) => event.type)}::text[],
        ${list.map((event) => event.aggregate)}::uuid[],
        ${list.map((event) => JSON.stringify(event.payload))}::jsonb[])`;
  };

  return {
    async emit(tx, type, aggregate, payload) {
      await sql`
        insert into outbox (id, type, aggregate, payload, correlation)
        values (${newId()}, ${type}, ${aggregate}, ${JSON.stringify(payload)}, ${correlationId()})`.execute(tx);
      database.afterCommit(tx, tail.wake);
    },
    async emitAll(tx, list) {
      if (list.length > 0) await insertion(tx, list).execute(tx);
    },
    insertion,
    async readAggregate(aggregate, after, limit) {
      const { rows } = await sql<OutboxRow>`
        select position, id, type, aggregate, at, payload
        from outbox
        where aggregate = ${aggregate} and position > ${after}
        order by position
        limit ${limit}`.execute(database.db);
      return rows.map(asEvent);
    },
    position: tail.position,
    tail,
  };
};
