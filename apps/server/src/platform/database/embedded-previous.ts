/** What an earlier process left on a cluster: an orphaned postmaster, or only its pid file. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Names the process that started the postmaster, in the postmaster's own command line: it can't get out of step. */
export const STARTER_SETTING = 'videowindow.starter';

const LETTING_GO_MS = 6_000;
const FAST_MS = 60_000;
const IMMEDIATE_MS = 10_000;
const POLL_MS = 20;

/**
 * Makes the cluster free to be started: stops an orphaned postmaster cleanly, removes a pid file whose number is
 * nobody's or somebody else's by now.
 * A living owner gets a few seconds, as it may be about to end; then this throws: two servers on one folder are never
 * meant.
 */
export async function endPrevious(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return;

  const found = postmaster(pid, cluster);
  if (!found) return rm(pidFile, { force: true });
  const deadline = performance.now() + LETTING_GO_MS;
  for (let now = found; now.parent === now.starter; ) {
    if (performance.now() > deadline || now.starter === process.pid) {
      throw new Error(`The data folder ${cluster} is in use by process ${now.starter}. Stop it first.`);
    }
    await wait(POLL_MS);
    const next = postmaster(pid, cluster);
    if (!next) return rm(pidFile, { force: true });
    now = next;
  }
  for (const [signal, patience] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
  ] as const) {
    const deadline = performance.now() + patience;
    send(pid, signal);
    while (performance.now() < deadline) {
      if (!postmaster(pid, cluster)) return rm(pidFile, { force: true });
      await wait(POLL_MS);
    }
  }
  throw new Error(`The database process ${pid} on ${cluster} doesn't end. Look at it, end it, start again.`);
}

/** The process with this pid, if it is a postmaster on this cluster. An orphan's parent is no longer its starter. */
function postmaster(pid: number, cluster: string): { parent: number; starter: number } | undefined {
  const found = process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  if (!found?.command.includes(cluster)) return undefined;
  const starter = new RegExp(`${STARTER_SETTING}=(\\d+)`).exec(found.command)?.[1];
  return starter === undefined ? undefined : { parent: found.parent, starter: Number(starter) };
}

/** A zombie has an empty command line: it holds nothing any more. */
function fromProc(pid: number): { parent: number; command: string } | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return { parent, command };
  } catch {
    return undefined; // gone meanwhile
  }
}

function fromPs(pid: number): { parent: number; command: string } | undefined {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, command] = /^(\d+)\s(.*)/.exec(stdout.trim()) ?? [];
  return parent === undefined || command === undefined ? undefined : { parent: Number(parent), command };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // as: kill throws nothing else
  }
}
