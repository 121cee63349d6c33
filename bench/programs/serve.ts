// Programs that a benchmark measures: processes of their own on a free port of the loopback.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../apps/server/src/testing/ports.ts';
import { end } from '../../apps/server/src/testing/processes.ts';

/** The server program; its arguments follow. */
export const SERVER = join(import.meta.dirname, '..', '..', 'apps', 'server', 'src', 'main.ts');

/** What a load of few people at great speed would run into. */
export const RATE_LIMIT_SCALE = 1_000_000;

export type Program = { readonly url: string; stop(): Promise<void> };

/** Starts a program and waits up to 30 s until it answers. @throws Error when it ends, or never answers */
export const serve = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Program> => {
  const port = await freePort();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const program = { url: `http://127.0.0.1:${port}`, stop: () => end(child) };
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`);
    const up = await fetch(`${program.url}/openapi.json`).then(
      () => true,
      () => false,
    );
    if (up) return program;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await program.stop();
  throw new Error(`${args[0]} does not answer`);
};
