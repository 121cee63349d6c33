import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '#platform/database';
import { createTelemetry } from '#platform/telemetry';
import { startProbes } from './probes.ts';
import { type TestDatabase, testDatabase } from './testing/database.ts';

let own: TestDatabase;
let database: Database;
const open = (port = 0, insist = true) =>
  startProbes({
    database,
    telemetry: createTelemetry({ level: 'silent', role: 'test' }),
    host: '127.0.0.1',
    port,
    insist,
  });
const get = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 2, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
});
afterAll(() => own.drop());

test('health, readiness and metrics; until it drains, and when the database is gone', async () => {
  const probes = await open();
  const { port } = probes;

  expect(await get(port, '/healthz')).toEqual({ status: 200, text: 'ok' });
  expect(await get(port, '/readyz?verbose')).toEqual({ status: 200, text: 'ready' });
  expect((await get(port, '/metrics')).text).toMatch(/^database_connections 1$/m);
  expect((await get(port, '/nothing')).status).toBe(404);

  await database.close();
  expect((await get(port, '/readyz')).status).toBe(503);
  expect((await get(port, '/healthz')).status).toBe(200);
  probes.drain();
  expect(await get(port, '/readyz')).toEqual({ status: 503, text: 'draining' });
  await probes.close();
});

test('a port that is taken is an error where one insists, else another is taken', async () => {
  const first = await open();

  await expect(open(first.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const second = await open(first.port, false);

  expect(second.port).not.toBe(first.port);
  expect((await get(second.port, '/healthz')).status).toBe(200);
  await first.close();
  await second.close();
});
