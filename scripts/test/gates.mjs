/** What `npm test` consists of, and how one gate is run and counted. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathWithModules } from '../setup/packages.mjs';
import { ROOT } from '../setup/root.mjs';
import { RUNNING_FILE } from './running.mjs';

const WALLS = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long'];

const BIOME = ['--colors=off', '--diagnostic-level=error', '--max-diagnostics=50'];

/** What `npm run test:deep` may take longer. */
const DEEPER = 20;

const MEMORY = '/dev/shm';
const ENOUGH = 6 * 1024 ** 3;

/**
 * `alone`: has the machine for itself, as its tests measure time or start programs. `browser`: needs Chromium and the
 * built web app. `minutes`: a gate that takes longer hangs, and has failed. `byName`: asks the outside, and runs only where it
 * is asked for; what it says is shown.
 */
export const GATES = [
  { name: 'format', title: 'format and lint', command: ['biome', 'ci', ...BIOME, '.'], minutes: 2 },
  { name: 'types', title: 'types: server, tools', command: ['tsc', '-p', 'tsconfig.json', '--noEmit'], minutes: 3 },
  { name: 'types-web', title: 'types: web', command: ['tsc', '-p', 'tsconfig.web.json', '--noEmit'], minutes: 3 },
  {
    name: 'walls',
    title: 'walls between rooms',
    command: ['depcruise', ...WALLS, 'apps', 'packages', 'e2e', 'bench'],
    minutes: 3,
  },
  { name: 'unused', title: 'unused code and packages', command: ['knip'], minutes: 3 },
  {
    name: 'advisories',
    title: 'known weaknesses',
    command: ['node', 'scripts/advisories.mjs'],
    byName: true,
    minutes: 1,
  },
  { name: 'unit', title: 'unit tests', vitest: true, minutes: 5 },
  { name: 'integration', title: 'integration tests', vitest: true, alone: true, minutes: 15 },
  {
    name: 'budget',
    title: 'size of the first load',
    command: ['node', 'apps/web/scripts/budget.ts'],
    alone: true,
    browser: true,
    minutes: 2,
  },
  { name: 'e2e', title: 'journeys in a browser', vitest: true, alone: true, browser: true, minutes: 15 },
];

/**
 * @param {typeof GATES[number]} gate
 * @param {readonly string[]} filters go to Vitest: parts of paths, or its options
 * @returns {Promise<{passed: number, failed: number, skipped: number, counted: boolean, ms: number, output: string, again?: string}>} again: what to look at though it is green
 */
export async function runGate(gate, filters) {
  const began = performance.now();
  const report = fileURLToPath(new URL(`test-results/${gate.name}.json`, ROOT));
  mkdirSync(new URL('test-results/', ROOT), { recursive: true });
  rmSync(report, { force: true });
  const scratch = gate.vitest ? makeScratch() : null;
  const variables = scratch === null ? {} : { TMPDIR: scratch, [RUNNING_FILE]: join(scratch, 'running') };
  const reporters = ['dot', 'json', fileURLToPath(new URL('running.mjs', import.meta.url))];
  const vitest = ['vitest', 'run', '--project', `${gate.name}*`, ...reporters.map((name) => `--reporter=${name}`)];
  const command = gate.vitest ? [...vitest, `--outputFile.json=${report}`, ...filters] : gate.command;

  const patience = process.env.DEEP === '1' ? DEEPER : 1;
  const { code, output, stopped } = await runCommand(command, gate.minutes * patience * 60_000, variables);
  const ms = performance.now() - began;
  const seen = parse(read(join(scratch ?? '', 'running')));
  if (scratch !== null) tidy(scratch);
  if (!gate.vitest) {
    return {
      passed: code === 0 ? 1 : 0,
      failed: code === 0 ? 0 : 1,
      skipped: 0,
      counted: false,
      ms,
      output,
      ...(gate.byName && code === 0 ? { again: output } : {}),
    };
  }
  const left = stopped
    ? `\n${section('Not at their end', seen?.doing)}${section('Failed until then', seen?.failed)}`
    : '';
  const again = section('Came through at the second try only', seen?.again);
  const mayBeNone = filters.includes('--passWithNoTests');
  return { ...countTests(parse(read(report)), code, mayBeNone), counted: true, ms, output: output + left, again };
}

function section(title, lines = []) {
  return lines.length > 0 ? `${title}:\n${lines.join('\n')}\n` : '';
}

/**
 * A file that can't be loaded has no tests that could fail, and an error outside every test fails none of them:
 * each such thing counts as one.
 * @param {object | undefined} report of Vitest's JSON reporter; undefined when it came to none
 * @param {number | null} code of Vitest's exit
 * @param {boolean} mayBeNone the tests of a change that touches no test are none, and that is no failure
 */
export function countTests(report, code, mayBeNone = false) {
  const files = report?.testResults ?? [];
  const states = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = states.filter((status) => status === 'passed').length;
  const failed = states.filter((status) => status === 'failed').length + broken;
  const silent = failed === 0 && (code !== 0 || (passed === 0 && !mayBeNone));
  return { passed, failed: silent ? 1 : failed, skipped: states.length - passed - (failed - broken) };
}

/** What tests write, the shared database too, lies in memory where there is enough: a disk that stalls fails no test. */
function makeScratch() {
  const folder = mkdtempSync(join(inMemory() ? MEMORY : tmpdir(), 'videowindow-test-'));
  chmodSync(folder, 0o1777); // some tests are other users
  return folder;
}

/** What an ended run started may still write for a moment: then something stays, and the result is told all the same. */
function tidy(scratch) {
  try {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
  } catch (error) {
    console.error(`${scratch} could not be removed: ${error.code}`);
  }
}

function inMemory() {
  const [, , type, options = ''] =
    read('/proc/mounts')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, at]) => at === MEMORY) ?? [];
  if (type !== 'tmpfs' || /\b(ro|noexec)\b/.test(options)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return Math.min(bavail * bsize, freemem()) > ENOUGH;
}

/** @returns {Promise<{code: number | null, output: string, stopped: boolean}>} stopped: it took longer than `limit` ms */
function runCommand([command, ...args], limit, variables) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...variables, PATH: pathWithModules(), NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let stopped = false;
    const add = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    const timer = setTimeout(() => {
      stopped = true;
      output += `\nStopped: it took longer than ${limit / 60_000} minutes.`;
      child.kill('SIGKILL');
    }, limit);
    const end = (code) => {
      clearTimeout(timer);
      done({ code, output, stopped });
    };
    child.on('error', (error) => {
      output += error.message;
      end(1);
    });
    child.on('exit', (code) => setImmediate(end, code));
  });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parse(report) {
  try {
    return JSON.parse(report);
  } catch {
    return undefined; // Vitest ended before it could write one: the count says failed
  }
}
