/**
 * `npm run dev`: the server, started again when its sources change, and Vite with hot reload in front of it.
 * Arguments go to the server, as with `npm start`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pathWithModules } from './setup/packages.mjs';
import { ROOT } from './setup/root.mjs';
import { orSay, setup } from './setup.mjs';

await orSay(() => setup('start'));

const main = fileURLToPath(new URL('apps/server/src/main.ts', ROOT));
const env = { ...process.env, PATH: pathWithModules() };
const running = [
  spawn('node', ['--watch', '--watch-preserve-output', main, 'start', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  }),
  spawn('vite', { cwd: new URL('apps/web/', ROOT), stdio: 'inherit', env }),
];

// Ctrl-C reaches all three from the terminal; when one ends by itself the others are of no use.
for (const child of running) {
  child.on('exit', (code) => {
    for (const other of running) other.kill('SIGTERM');
    process.exitCode ??= code ?? 0;
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
  });
}
