import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { ROOT } from './setup/root.mjs';

const PATIENCE = 100_000;
/** The first start builds the web app. */
const READY = 60_000;

let home;
/** The npm whose server is ready, and its port. */
let running = null;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'videowindow start '));
});

afterAll(async () => {
  await nothingRuns();
  rmSync(home, { recursive: true, force: true });
});

async function nothingRuns() {
  if (running) signalGroup(running.npm, 'SIGKILL');
  else for (const { pid } of family(home)) process.kill(pid, 'SIGKILL'); // a test has failed half way
  running = null;
  await eventually(() => expect(family(home)).toEqual([]), 30_000);
}

/** `npm start` as a person types it, in a process group of its own as a terminal makes it. */
async function start(port) {
  const npm = spawn('npm', ['start', '--', '--data', join(home, 'data'), '--port', String(port), '--no-demo'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true' },
  });
  let said = '';
  const ready = new Promise((done, fail) => {
    const tooLate = setTimeout(() => fail(new Error(`not ready after ${READY} ms:\n${said}`)), READY);
    npm.once('exit', () => clearTimeout(tooLate));
    const hear = (chunk) => {
      said += chunk;
      if (!said.includes('is ready')) return;
      clearTimeout(tooLate);
      done();
    };
    npm.stdout.setEncoding('utf8').on('data', hear);
    npm.stderr.setEncoding('utf8').on('data', hear);
    npm.once('exit', () => fail(new Error(`ended before it was ready:\n${said}`)));
  });
  running = null;
  await ready;
  running = { npm, port };
  return running;
}

/** The one that runs, or a new one: a start takes seconds. */
const started = async () => running ?? (await start(await freePort()));

/** All processes that have our data folder in their command line: npm, the script, the server, PostgreSQL. */
function family(folder) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (command.includes(folder)) found.push({ pid: Number(pid), command });
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // all gone
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  test.each([
    ['npm', /^npm start/],
    ['the script', /scripts\/start\.mjs/],
    ['the server', /src\/main\.ts/],
    ['PostgreSQL and the server', /postgres -D|src\/main\.ts/],
  ])(
    'ends as a whole when %s is killed with -9, and starts again on the same data',
    async (_, which) => {
      const { port } = await started();
      const secret = readFileSync(join(home, 'data', 'secret'), 'utf8');

      for (const { pid, command } of family(home)) if (which.test(command)) process.kill(pid, 'SIGKILL');
      await start(port);

      const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(readFileSync(join(home, 'data', 'secret'), 'utf8')).toBe(secret);
      expect(family(home).filter(({ command }) => /src\/main\.ts/.test(command))).toHaveLength(1);
    },
    PATIENCE,
  );

  test(
    'ends in order at Ctrl-C',
    async () => {
      const { npm } = await started();
      running = null;

      const exit = once(npm, 'exit');
      signalGroup(npm, 'SIGINT'); // a terminal sends it to the whole group
      await exit;

      await expect.poll(() => family(home), { timeout: 5000 }).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'says so when the port is taken, and leaves nothing behind',
    async () => {
      await nothingRuns();
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');

      const refused = await start(taken.address().port).catch((error) => error.message);
      taken.close();

      expect(refused).toContain('The port is taken');
      await expect.poll(() => family(home), { timeout: 5000 }).toEqual([]);
    },
    PATIENCE,
  );
});
