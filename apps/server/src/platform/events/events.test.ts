import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase, sql, type Tx } from '#platform/database';
import {
  createEvents,
  type DomainEvent,
  dropOldEvents,
  type Events,
  makePartitions,
  type Subscriber,
} from '#platform/events';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';

let own: TestDatabase;
const opened: Database[] = [];
const running: Events[] = [];
const logged: unknown[] = [];
const log = { error: (details: object) => void logged.push(details) };

const connect = () => {
  const database = openDatabase({
    url: own.url,
    poolSize: 12,
    statementTimeoutMs: 10_000,
    idleTransactionTimeoutMs: 20_000,
  });
  opened.push(database);
  return database;
};

/** A process of its own as far as events go: its own pool, its own tail. */
const startProcess = async (subscribers: readonly Subscriber[] = [], sweepMs = 60_000) => {
  const database = connect();
  const events = createEvents(database, log, { sweepMs });
  await events.tail.start(subscribers);
  running.push(events);
  return { database, events };
};

beforeAll(async () => {
  own = await testDatabase();
  const database = connect();
  await sql`create table things (id uuid primary key, version integer not null default 0)`.execute(database.db);
  await sql`create table effects (
    n integer generated always as identity, subscriber text, event_id uuid, aggregate uuid, version integer
  )`.execute(database.db);
});
beforeEach(async () => {
  for (const events of running.splice(0)) await events.tail.stop();
  for (const database of opened.splice(1)) await database.close();
  logged.length = 0;
  await sql`truncate outbox, event_cursors, event_dead_letters, effects, things`.execute(main().db);
});
afterAll(async () => {
  for (const events of running) await events.tail.stop();
  for (const database of opened) await database.close();
  await own.drop();
});

const main = () => opened[0] as Database; // opened by beforeAll
/** Any event will do; this one has a member of free text, in which a version can be told. */
const reported = (version: number) => ({ reportId: randomUUID(), subjectId: randomUUID(), kind: String(version) });
const change = (events: Events, tx: Tx, aggregate: string, version = 0) =>
  events.emit(tx, 'report.made', aggregate, reported(version));
const versionOf = (event: DomainEvent) => (event.type === 'report.made' ? Number(event.payload.kind) : -1);

/** Writes down what it handles, in the handler's transaction. */
const recorder = (name: string, meanwhile?: (event: DomainEvent) => Promise<void> | void): Subscriber => ({
  name,
  on: {
    'report.made': async (tx, event) => {
      await sql`
        insert into effects (subscriber, event_id, aggregate, version)
        values (${name}, ${event.id}, ${event.aggregate}, ${versionOf(event)})`.execute(tx);
      await meanwhile?.(event);
    },
  },
});

type Effect = { subscriber: string; eventId: string; aggregate: string; version: number };
const effectsOf = async (subscriber: string): Promise<Effect[]> =>
  (
    await sql<Effect>`
      select subscriber, event_id as "eventId", aggregate, version from effects
      where subscriber = ${subscriber} order by n`.execute(main().db)
  ).rows;
const cursorOf = async (subscriber: string) =>
  (
    await sql<{ position: number; failures: number }>`
      select position, failures from event_cursors where subscriber = ${subscriber}`.execute(main().db)
  ).rows[0];

describe('the horizon', () => {
  test('an event whose transaction stays open while the tail looks is heard once it commits', async () => {
    const { database, events } = await startProcess([recorder('slow')]);
    const heard: string[] = [];
    events.tail.listen((batch) => heard.push(...batch.map((event) => event.aggregate)));
    const aggregate = randomUUID();

    await database.transaction(async (tx) => {
      await change(events, tx, aggregate);
      // Ten rounds of polling pass while nobody but we run.
      await sql`select pg_sleep(0.5)`.execute(tx);
      expect(heard).toEqual([]);
    });

    await eventually(() => expect(heard).toEqual([aggregate]));
    await events.tail.settle();
    expect(await effectsOf('slow')).toHaveLength(1);
  });

  test('one that drew its position first and commits last is told first, and nothing is skipped', async () => {
    const { database, events } = await startProcess([recorder('order')]);
    const heard: number[] = [];
    events.tail.listen((batch) => heard.push(...batch.map(versionOf)));
    const drawn = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();

    const slow = database.transaction(async (tx) => {
      await change(events, tx, randomUUID(), 1);
      drawn.resolve();
      await release.promise;
    });
    await drawn.promise;
    await database.transaction((tx) => change(events, tx, randomUUID(), 2));
    await sql`select pg_sleep(0.2)`.execute(main().db);
    expect(heard).toEqual([]);
    release.resolve();
    await slow;

    await eventually(() => expect(heard).toEqual([1, 2]));
    await events.tail.settle();
    expect((await effectsOf('order')).map((effect) => effect.version)).toEqual([1, 2]);
  });

  test('a transaction that got its id early, inside a savepoint or not, and drew late is waited for', async () => {
    const { database, events } = await startProcess([recorder('early')]);
    const ready = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const drew = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();

    const early = database.transaction(async (tx) => {
      await sql`insert into things (id) values (${randomUUID()})`.execute(tx);
      ready.resolve();
      await go.promise;
      await sql`savepoint inner_one`.execute(tx);
      await change(events, tx, randomUUID(), 1);
      await sql`release savepoint inner_one`.execute(tx);
      drew.resolve();
      await release.promise;
    });
    await ready.promise;
    await database.transaction((tx) => change(events, tx, randomUUID(), 0));
    go.resolve();
    await drew.promise;
    await database.transaction((tx) => change(events, tx, randomUUID(), 2));
    await sql`select pg_sleep(0.2)`.execute(main().db);
    release.resolve();
    await early;

    await events.tail.settle();
    expect((await effectsOf('early')).map((effect) => effect.version)).toEqual([0, 1, 2]);
  });

  test('a long transaction that never writes to the log (a migration, another program) does not hold it up', async () => {
    const { database, events } = await startProcess();
    const heard: number[] = [];
    events.tail.listen((batch) => heard.push(...batch.map(versionOf)));
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const foreign = main().transaction(async (tx) => {
      await sql`insert into things (id) values (${randomUUID()})`.execute(tx);
      await sql`select count(*) from outbox`.execute(tx);
      begun.resolve();
      await release.promise;
    });
    await begun.promise;

    await database.transaction((tx) => change(events, tx, randomUUID(), 7));

    await eventually(() => expect(heard).toEqual([7]), 2000);
    release.resolve();
    await foreign;
  });

  test('a transaction that drew and rolled back leaves a hole, nothing else', async () => {
    const { database, events } = await startProcess([recorder('hole')]);

    await database
      .transaction(async (tx) => {
        await change(events, tx, randomUUID(), 1);
        throw new Error('no');
      })
      .catch(() => {});
    await database.transaction((tx) => change(events, tx, randomUUID(), 2));

    await events.tail.settle();
    expect((await effectsOf('hole')).map((effect) => effect.version)).toEqual([2]);
  });

  test('a listener that starts while a transaction is on its way hears its event', async () => {
    const writer = await startProcess();
    const drawn = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const slow = writer.database.transaction(async (tx) => {
      await change(writer.events, tx, randomUUID(), 1);
      drawn.resolve();
      await release.promise;
    });
    await drawn.promise;
    const reader = { database: connect(), heard: [] as number[] };
    const events = createEvents(reader.database, log);
    events.tail.listen((batch) => reader.heard.push(...batch.map(versionOf)));

    const starting = events.tail.start([]);
    running.push(events);
    release.resolve();
    await Promise.all([slow, starting]);
    await writer.database.transaction((tx) => change(writer.events, tx, randomUUID(), 2));

    await eventually(() => expect(reader.heard.at(-1)).toBe(2));
    // What had ended before it was ready is history; what it is told is in order.
    expect([[2], [1, 2]]).toContainEqual(reader.heard);
  });
});

describe('many writers', () => {
  const plan = fc.record({
    aggregate: fc.nat({ max: 3 }),
    events: fc.integer({ min: 1, max: 3 }),
    writesFirst: fc.boolean(),
    pauseMs: fc.constantFrom(0, 0, 0, 3, 15),
    fate: fc.constantFrom('commit', 'commit', 'commit', 'rollback', 'savepoint'),
  });

  test('each subscriber handles each committed event exactly once, in order per aggregate, over two processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 20, maxLength: 60 }), async (plans) => {
        const names = [`a${randomUUID()}`, `b${randomUUID()}`];
        await sql`truncate outbox, effects, event_cursors`.execute(main().db);
        const processes = [
          await startProcess(names.map((name) => recorder(name))),
          await startProcess(names.map((name) => recorder(name))),
        ];
        const heard = processes.map(({ events }) => {
          const list: DomainEvent[] = [];
          events.tail.listen((batch) => list.push(...batch));
          return list;
        });
        const aggregates = Array.from({ length: 4 }, () => randomUUID());
        for (const id of aggregates) await sql`insert into things (id) values (${id})`.execute(main().db);

        await Promise.all(
          plans.map(async (each, i) => {
            const { database, events } = processes[i % 2] as (typeof processes)[number];
            const aggregate = aggregates[each.aggregate] ?? '';
            await database
              .transaction(async (tx) => {
                // An id of its own before the lock: transaction ids are then in another order than the locks.
                if (each.writesFirst) await sql`insert into things (id) values (${randomUUID()})`.execute(tx);
                for (let n = 0; n < each.events; n++) {
                  const { rows } = await sql<{ version: number }>`
                    update things set version = version + 1 where id = ${aggregate} returning version`.execute(tx);
                  if (each.fate === 'savepoint') await sql`savepoint s`.execute(tx);
                  await change(events, tx, aggregate, rows[0]?.version);
                  if (each.fate === 'savepoint') await sql`release savepoint s`.execute(tx);
                  if (each.pauseMs) await sql`select pg_sleep(${each.pauseMs / 1000})`.execute(tx);
                }
                if (each.fate === 'rollback') throw new Error('planned');
              })
              .catch((error) => {
                if (error.message !== 'planned') throw error;
              });
          }),
        );
        for (const { events } of processes) await events.tail.settle();

        const { rows } = await sql<{ id: string; aggregate: string; version: number }>`
          select id, aggregate, (payload ->> 'kind')::int as version from outbox order by aggregate, version`.execute(
          main().db,
        );
        const written = rows.map((row) => `${row.aggregate} ${row.version} ${row.id}`);
        for (const name of names) {
          const handled = await effectsOf(name);
          const told = handled.map((effect) => `${effect.aggregate} ${effect.version} ${effect.eventId}`);
          expect(told.toSorted()).toEqual(written.toSorted());
          expect(isRisingPerAggregate(handled)).toBe(true);
        }
        for (const list of heard) {
          expect(list.map((event) => event.id).toSorted()).toEqual(rows.map((row) => row.id).toSorted());
          expect(
            isRisingPerAggregate(list.map((event) => ({ aggregate: event.aggregate, version: versionOf(event) }))),
          ).toBe(true);
        }
        for (const events of running.splice(0)) await events.tail.stop();
        for (const database of opened.splice(1)) await database.close();
      }),
      { numRuns: 6 },
    );
  });

  const isRisingPerAggregate = (list: readonly { aggregate: string; version: number }[]) => {
    const last = new Map<string, number>();
    return list.every(({ aggregate, version }) => {
      const rises = version > (last.get(aggregate) ?? 0);
      last.set(aggregate, version);
      return rises;
    });
  };

  test('a process with an empty cursor catches up with a long log in order', async () => {
    const { database, events } = await startProcess();
    const aggregate = randomUUID();
    for (let round = 0; round < 5; round++) {
      await database.transaction((tx) =>
        events.emitAll(
          tx,
          Array.from({ length: 130 }, (_, n) => ({
            type: 'report.made' as const,
            aggregate,
            payload: reported(round * 130 + n + 1),
          })),
        ),
      );
    }

    const late = await startProcess([recorder('late')]);
    await late.events.tail.settle();

    expect((await effectsOf('late')).map((effect) => effect.version)).toEqual(
      Array.from({ length: 650 }, (_, n) => n + 1),
    );
  });
});

describe('a subscriber that fails', () => {
  test('is tried again with back-off; its event is buried after ten failures and the next ones go on', async () => {
    const { database, events } = await startProcess([
      recorder('broken', (event) => {
        if (versionOf(event) === 2) throw new Error('cannot digest 2');
      }),
      recorder('sound'),
    ]);
    await database.transaction(async (tx) => {
      for (const version of [1, 2, 3]) await change(events, tx, randomUUID(), version);
    });

    // The others go on meanwhile, and so does what came before in the broken one.
    await eventually(async () => expect(await effectsOf('sound')).toHaveLength(3));
    await eventually(async () => expect((await cursorOf('broken'))?.failures).toBeGreaterThanOrEqual(2));
    expect((await effectsOf('broken')).map((effect) => effect.version)).toEqual([1]);
    const backOff = await sql<{ s: number }>`
      select extract(epoch from retry_at - clock_timestamp())::float8 as s from event_cursors
      where subscriber = 'broken'`.execute(main().db);
    expect(backOff.rows[0]?.s).toBeLessThan(60);
    // Time is passed by hand: each round ends the back-off that is running.
    await eventually(async () => {
      await sql`update event_cursors set retry_at = '-infinity' where failures > 0`.execute(main().db);
      expect((await effectsOf('broken')).map((effect) => effect.version)).toEqual([1, 3]);
    }, 10_000);

    const { rows } = await sql<{ subscriber: string; type: string; error: string; payload: { version: number } }>`
      select subscriber, type, error, payload from event_dead_letters`.execute(main().db);
    expect(rows).toMatchObject([
      { subscriber: 'broken', type: 'report.made', error: 'Error: cannot digest 2', payload: { kind: '2' } },
    ]);
    expect(await cursorOf('broken')).toMatchObject({ failures: 0 });
    expect(logged.length).toBe(10);
  });

  test('an event that was buried before is buried again on a replay, and does not block it', async () => {
    const { database, events } = await startProcess([
      recorder('replayed', (event) => {
        if (versionOf(event) === 1) throw new Error('still no');
      }),
    ]);
    await database.transaction(async (tx) => {
      for (const version of [1, 2]) await change(events, tx, randomUUID(), version);
    });
    const { rows } = await sql<{ position: number }>`select min(position) as position from outbox`.execute(main().db);
    await sql`
      insert into event_dead_letters (subscriber, position, type, payload, error)
      values ('replayed', ${rows[0]?.position}, 'report.made', '{}', 'the first time')`.execute(main().db);

    await eventually(async () => {
      await sql`update event_cursors set retry_at = '-infinity' where failures > 0`.execute(main().db);
      expect((await effectsOf('replayed')).map((effect) => effect.version)).toEqual([2]);
    }, 10_000);
  });

  test('its effects go back with its cursor: a batch that broke in the middle is not half done', async () => {
    let broken = true;
    const { database, events } = await startProcess([
      recorder('atomic', (event) => {
        if (broken && versionOf(event) === 3) throw new Error('later');
      }),
    ]);
    await database.transaction(async (tx) => {
      for (const version of [1, 2, 3, 4]) await change(events, tx, randomUUID(), version);
    });

    await eventually(async () => expect((await cursorOf('atomic'))?.failures).toBeGreaterThan(0));
    expect((await effectsOf('atomic')).map((effect) => effect.version)).toEqual([1, 2]);
    broken = false;

    await eventually(async () => {
      expect((await effectsOf('atomic')).map((effect) => effect.version)).toEqual([1, 2, 3, 4]);
    });
  });
});

describe('in one process', () => {
  test('a listener that throws keeps nothing from the others, nor from subscribers', async () => {
    const { database, events } = await startProcess([recorder('after a bad listener')]);
    const heard: number[] = [];
    events.tail.listen(() => {
      throw new Error('bad listener');
    });
    events.tail.listen((batch) => heard.push(...batch.map(versionOf)));

    await database.transaction((tx) => change(events, tx, randomUUID(), 1));
    await events.tail.settle();

    expect(heard).toEqual([1]);
    expect(await effectsOf('after a bad listener')).toHaveLength(1);
  });

  // Other test files have the cores too: a round that they disturbed is taken again, against the same bound.
  test('from the commit to the listener it takes less than 100 ms when nothing else happens', {
    retry: 5,
  }, async () => {
    const { database, events } = await startProcess();
    const other = await startProcess();
    let here: ((at: number) => void) | null = null;
    let there: ((at: number) => void) | null = null;
    events.tail.listen(() => here?.(performance.now()));
    other.events.tail.listen(() => there?.(performance.now()));

    const taken: { here: number; there: number }[] = [];
    for (let i = 0; i < 10; i++) {
      const heardHere = new Promise<number>((resolve) => {
        here = resolve;
      });
      const heardThere = new Promise<number>((resolve) => {
        there = resolve;
      });
      await database.transaction((tx) => change(events, tx, randomUUID(), i));
      const committed = performance.now();
      taken.push({ here: (await heardHere) - committed, there: (await heardThere) - committed });
    }

    const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
    expect(median(taken.map((each) => each.here))).toBeLessThan(100);
    expect(median(taken.map((each) => each.there))).toBeLessThan(100);
  });

  test('its position is what its listeners were told, never what is still on its way', async () => {
    const { database, events } = await startProcess();
    const before = events.position();
    let told = 0;
    events.tail.listen((batch) => {
      told = batch.at(-1)?.position ?? told;
    });

    await database.transaction(async (tx) => {
      await change(events, tx, randomUUID(), 1);
      await sql`select pg_sleep(0.15)`.execute(tx);
      expect(events.position()).toBe(before);
    });

    await eventually(() => expect(events.position()).toBeGreaterThan(before));
    expect(told).toBe(events.position());
  });

  test('stopping lets the handler that runs come to its end', async () => {
    const inside = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { database, events } = await startProcess([
      recorder('ending', async () => {
        inside.resolve();
        await release.promise;
      }),
    ]);
    await database.transaction((tx) => change(events, tx, randomUUID(), 1));
    await inside.promise;

    const stopping = events.tail.stop();
    release.resolve();
    await stopping;

    expect(await effectsOf('ending')).toHaveLength(1);
  });
});

describe('partitions', () => {
  const partitions = async () =>
    (
      await sql<{ name: string }>`
        select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'outbox'::regclass order by 1`.execute(main().db)
    ).rows.map((row) => row.name);

  test('the coming week is made once, by however many start at the same time, while writers write', async () => {
    const { database, events } = await startProcess();
    const writer = database.transaction(async (tx) => {
      await change(events, tx, randomUUID(), 1);
      await sql`select pg_sleep(0.3)`.execute(tx);
      await change(events, tx, randomUUID(), 2);
    });

    await Promise.all([makePartitions(main()), makePartitions(database), makePartitions(main())]);
    await writer;
    const names = await partitions();

    expect(names.filter((name) => name !== 'outbox_default')).toHaveLength(7);
    const indexes = await sql<{ n: number }>`
      select count(*) as n from pg_indexes where tablename = ${names.find((name) => name !== 'outbox_default')}`.execute(
      main().db,
    );
    expect(indexes.rows[0]?.n).toBe(3);
  });

  test('an old one is dropped when every cursor is past it, and kept while one is not', async () => {
    const events = createEvents(main(), log);
    await sql`
      create table outbox_20250101 partition of outbox for values from ('2025-01-01Z') to ('2025-01-02Z')`.execute(
      main().db,
    );
    await sql`
      insert into outbox (id, type, aggregate, payload, at) values
        (${randomUUID()}, 'maker.joined', ${randomUUID()}, '{}', '2025-01-01T12:00Z'),
        (${randomUUID()}, 'maker.joined', ${randomUUID()}, '{}', '2024-12-31T12:00Z')`.execute(main().db);
    await sql`insert into event_cursors (subscriber, position) values ('behind', 0)`.execute(main().db);

    expect(await dropOldEvents(main())).toEqual([]);
    await sql`update event_cursors set position = 1000000000`.execute(main().db);
    expect(await dropOldEvents(main())).toEqual(['outbox_20250101']);

    const { rows } = await sql<{ n: number }>`select count(*) as n from outbox`.execute(main().db);
    expect(rows[0]?.n).toBe(0);
    expect(events.position()).toBe(0);
  });

  test('a subscriber whose events never come moves on all the same, so that it holds back no partition', async () => {
    const idle: Subscriber = { name: 'idle', on: { 'maker.joined': async () => {} } };
    const { database, events } = await startProcess([idle], 50);
    await database.transaction((tx) => change(events, tx, randomUUID(), 1));

    const { rows } = await sql<{ position: number }>`select max(position) as position from outbox`.execute(main().db);
    await eventually(async () => expect((await cursorOf('idle'))?.position).toBe(rows[0]?.position));
  });
});
