// A marketplace for one benchmark: a database and a folder of its own, the rooms in this process, servers beside it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp, type RoleName } from '../../apps/server/src/app.ts';
import { readSettings } from '../../apps/server/src/platform/config/index.ts';
import { startEmbedded } from '../../apps/server/src/platform/database/index.ts';
import { settings } from '../../apps/server/src/settings.ts';
import { type Program, RATE_LIMIT_SCALE, SERVER, serve } from '../programs/serve.ts';

const SECRET_KEY = 'a secret that only this benchmark knows, 32+';

export type Market = {
  /** Every room, doing nothing by itself. */
  readonly app: App;
  readonly databaseUrl: string;
  /** Starts a server process with these roles on the same database; it ends with the market. */
  serve(roles: readonly RoleName[]): Promise<Program>;
};

/** @param env settings beside the ones that every benchmark has: no rate limits, errors only in the log */
export const withMarket = async <T>(
  name: string,
  work: (market: Market) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  const postgres = await startEmbedded({ dir: join(folder, 'postgres') });
  const all = {
    DATABASE_URL: postgres.url,
    SECRET_KEY,
    RATE_LIMIT_SCALE: `${RATE_LIMIT_SCALE}`,
    // Bidders without cards, at any price.
    BID_CARD_ABOVE: `${Number.MAX_SAFE_INTEGER}`,
    BID_NEW_ACCOUNT_CAP: `${Number.MAX_SAFE_INTEGER}`,
    LOG_LEVEL: 'error',
    METRICS_PORT: '0',
    ...env,
  };
  const app = await createApp({
    settings: readSettings(settings, all),
    databaseUrl: postgres.url,
    dataFolder: folder,
    secretKey: SECRET_KEY,
    roles: [],
    demo: false,
  });
  const programs: Program[] = [];
  try {
    return await work({
      app,
      databaseUrl: postgres.url,
      async serve(roles) {
        const program = await serve([SERVER, 'start', '--role', roles.join(','), '--no-demo', '--data', folder], all);
        programs.push(program);
        return program;
      },
    });
  } finally {
    for (const program of programs) await program.stop();
    await app.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
