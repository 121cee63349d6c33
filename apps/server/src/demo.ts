// Demo people and demo content, for an empty data folder on somebody's own machine.
import { fork } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#platform/telemetry';
import type { App } from './app.ts';
import { demoPeople } from './site.ts';

const SEED = join(import.meta.dirname, '..', '..', '..', 'scripts', 'demo', 'seed.ts');

/** Makes the demo people and gives them their roles. Safe to repeat. */
export const ensureDemoPeople = async (app: App): Promise<void> => {
  const { database, identity, makers } = app;
  for (const { email, role, handle, displayName, city } of demoPeople) {
    const user = await database.transaction(async (tx) => {
      const known = await identity.userByEmail(tx, email);
      if (known) return known;
      const made = await identity.register(tx, { email, roles: [], handle, displayName });
      await identity.updateUser(tx, made.id, { ...made, city });
      if (role === 'moderator' || role === 'admin') await identity.grantRole(tx, made.id, role, null);
      return made;
    });
    if (role === 'maker' && !user.roles.includes('maker')) await makers.join({ id: user.id, roles: user.roles }, null);
  }
};

/**
 * Makes what is missing of the demo content, in a process of its own at low priority.
 * @returns how to stop it; the next start goes on.
 */
export const seedDemo = async (options: { baseUrl: string; dataFolder: string; log: Log }): Promise<() => void> => {
  const done = join(options.dataFolder, 'demo-done');
  if ((await readFile(done, 'utf8').catch(() => null)) !== null) return () => {};
  const workFolder = join(options.dataFolder, 'work', 'demo');
  await mkdir(workFolder, { recursive: true });
  const started = performance.now();
  const child = fork(SEED, [options.baseUrl, workFolder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.once('exit', async (code) => {
    if (code !== 0) return options.log.warn({ code }, 'the demo content is not complete; the next start goes on');
    await rm(workFolder, { recursive: true, force: true });
    await writeFile(done, `${new Date().toISOString()}\n`);
    options.log.info({ seconds: Math.round((performance.now() - started) / 1000) }, 'the demo content is complete');
  });
  return () => {
    child.removeAllListeners('exit');
    child.kill();
  };
};
