// A worker process for jobs.test.ts, which kills it with -9 while it has a job. DATABASE_URL says where.

import { openDatabase } from '#platform/database';
import { createJobs } from '#platform/jobs';
import { createTelemetry } from '#platform/telemetry';

const { log } = createTelemetry({ level: 'error', role: 'test', destination: process.stderr });
const database = openDatabase({
  url: process.env.DATABASE_URL ?? '',
  poolSize: 5,
  statementTimeoutMs: 5000,
  idleTransactionTimeoutMs: 5000,
});
const jobs = createJobs(database, log, { heartbeatMs: 100, deadAfterMs: 500 });
await jobs.start(
  {
    hold: {
      handle: () =>
        new Promise(() => {
          process.stdout.write('holding\n');
        }),
    },
  },
  1,
);
