/** Vitest's global set-up: one PostgreSQL for all test files, with a migrated template that each of them copies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../platform/database/embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the shared PostgreSQL's own database; test files ask `testDatabase()` for theirs. */
    postgresUrl: string;
  }
}

/** Durability is what embedded.test.ts looks at; everywhere else it only costs time. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', file_copy_method: 'copy' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'videowindow-test-'));
  const postgres = await startEmbedded({ dir, settings: SETTINGS });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dir, { recursive: true });
  };
}
