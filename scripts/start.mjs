/**
 * `npm start`: sets up, builds the web app when it changed, and runs the server with the pinned Node.
 * All arguments go to the server: `npm start -- --data DIR --port N --no-demo`.
 *
 * Whichever of the processes is killed (npm, this one, the server), the others end.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pathWithModules } from './setup/packages.mjs';
import { ROOT } from './setup/root.mjs';
import { orSay, setup } from './setup.mjs';
import { buildWeb } from './web-build.mjs';

const SAME_SIGNAL_MS = 1000;
const LOOK_MS = 250;

const node = await orSay(() => {
  const found = setup('start');
  buildWeb();
  return found;
});

const follow = new URL('start/follow.mjs', import.meta.url).href;
const cache = fileURLToPath(new URL('.cache/node', ROOT)); // the second start has nothing to compile
const main = fileURLToPath(new URL('apps/server/src/main.ts', ROOT));
const server = spawn(node, ['--import', follow, main, 'start', ...process.argv.slice(2)], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  env: { NODE_COMPILE_CACHE: cache, ...process.env, PATH: pathWithModules() },
  detached: true, // a terminal's Ctrl-C reaches this process and npm, both pass it on: the server hears it once, from here
});

let heard = { signal: '', at: 0 };
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    const again = heard.signal === signal && Date.now() - heard.at < SAME_SIGNAL_MS;
    heard = { signal, at: Date.now() };
    if (!again) server.kill(signal);
  });
}

server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));

const above = parents();
if (process.env.npm_lifecycle_event) {
  const looking = setInterval(() => {
    if (parents() === above) return;
    clearInterval(looking);
    server.kill('SIGTERM');
  }, LOOK_MS);
}

/** Our parent and, where a shell stays between npm and us, the shell's: another answer later means that one is gone. */
function parents() {
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, 'utf8');
    if (/^Name:\s*\w*sh$/m.test(status)) return `${process.ppid} ${/^PPid:\s*(\d+)/m.exec(status)?.[1]}`;
  } catch {
    // no /proc (macOS)
  }
  return `${process.ppid}`;
}
