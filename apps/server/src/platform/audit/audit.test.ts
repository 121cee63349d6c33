import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Audit, createAudit, forgetPerson, recordAudit } from '#platform/audit';
import { createKeyring } from '#platform/crypto';
import { type Database, openDatabase, shiftClock, sql } from '#platform/database';
import { createEvents } from '#platform/events';
import { createJobs } from '#platform/jobs';
import { correlate, createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

const { log } = createTelemetry({ level: 'silent', role: 'test' });
const keyring = createKeyring('the secret of this installation, 32+');

let own: TestDatabase;
let database: Database;
let audit: Audit;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 8, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  audit = createAudit({ database, keyring, log });
  await audit.start();
  await audit.stop();
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const record = (entry: Parameters<typeof recordAudit>[1]) => database.transaction((tx) => recordAudit(tx, entry));
const tableOf = async () =>
  (await sql<{ action: string; facts: object }>`select action, facts from audit_log order by id`.execute(database.db))
    .rows;
const run = (statement: string) => database.pool.query(statement);

test('a row is there exactly when its act is', async () => {
  await record({ actor: randomUUID(), action: 'role.granted', facts: { role: 'maker' }, before: [], after: ['maker'] });
  await database
    .transaction(async (tx) => {
      await recordAudit(tx, { actor: null, action: 'undone' });
      throw new Error('no');
    })
    .catch(() => {});

  const written = await tableOf();
  await audit.sealNow();

  expect(written).toEqual([{ action: 'role.granted', facts: { role: 'maker', before: [], after: ['maker'] } }]);
  expect(await tableOf()).toEqual(written);
});

test('nobody changes or removes a row that was sealed', async () => {
  await record({ actor: null, action: 'kept' });
  await audit.sealNow();
  const { rows } = await run("select tableoid::regclass::text as name from audit_entries where action = 'kept'");
  expect(rows[0].name).toMatch(/^audit_entries_\d{6}$/);

  for (const table of ['audit_entries', rows[0].name]) {
    for (const attempt of [
      `update ${table} set action = 'other'`,
      `delete from ${table}`,
      'truncate audit_entries',
      `insert into ${table} select * from ${table} on conflict (seq, at) do update set action = 'other'`,
    ]) {
      await expect(run(attempt), attempt).rejects.toThrow('append-only');
    }
  }
});

test('what is written by many at once is sealed once and in one line, by whichever sealer', async () => {
  const other = createAudit({ database, keyring, log });
  const before = (await audit.verify(database.db)).entries;
  const people = Array.from({ length: 7 }, () => randomUUID());

  const written = Array.from({ length: 300 }, (_, n) =>
    record({ actor: people[n % 7] ?? null, action: 'bid.placed', address: `198.51.100.${n % 250}`, facts: { n } }),
  );
  const sealed = [audit, other, audit, other].map(async ({ sealNow }) => {
    for (let n = 0; n < 5; n++) await Promise.all([sealNow(), pause(1)]);
  });
  await Promise.all([...written, ...sealed]);
  await audit.sealNow();

  const verified = await audit.verify(database.db);
  expect(verified).toMatchObject({ entries: before + 300, problems: [] });
  expect(verified.head.seq).toBe(before + 300);
});

describe('somebody who has the database, but not the secret,', () => {
  const inTransit = async (statements: readonly string[], look: () => Promise<void>) => {
    await run('create table kept_entries as table audit_entries');
    await run('create table kept_head as table audit_head');
    await run('alter table audit_entries disable trigger user');
    for (const statement of statements) await run(statement);
    await look();
    await run('delete from audit_entries');
    await run('insert into audit_entries select * from kept_entries');
    await run('update audit_head set (seq, stamp) = (select seq, stamp from kept_head)');
    await run('alter table audit_entries enable trigger user');
    await run('drop table kept_entries, kept_head');
  };
  const idOf = async (seq: number) => (await run(`select id from audit_entries where seq = ${seq}`)).rows[0].id;

  beforeEach(async () => {
    for (let n = 0; n < 6; n++) await record({ actor: null, action: 'kept', facts: { n } });
    await audit.sealNow();
  });
  afterEach(async () => expect((await audit.verify(database.db)).problems).toEqual([]));

  test('cannot change a row without being told which', async () => {
    const { head } = await audit.verify(database.db);
    for (const change of [
      "action = 'other'",
      `actor = '${randomUUID()}'`,
      "at = at + interval '1 microsecond'",
      'facts = \'{"n": 7}\'',
      "personal = 'x'",
    ]) {
      await inTransit([`update audit_entries set ${change} where seq = ${head.seq - 2}`], async () => {
        const seq = head.seq - 2;
        expect((await audit.verify(database.db)).problems, change).toEqual([
          { kind: 'changed', seq, id: await idOf(seq) },
        ]);
      });
    }
  });

  test('cannot take rows out, put one in, or cut the end off', async () => {
    const { head } = await audit.verify(database.db);
    const { seq } = head;

    await inTransit([`delete from audit_entries where seq in (${seq - 3}, ${seq - 2})`], async () => {
      expect((await audit.verify(database.db)).problems).toEqual([{ kind: 'missing', from: seq - 3, to: seq - 2 }]);
    });
    await inTransit(
      [
        `insert into audit_entries select ${seq + 1}, gen_random_uuid(), now(), null, 'made.up', null, null, '{}', null, null,
         null, stamp, stamp from audit_entries where seq = ${seq}`,
        `update audit_head set seq = seq + 1`,
      ],
      async () => {
        const problems = [{ kind: 'changed', seq: seq + 1, id: await idOf(seq + 1) }];
        expect((await audit.verify(database.db)).problems).toEqual(problems);
      },
    );
    await inTransit([`delete from audit_entries where seq = ${seq}`], async () => {
      expect((await audit.verify(database.db)).problems).toEqual([{ kind: 'missing', from: seq, to: seq }]);
    });
    // Even when they turn the head back: what the logs said of it is elsewhere.
    await inTransit(
      [
        `delete from audit_entries where seq = ${seq}`,
        `update audit_head set (seq, stamp) = (select seq, stamp from audit_entries where seq = ${seq - 1})`,
      ],
      async () => {
        expect((await audit.verify(database.db)).problems).toEqual([]);
        expect((await audit.verify(database.db, head)).problems).toEqual([{ kind: 'missing', from: seq, to: seq }]);
      },
    );
    expect((await audit.verify(database.db, head)).problems).toEqual([]);
  });
});

test('what is personal is hidden, found by admins, and gone for ever with the person; the chain stands', async () => {
  const [vera, otto] = [randomUUID(), randomUUID()];
  const aboutVera = {
    actor: vera,
    address: '198.51.100.77',
    personal: { of: vera, facts: { before: 'vera@old.test' } },
  };
  await record({ ...aboutVera, action: 'email.changed' });
  await record({ actor: otto, action: 'session.started', address: '198.51.100.88' });
  await record({ actor: null, action: 'session.refused', address: '198.51.100.99' });
  await audit.sealNow();
  const dump = JSON.stringify((await run('select * from audit_entries')).rows);
  const find = async (person: string) => audit.find(database.db, { person }, { after: null, limit: 10 });

  expect(dump).not.toMatch(/198\.51\.100\.(77|88|99)|vera@/);
  expect(await find(vera)).toMatchObject([{ address: '198.51.100.77', personal: { before: 'vera@old.test' } }]);

  await record({ ...aboutVera, action: 'email.changed' });
  await database.transaction((tx) => forgetPerson(tx, vera));
  await record({ ...aboutVera, action: 'account.erased' });
  await audit.sealNow();

  expect((await find(vera)).map(({ action, address, personal }) => ({ action, address, personal }))).toEqual(
    ['account.erased', 'email.changed', 'email.changed'].map((action) => ({ action, address: null, personal: null })),
  );
  expect(JSON.stringify((await run('select * from audit_entries, audit_people')).rows)).not.toContain('vera@');
  expect(await find(otto)).toMatchObject([{ address: '198.51.100.88' }]);
  expect(await audit.find(database.db, { action: 'session.refused' }, { after: null, limit: 1 })).toMatchObject([
    { address: '198.51.100.99' },
  ]);
  expect((await audit.verify(database.db)).problems).toEqual([]);
});

test('one request’s id goes on through events and jobs to what they record', async () => {
  const jobs = createJobs(database, log);
  const events = createEvents(database, log, { pollMs: 10 });
  await jobs.migrate();
  const person = randomUUID();
  await events.tail.start([
    {
      name: 'correlated',
      on: {
        'user.registered': async (tx) => {
          await recordAudit(tx, { actor: person, action: 'heard' });
          await jobs.enqueue(tx, 'audit.test', { n: 1 });
        },
      },
    },
  ]);
  const payloads: unknown[] = [];
  await jobs.start(
    {
      'audit.test': {
        async handle(payload: object) {
          payloads.push(payload);
          await record({ actor: person, action: 'worked' });
        },
      },
    },
    1,
  );

  await correlate('request-1', () =>
    database.transaction((tx) => events.emit(tx, 'user.registered', person, { userId: person, email: 'a@b.test' })),
  );
  await events.tail.settle();
  await jobs.settle();
  await jobs.stop();
  await events.tail.stop();

  const found = await audit.find(database.db, { requestId: 'request-1' }, { after: null, limit: 10 });
  expect(found.map(({ action }) => action)).toEqual(['worked', 'heard']);
  expect(payloads).toEqual([{ n: 1 }]);
});

test('where from is known of whatever a request does itself, and of nothing else', async () => {
  const person = randomUUID();
  await correlate(
    'request-2',
    async () => {
      await record({ actor: person, action: 'offer.made' });
      await record({ actor: person, action: 'offer.for_another', requestId: 'request-3' });
    },
    '198.51.100.66',
  );
  await record({ actor: person, action: 'offer.timed_out' });
  await audit.sealNow();

  const found = await audit.find(database.db, { person }, { after: null, limit: 10 });
  expect(found.map(({ action, address }) => [action, address])).toEqual([
    ['offer.timed_out', null],
    ['offer.for_another', null],
    ['offer.made', '198.51.100.66'],
  ]);
});

test('months that are older than they are kept go whole, the chain begins after them, and nobody else can say so', async () => {
  const keeping = createAudit({ database, keyring, log, keepMonths: 12 });
  const years = async (n: number) => await shiftClock(database, n * 366 * 86_400_000);
  await keeping.sealNow();
  const { head } = await audit.verify(database.db);
  await keeping.dropOld();
  expect((await audit.verify(database.db)).entries).toBe(head.seq);

  await years(2);
  await audit.dropOld(); // for ever
  expect((await audit.verify(database.db)).entries).toBe(head.seq);
  await Promise.all([keeping.dropOld(), keeping.dropOld(), record({ actor: null, action: 'kept' })]);
  await keeping.sealNow();

  const verified = await audit.verify(database.db);
  expect(verified).toMatchObject({ entries: 2, problems: [], head: { seq: head.seq + 2 } });
  expect((await audit.verify(database.db, head)).problems).toEqual([]);
  expect((await tableOf()).map(({ action }) => action).sort()).toEqual(['audit.months_dropped', 'kept']);
  await run('update audit_head set base_seq = base_seq + 1');
  expect((await audit.verify(database.db)).problems).toContainEqual({ kind: 'missing', from: 1, to: head.seq + 1 });
  await run('update audit_head set base_seq = base_seq - 1');
  await years(-2);
});
