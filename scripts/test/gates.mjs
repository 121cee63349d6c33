/** What `npm test` consists of, and how one gate is run and counted. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pathWithModules } from '../setup/packages.mjs';
import { ROOT } from '../setup/root.mjs';
import { RUNNING_FILE } from './running.mjs';

const WALLS = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long'];

const BIOME = ['--colors=off', '--diagnostic-level=error', '--max-diagnostics=50'];

/** Where so many tests fail, the next ones would only wait for their time-outs; what failed first says why. */
const BAIL = 10;

/**
 * `alone`: has the machine for itself, as its tests measure time or start programs. `browser`: needs Chromium and the
 * built web app. `minutes`: a gate that takes longer hangs, and has failed.
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
  { name: 'unit', title: 'unit tests', vitest: true, minutes: 5 },
  { name: 'integration', title: 'integration tests', vitest: true, alone: true, minutes: 12 },
  {
    name: 'budget',
    title: 'size of the first load',
    command: ['node', 'apps/web/scripts/budget.ts'],
    alone: true,
    browser: true,
    minutes: 2,
  },
  { name: 'e2e', title: 'journeys in a browser', vitest: true, alone: true, browser: true, minutes: 12 },
];

/**
 * @param {typeof GATES[number]} gate
 * @param {readonly string[]} filters go to Vitest: parts of paths, or its options
 * @returns {Promise<{passed: number, failed: number, skipped: number, counted: boolean, ms: number, output: string}>}
 */
export async function runGate(gate, filters) {
  const began = performance.now();
  const report = fileURLToPath(new URL(`test-results/${gate.name}.json`, ROOT));
  mkdirSync(new URL('test-results/', ROOT), { recursive: true });
  rmSync(report, { force: true });
  const running = report.replace(/json$/, 'running');
  const reporters = ['dot', 'json', fileURLToPath(new URL('running.mjs', import.meta.url))];
  const vitest = [
    'vitest',
    'run',
    '--project',
    gate.name,
    `--bail=${BAIL}`,
    ...reporters.map((name) => `--reporter=${name}`),
  ];
  const command = gate.vitest ? [...vitest, `--outputFile.json=${report}`, ...filters] : gate.command;

  const { code, output, stopped } = await runCommand(command, gate.minutes * 60_000, { [RUNNING_FILE]: running });
  const ms = performance.now() - began;
  if (!gate.vitest) {
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, counted: false, ms, output };
  }
  const hung = stopped ? `\n${readFileSync(running, 'utf8')}` : '';
  return { ...countTests(read(report), code), counted: true, ms, output: output + hung };
}

/**
 * A file that can't be loaded has no tests that could fail, and an error outside every test fails none of them:
 * each such thing counts as one.
 * @param {object | undefined} report of Vitest's JSON reporter; undefined when it came to none
 * @param {number | null} code of Vitest's exit
 */
export function countTests(report, code) {
  const files = report?.testResults ?? [];
  const states = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = states.filter((status) => status === 'passed').length;
  const failed = states.filter((status) => status === 'failed').length + broken;
  const silent = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed, skipped: states.length - passed - (failed - broken) };
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
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Vitest ended before it could write one: the count says failed
  }
}
