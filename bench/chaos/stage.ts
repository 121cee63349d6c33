// Two servers, their workers, PostgreSQL and the sandbox, each a process of its own, with proxies between them.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, createApp } from '../../apps/server/src/app.ts';
import { readSettings } from '../../apps/server/src/platform/config/index.ts';
import { isUnreachable, reachable, shiftClock, startEmbedded } from '../../apps/server/src/platform/database/index.ts';
import { settings } from '../../apps/server/src/settings.ts';
import { freePort } from '../../apps/server/src/testing/ports.ts';
import { end, saysReady } from '../../apps/server/src/testing/processes.ts';
import { RATE_LIMIT_SCALE, SERVER } from '../programs/serve.ts';
import { type Armed, beginsTransaction, judgeDatabase, judgeProvider } from './crash-points.ts';
import { type FaultProxy, openProxy } from './proxy.ts';

const SANDBOX = join(import.meta.dirname, '..', '..', 'packages', 'sandbox', 'src', 'bin.ts');
const SECRETS = {
  SECRET_KEY: 'a secret that only this marketplace knows, 32+',
  STRIPE_WEBHOOK_SECRETS: 'whsec_chaosplatform',
  STRIPE_CONNECT_WEBHOOK_SECRETS: 'whsec_chaosconnect',
};

/** So that nobody has to wait half a minute until others take over, nor the others for a lock that nobody will give back. */
export const DEAD_AFTER_S = 5;
const IMPATIENCE = { DEAD_AFTER_S: `${DEAD_AFTER_S}`, IDLE_TRANSACTION_TIMEOUT_MS: '4000' };
/** PostgreSQL crashes here, the machine does not: what was written is with the kernel, whether the disk has it or not. */
const DATABASE = { fsync: 'off', full_page_writes: 'off' };

/** A server ends at once where it finds no database; each start takes a second. */
const MOST_STARTS = 60;
/** How long a crashed database may take to come back. */
const DATABASE_MS = 60_000;

export type Server = {
  readonly name: string;
  readonly url: string;
  /** It can be asked: it runs and is not frozen. */
  readonly up: () => boolean;
  /** SIGKILL; it is started again at once. */
  kill(): void;
  /** SIGSTOP, and SIGCONT after `ms`. */
  freeze(ms: number): Promise<void>;
};

export type Stage = {
  readonly servers: readonly Server[];
  /** Origin of the sandbox, past every proxy. */
  readonly sandboxUrl: string;
  /** Every room in this process, doing nothing by itself, past every proxy: to look on with. */
  readonly app: App;
  readonly armed: Armed;
  /** Time goes by, for the database and the provider alike. */
  pass(ms: number): Promise<void>;
  /** Looks into the database, again when it crashes meanwhile. */
  look<T>(query: string, ...values: unknown[]): Promise<T[]>;
  /** PostgreSQL stops at once, as in a crash, and comes back on the same port; resolves when it answers again. */
  crashDatabase(): Promise<void>;
  /** Every line to PostgreSQL, to the provider and from its webhooks is cut. */
  cut(): void;
  /** Turns one of the sandbox's own knobs. @throws Error when it refuses */
  control(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void>;
  /** Reads what the sandbox's Stripe holds. */
  stripe<T>(path: string): Promise<T>;
  /** Settings of the sandbox's webhooks: what goes wrong with the next ones. */
  setWebhookFaults(faults: readonly object[]): Promise<void>;
  /** From now on nothing is killed; resolves when every server answers. */
  calm(): Promise<void>;
  close(): Promise<void>;
};

/** @param log hears what is done to whom */
export const openStage = async (log: (line: string) => void): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  const postgres = await startEmbedded({ dir: join(folder, 'postgres'), settings: DATABASE });
  const armed: Armed = { points: [], met: new Map() };
  const running: (Server & { port: number; stop(): Promise<void>; ready(): Promise<void> })[] = [];
  const proxies: FaultProxy[] = [];
  const proxied = async (...args: Parameters<typeof openProxy>) => {
    const proxy = await openProxy(...args);
    proxies.push(proxy);
    return proxy;
  };

  let turn = 0;
  // Webhooks go to whichever server stands, in turns.
  const webhooks = await proxied(() => {
    const standing = running.filter((server) => server.up());
    return standing[turn++ % standing.length]?.port ?? null;
  });
  const hookUrl = (endpoint: string) => `http://127.0.0.1:${webhooks.port}/api/v1/webhooks/stripe/${endpoint}`;
  const sandbox = spawn(
    process.execPath,
    [
      ...[SANDBOX, '--dir', join(folder, 'sandbox')],
      ...['--platform', hookUrl('platform'), '--platform-secret', SECRETS.STRIPE_WEBHOOK_SECRETS],
      ...['--connect', hookUrl('connect'), '--connect-secret', SECRETS.STRIPE_CONNECT_WEBHOOK_SECRETS],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const sandboxPort = Number(new URL(await urlSaidBy(sandbox)).port);

  const openServer = async (name: string) => {
    const port = await freePort();
    let child: ChildProcess | null = null;
    let starting: Promise<void> = Promise.resolve();
    let frozen = false;
    let ended = false;
    const kill = () => {
      log(`${name} is killed`);
      child?.kill('SIGKILL');
    };
    const database = await proxied(() => postgres.port, judgeDatabase(armed, kill), beginsTransaction);
    const provider = await proxied(() => sandboxPort, judgeProvider(armed, kill));
    const databaseUrl = new URL(postgres.url);
    databaseUrl.port = String(database.port);
    databaseUrl.searchParams.delete('host'); // over TCP, where the proxy is
    const env = {
      ...process.env,
      ...SECRETS,
      ...IMPATIENCE,
      DATABASE_URL: databaseUrl.href,
      SANDBOX_URL: `http://127.0.0.1:${provider.port}/sandbox`,
      RATE_LIMIT_SCALE: `${RATE_LIMIT_SCALE}`,
      LOG_LEVEL: process.env.CHAOS_LOG_LEVEL ?? 'silent',
      METRICS_PORT: '0',
    };
    /** Starts it, and again whenever it ends; one that finds no database tries anew. */
    const start = async (): Promise<void> => {
      for (let attempt = 0; !ended; attempt++) {
        if (attempt >= MOST_STARTS) throw new Error(`${name} does not start`);
        const args = [SERVER, 'start', '--no-demo', '--data', join(folder, 'data'), '--port', String(port)];
        const born = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        born.stderr.pipe(process.stderr);
        if (process.env.CHAOS_LOG_LEVEL) born.stdout.on('data', (text) => process.stderr.write(linesOf(String(text))));
        child = born;
        const alive = await saysReady(born).then(
          () => true,
          () => false,
        );
        if (!alive) {
          await wait(100);
          continue;
        }
        born.once('exit', () => {
          starting = start();
        });
        return;
      }
    };
    starting = start();
    const server = {
      name,
      port,
      url: `http://127.0.0.1:${port}`,
      up: () => child !== null && child.exitCode === null && child.signalCode === null && !frozen,
      kill,
      async freeze(ms: number) {
        if (frozen || !child) return;
        log(`${name} stands still for ${ms / 1000} s`);
        frozen = true;
        const still = child;
        still.kill('SIGSTOP');
        await wait(ms);
        still.kill('SIGCONT');
        frozen = false;
      },
      ready: () => starting,
      async stop() {
        ended = true;
        child?.kill('SIGCONT');
        if (child) await end(child);
      },
    };
    await starting;
    return server;
  };
  const opening = createApp({
    settings: readSettings(settings, {
      ...SECRETS,
      SANDBOX_URL: `http://127.0.0.1:${sandboxPort}/sandbox`,
      LOG_LEVEL: 'silent',
      METRICS_PORT: '0',
    }),
    databaseUrl: postgres.url,
    dataFolder: join(folder, 'data'),
    secretKey: SECRETS.SECRET_KEY,
    roles: [],
    demo: false,
  });
  // Three starts take little longer than one: each mostly waits for the others' migrations.
  running.push(...(await Promise.all([openServer('A'), openServer('B')])));
  const app = await opening;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const control = async (method: 'PUT' | 'POST', path: string, body: unknown) => {
    const answer = await fetch(`${sandboxUrl}/sandbox/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the sandbox answers ${answer.status} at ${path}: ${await answer.text()}`);
  };
  /** What may be repeated is, until the database answers. */
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        await reachable(app.database, DATABASE_MS);
      }
    }
  };
  const look = async <T>(query: string, ...values: unknown[]): Promise<T[]> =>
    await again(async () => (await app.database.pool.query(query, values)).rows as T[]);

  return {
    servers: running,
    sandboxUrl,
    app,
    armed,
    async pass(ms) {
      log(`${Math.round(ms / 3_600_000)} h go by`);
      // A crash may hide whether it was shifted; the provider goes by what came of it.
      await again(() => shiftClock(app.database, ms));
      const [clock] = await look<{ shift: number }>(
        'select (extract(epoch from shift) * 1000)::float8 as shift from clock',
      );
      await control('PUT', '/clock', { offsetMs: Math.round(clock?.shift ?? 0) });
    },
    look,
    async crashDatabase() {
      log('the database crashes');
      try {
        process.kill(postgres.pid, 'SIGQUIT');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has not come back from the last one
      }
      await reachable(app.database, DATABASE_MS);
    },
    cut() {
      log('every line is cut');
      for (const proxy of proxies) proxy.cut();
    },
    control,
    async stripe<T>(path: string) {
      const headers = { authorization: 'Bearer sk_test_sandbox' };
      const answer = await fetch(`${sandboxUrl}/sandbox/stripe${path}`, { headers });
      return (await answer.json()) as T;
    },
    setWebhookFaults: (faults) => control('PUT', '/webhooks', faults),
    async calm() {
      armed.points = [];
      await control('PUT', '/webhooks', []);
      for (const server of running) await server.ready();
    },
    async close() {
      for (const server of running) await server.stop();
      for (const server of running) await server.ready();
      await app.close();
      await end(sandbox);
      for (const proxy of proxies) await proxy.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Of what a server prints, its log. */
const linesOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => `${line}\n`)
    .join('');

/** The address in the line of JSON that the sandbox prints when it listens. */
const urlSaidBy = async (sandbox: ChildProcess): Promise<string> => {
  for await (const line of sandbox.stdout ?? []) return (JSON.parse(String(line)) as { url: string }).url;
  throw new Error('the sandbox ended before it listened');
};
