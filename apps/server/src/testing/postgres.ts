/** Vitest's global set-up: one PostgreSQL for all test files, with a migrated template that each of them copies. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, openDatabase, startEmbedded } from '#platform/database';
import { makePartitions } from '#platform/events';
import { createJobs } from '#platform/jobs';
import { createTelemetry } from '#platform/telemetry';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the migrated database that serves as the template; test files ask `testDatabase()` for their copy. */
    postgresUrl: string;
    /** A folder that all test files of a run share, for what is made once. */
    sharedFolder: string;
  }
}

const { log } = createTelemetry({ level: 'error', role: 'test' });

/** Durability is what embedded.test.ts looks at; everywhere else it only costs time. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'videowindow-test-'));
  const postgres = await startEmbedded({ dir, settings: SETTINGS });
  const database = openDatabase({
    url: postgres.url,
    poolSize: 1,
    statementTimeoutMs: 60_000,
    idleTransactionTimeoutMs: 60_000,
  });
  await migrate(database.db);
  await createJobs(database, log).migrate();
  await makePartitions(database);
  await database.close(); // a template can be copied only while nobody is connected to it
  project.provide('postgresUrl', postgres.url);
  const sharedFolder = join(dir, 'shared');
  await mkdir(sharedFolder);
  project.provide('sharedFolder', sharedFolder);
  return async () => {
    await postgres.stop();
    await rm(dir, { recursive: true });
  };
}
