// Demo people and demo content, for an empty data folder on somebody's own machine.
//
// The content goes through the front door: each demo person signs in with a code from the sandbox's mail, uploads,
// writes, is reviewed, offers and bids through the same client that the web app uses. It can be killed at any point;
// the next start goes on where it stopped.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#platform/telemetry';
import type { App } from './app.ts';
import { demoPeople } from './site.ts';

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

/** Makes what is missing of the demo content, in the background. */
export const seedDemo = async (options: {
  baseUrl: string;
  dataFolder: string;
  log: Log;
  signal: AbortSignal;
}): Promise<void> => {
  const done = join(options.dataFolder, 'demo-done');
  if ((await readFile(done, 'utf8').catch(() => null)) !== null) return;
  const workFolder = join(options.dataFolder, 'work', 'demo');
  await mkdir(workFolder, { recursive: true });
  // Loaded only now: drawing needs sharp, and a second start has nothing to draw.
  const { seed } = await import('../../../scripts/demo/seed.ts');
  const started = Date.now();
  await seed({ baseUrl: options.baseUrl, workFolder, signal: options.signal, log: options.log });
  await rm(workFolder, { recursive: true, force: true });
  await writeFile(done, `${new Date().toISOString()}\n`);
  options.log.info({ seconds: Math.round((Date.now() - started) / 1000) }, 'the demo content is ready');
};
