import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit } from '#platform/audit';
import { type Database, openDatabase, sql } from '#platform/database';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 4, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const rows = async () =>
  (await sql<{ action: string; facts: object }>`select action, facts from audit_log order by at`.execute(database.db))
    .rows;

test('a row is there exactly when its act is', async () => {
  await database.transaction((tx) =>
    recordAudit(tx, { actor: randomUUID(), action: 'role.granted', facts: { role: 'maker' } }),
  );
  await database
    .transaction(async (tx) => {
      await recordAudit(tx, { actor: null, action: 'undone' });
      throw new Error('no');
    })
    .catch(() => {});

  expect(await rows()).toEqual([{ action: 'role.granted', facts: { role: 'maker' } }]);
});

test('nobody changes or removes a row', async () => {
  await database.transaction((tx) => recordAudit(tx, { actor: null, action: 'kept' }));

  for (const attempt of [
    sql`update audit_log set action = 'other'`,
    sql`delete from audit_log`,
    sql`delete from audit_log where false`,
    sql`truncate audit_log`,
    sql`insert into audit_log select * from audit_log on conflict (id) do update set action = 'other'`,
  ]) {
    await expect(attempt.execute(database.db)).rejects.toThrow('append-only');
  }

  expect((await rows()).map((row) => row.action)).toContain('kept');
});
