/** The real program as a process of its own, on a data folder that outlives it: to be killed and started again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../apps/server/src/testing/ports.ts';
import { end, saysReady } from '../../apps/server/src/testing/processes.ts';
import type { Site } from './accounts.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'server', 'src', 'main.ts');
const ENV = { ...process.env, METRICS_PORT: '0', LOG_LEVEL: 'error', RATE_LIMIT_SCALE: '1000' };

export type Installation = Site & {
  /** Resolves when it says that it is ready. @returns the milliseconds that took */
  start(): Promise<number>;
  /** Ends it as a power cut would: nothing of ours runs any more. */
  killHard(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Command lines of everything that runs on the data folder. */
  family(): string[];
};

/** An installation in a folder, not started yet; `settings` are of its environment. Its port stays the same over all its starts. */
export async function openInstallation(folder: string, settings: Record<string, string> = {}): Promise<Installation> {
  const env = { ...ENV, ...settings };
  const port = await freePort();
  let server: ChildProcess | null = null;

  const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ended = server;
    server = null;
    if (ended) await end(ended, signal);
  };

  return {
    url: `http://127.0.0.1:${port}`,
    async start() {
      const began = performance.now();
      const args = [MAIN, 'start', '--data', folder, '--port', String(port), '--no-demo'];
      server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      server.stderr?.pipe(process.stderr); // inherited, an orphan would hold it open, and Vitest waits for its end
      await saysReady(server);
      return performance.now() - began;
    },
    killHard: () => stop('SIGKILL'),
    stop: () => stop('SIGTERM'),
    async grant(email, role) {
      const args = [MAIN, 'user', email, '--grant', role, '--data', folder];
      await promisify(execFile)(process.execPath, args, { env });
    },
    family: () => commandLines().filter((line) => line.includes(folder)),
  };
}

function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      return []; // ended meanwhile
    }
  });
}
