/**
 * The built-in PostgreSQL: started from the npm package's binaries, on 127.0.0.1 only, and ended with this process.
 *
 * `dir` holds `<major>/` (the cluster), `password` (0600) and, unless its path is too long, the socket by which we talk to
 * it: a query takes a third less time there than over TCP. Nothing else on the machine is touched.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { findPostgres, type PostgresBinaries } from './embedded-binaries.ts';
import { chooseIdentity, type Identity } from './embedded-identity.ts';
import { endPrevious, STARTER_SETTING } from './embedded-previous.ts';

export interface EmbeddedOptions {
  /** The folder that becomes or is the database. Made when missing. */
  readonly dir: string;
  /** A free one when left out. */
  readonly port?: number;
  /** PostgreSQL settings that win over ours, e.g. `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Gets PostgreSQL's own log, line by line. */
  readonly log?: (line: string) => void;
}

export interface Embedded {
  /**
   * With user and password; the database is `videowindow`, the user may do everything. `host` in its query is the folder
   * of the socket, which goes before the address; without it the URL goes over TCP.
   */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster that runs now: another one after a crash. */
  readonly pid: number;
  /** Fast shutdown: open transactions are rolled back. Resolves when the last process is gone. */
  stop(): Promise<void>;
}

const NAME = 'videowindow';
/** How a socket's name begins, before its port. */
const SOCKET = '.s.PGSQL.';
/** What a socket's path may have: 108 on Linux and 104 on macOS, with a zero at its end. */
const SOCKET_PATH_BYTES = 103;
const START_MS = 60_000;
const RESTARTS_A_MINUTE = 5;

/** Nothing of ours leaks in (PGOPTIONS, TZ, secrets). */
const ENVIRONMENT = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
const CAN_BIND = spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true'], { stdio: 'ignore' }).status === 0;

/** For 2 cores beside our own server and ffmpeg; what must be safe (fsync, full_page_writes) stays at its default: on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  max_connections: '200',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off', // compiling costs more than our short queries take
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log', // an ERROR goes to the client who caused it
  log_checkpoints: 'off',
  lc_messages: 'C', // `ready` below is read from the log
};

/**
 * Starts PostgreSQL 18 on `dir` and resolves when it accepts connections; makes the cluster first when there is none.
 * A server that a killed process left on this folder is stopped first. One that a living process owns is an error.
 * When the postmaster dies by itself it is started again on the same port.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dir = resolve(options.dir);
  const binaries = await findPostgres();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const cluster = join(dir, binaries.major);
  await endPrevious(cluster);

  const identity = chooseIdentity(dir, binaries.postgres);
  const fsync = options.settings?.fsync !== 'off';
  if (!existsSync(cluster)) await createCluster(dir, cluster, binaries, identity, fsync);
  const password = (await readFile(join(dir, 'password'), 'utf8')).trim();

  const port = options.port ?? (await freePort());
  const sockets = socketFolder(dir);
  for (const name of await readdir(dir)) if (name.startsWith(SOCKET)) await rm(join(dir, name)); // of one that was killed
  const settings = {
    ...SETTINGS,
    unix_socket_directories: sockets === '' ? '' : `"${sockets.replaceAll('"', '""')}"`,
    ...options.settings,
    port: String(port),
    [STARTER_SETTING]: String(process.pid),
  };
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const launch = () => launchPostmaster(binaries.postgres, args, identity, options.log ?? (() => {}));

  let child = await launch();
  let stopping = false;
  const restarts: number[] = [];
  const watch = () => {
    child.once('exit', async (code, signal) => {
      const minuteAgo = performance.now() - 60_000;
      if (stopping || restarts.filter((at) => at > minuteAgo).length >= RESTARTS_A_MINUTE) return;
      restarts.push(performance.now());
      options.log?.(`PostgreSQL ended by itself (${signal ?? code}); starting it again`);
      try {
        await endPrevious(cluster);
        child = await launch();
        if (stopping) child.kill('SIGINT');
        watch();
      } catch (error) {
        options.log?.(String(error));
      }
    });
  };
  watch();

  return {
    url: urlOf(password, port, sockets),
    port,
    get pid() {
      return child.pid ?? 0;
    },
    stop: async () => {
      stopping = true;
      await ended(child, () => child.kill('SIGINT'));
    },
  };
}

/** The URL of the server that a living process runs on `dir`; null when there is none. */
export async function runningEmbedded(dir: string): Promise<string | null> {
  const { major } = await findPostgres();
  const pidFile = await readFile(join(resolve(dir), major, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, sockets = ''] = pidFile.split('\n');
  if (!port || !existsSync(`/proc/${pid}`)) return null;
  const password = (await readFile(join(dir, 'password'), 'utf8')).trim();
  return urlOf(password, port, sockets);
}

/** Where the socket lies; nowhere when its path would be too long. */
const socketFolder = (dir: string): string =>
  Buffer.byteLength(join(dir, `${SOCKET}65535`)) <= SOCKET_PATH_BYTES ? dir : '';

const urlOf = (password: string, port: number | string, sockets: string): string =>
  `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}${sockets ? `?host=${encodeURIComponent(sockets)}` : ''}`;

/** Made under another name and renamed at the end: a killed first start leaves no half cluster behind. */
async function createCluster(
  dir: string,
  cluster: string,
  { initdb, postgres }: PostgresBinaries,
  identity: Identity,
  fsync: boolean,
): Promise<void> {
  for (const name of await readdir(dir)) if (name.includes('.new-')) await rm(join(dir, name), { recursive: true });
  const made = `${cluster}.new-${process.pid}`;

  const passwordFile = join(dir, 'password');
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const { uid, gid } = await stat(dir);
  await chown(passwordFile, uid, gid); // the chosen user, who may start without us next time

  const encoding = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const durability = fsync ? ['--data-checksums'] : ['--data-checksums', '--no-sync'];
  run(identity, '', initdb, '-D', made, ...encoding, ...access, ...durability);
  run(identity, `CREATE DATABASE ${NAME};\n`, postgres, '--single', '-D', made, 'postgres');
  await rename(made, cluster);
}

function run({ prefix, ...ids }: Identity, input: string, ...words: readonly string[]): void {
  const [command = '', ...args] = [...prefix, ...words];
  const done = spawnSync(command, args, { input, cwd: '/', env: ENVIRONMENT, encoding: 'utf8', ...ids });
  if (done.status !== 0)
    throw new Error(`${words[0]} failed: ${done.error?.message ?? `${done.stdout}${done.stderr}`}`);
}

/**
 * Resolves when the postmaster accepts connections.
 * After a crash its last children may still hold the old shared memory for a moment; then it is tried again.
 */
async function launchPostmaster(
  postgres: string,
  args: readonly string[],
  identity: Identity,
  log: (line: string) => void,
): Promise<ChildProcess> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const { child, said } = await spawnPostmaster(postgres, args, identity, log);
    if (child) return child;
    if (!said.includes('still in use') || performance.now() > deadline)
      throw new Error(`PostgreSQL did not start:\n${said}`);
  }
}

/** `child` is missing when it ended before it was ready; `said` is then what it logged. */
async function spawnPostmaster(
  postgres: string,
  args: readonly string[],
  { prefix, ...ids }: Identity,
  log: (line: string) => void,
): Promise<{ child?: ChildProcess; said: string }> {
  // The kernel sends SIGINT (fast shutdown) when we die. Last in the chain: a change of user would clear it.
  const bound = CAN_BIND ? ['setpriv', '--pdeathsig', 'INT', '--'] : [];
  const [command = '', ...words] = [...prefix, ...bound, postgres, ...args];
  const child = spawn(command, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: ENVIRONMENT,
    detached: true, // its own process group: Ctrl-C in a terminal is for us, the database ends after we have drained
    ...ids,
  });
  const said: string[] = [];
  let ready = false;
  const settled = new Promise<void>((done) => {
    child.once('error', (error) => {
      said.push(error.message);
      done();
    });
    child.once('close', () => done());
    createInterface({ input: child.stderr }).on('line', (line) => {
      log(line);
      if (!ready) said.push(line);
      ready ||= line.includes('database system is ready to accept connections');
      if (ready) done();
    });
  });
  await settled;
  if (!ready) return { said: said.join('\n') };
  if (!CAN_BIND) endWithUs(child);
  return { child, said: '' };
}

/** Without setpriv (macOS): a shell that waits for its input to close, which the kernel does when we die. */
function endWithUs(child: ChildProcess): void {
  const script = 'cat > /dev/null; kill -INT "$1" 2> /dev/null';
  const guard = spawn('sh', ['-c', script, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  child.once('exit', () => guard.kill());
}

/** `act` makes it end; resolves at once when it already has. */
async function ended(child: ChildProcess, act: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((done) => child.once('exit', () => done()));
  act();
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free TCP port on 127.0.0.1');
  return address.port;
}
