/** The whole product in a test: real PostgreSQL, the sandbox on the wire, a port of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '#platform/config';
import { type App, createApp, type RoleName, roleNames, settings } from '../app.ts';
import { testDatabase } from './database.ts';

export type TestApp = App & {
  dataFolder: string;
  /** Everything that is due (events, jobs, timers, webhooks) has happened when it resolves. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the app on a database and a folder of its own. `env` overrides settings; limits are raised a thousandfold. */
export async function startTestApp(
  options: { env?: Record<string, string>; roles?: readonly RoleName[] } = {},
): Promise<TestApp> {
  const database = await testDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'videowindow-app-'));
  const app = await createApp({
    settings: readSettings(settings, {
      PORT: '0',
      METRICS_PORT: '0',
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
      RATE_LIMIT_SCALE: '1000',
      DATABASE_POOL_SIZE: '16',
      ...options.env,
    }),
    databaseUrl: database.url,
    dataFolder,
    secretKey: 'a secret that only the tests know, 32+',
    roles: options.roles ?? roleNames,
    demo: false,
  });
  await app.start();
  return {
    ...app,
    dataFolder,
    async settle() {
      // Events start jobs and jobs emit events; two quiet rounds mean that nothing is left.
      for (let quiet = 0; quiet < 2; quiet++) {
        await app.events.tail.settle();
        if ((await app.timers.runDue(app.timerHandlers)) > 0) quiet = -1;
        await app.jobs.settle();
        await app.sandbox?.settled();
      }
    },
    async stop() {
      await app.close();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
