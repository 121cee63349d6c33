import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from './database.ts';

test('two test files get migrated databases that know nothing of each other', async () => {
  const [one, other] = [await testDatabase(), await testDatabase()];
  const clients = [new pg.Client(one.url), new pg.Client(other.url)] as const;
  for (const client of clients) await client.connect();

  await clients[0].query('CREATE TABLE only_here ()');
  const count = "SELECT count(*)::int AS n FROM pg_tables WHERE tablename IN ('only_here', 'kysely_migration')";
  const found = await Promise.all(clients.map(async (client) => (await client.query(count)).rows[0].n));

  for (const client of clients) await client.end();
  await one.drop();
  await other.drop();
  expect(found).toEqual([2, 1]);
});
