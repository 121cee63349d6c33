import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const CI = process.env.CI === 'true';

/** CI's machine may stand still for a minute while its disk is copied; `npm test` names what needed the second try. */
const RETRIES = CI ? 1 : 0;

/** Files that take long come first: as the last one, each would keep the other core waiting. */
const LONG = [
  // The day of chaos and the races, which wait a lot, each beside films, which don't.
  ...['chaos/chaos.test', 'content/media/', 'chaos/races.test', 'server/src/backup/', 'scripts/'],
  ...['e2e/accessibility', 'e2e/studio', 'e2e/player', 'e2e/abandoned', 'e2e/sale'],
];

/** What looks at frames and stalls, or ends programs, has both cores for itself. */
const TIMED = ['e2e/player-frames.test.ts', 'e2e/killed.test.ts'];

/** Programs that tests start are compiled once. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache', 'node');

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const long = LONG.findIndex((part) => moduleId.includes(part));
      return long < 0 ? LONG.length : long;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    pool: 'forks',
    maxWorkers: 2, // PostgreSQL, ffmpeg and Chromium want the cores as well
    reporters: CI ? ['default', ['junit', { outputFile: 'test-results/junit.xml' }]] : ['default'],
    coverage: { provider: 'v8', include: ['apps/server/src/**', 'packages/*/src/**'], reportsDirectory: 'coverage' },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.{ts,tsx}', 'apps/web/**/*.test.{ts,tsx}'],
          isolate: false, // pure functions: nothing to keep apart
          testTimeout: 30_000,
          retry: RETRIES,
        },
      },
      {
        test: {
          name: 'integration',
          isolate: false, // the house's modules hold no state: loaded once a worker, not once a file
          include: ['apps/server/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}', 'bench/**/*.test.ts'],
          globalSetup: ['apps/server/src/testing/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxConcurrency: 2, // market days of the fault suite, each with five programs
          retry: RETRIES,
        },
      },
      {
        test: {
          name: 'e2e',
          isolate: false,
          include: ['e2e/**/*.test.ts'],
          exclude: TIMED,
          globalSetup: ['apps/server/src/testing/postgres.ts'],
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          retry: RETRIES,
        },
      },
      {
        test: {
          name: 'e2e-timed',
          isolate: false,
          include: TIMED,
          globalSetup: ['apps/server/src/testing/postgres.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          retry: RETRIES,
        },
      },
    ],
  },
});
