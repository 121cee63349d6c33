/** The whole product in a test: real PostgreSQL, the sandbox on the wire, a port of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '#platform/config';
import { type App, createApp, type RoleName, roleNames } from '../app.ts';
import { settings } from '../settings.ts';
import { testDatabase } from './database.ts';

export type TestApp = App & {
  dataFolder: string;
  /** Everything that is due (events, jobs, timers, webhooks) has happened when it resolves. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the app on a database and a folder of its own. `env` overrides settings; limits are raised a thousandfold. */
export async function startTestApp(
  options: {
    env?: Record<string, string>;
    roles?: readonly RoleName[];
    webFolder?: string;
    logTo?: NodeJS.WritableStream;
  } = {},
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
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
    ...(options.webFolder === undefined ? {} : { webFolder: options.webFolder }),
  });
  await app.start();
  return {
    ...app,
    dataFolder,
    async settle() {
      // Events start jobs, jobs call providers, providers send webhooks, webhooks start jobs: three rounds in which
      // nothing was written to the outbox mean that nothing is left.
      let before = -1;
      for (let quiet = 0; quiet < 3; ) {
        await app.events.tail.settle();
        const fired = await app.timers.runDue(app.timerHandlers);
        await app.jobs.settle();
        await app.sandbox?.settled();
        const position = await app.events.position();
        quiet = fired === 0 && position === before ? quiet + 1 : 0;
        before = position;
      }
    },
    async stop() {
      await app.close();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
