// Programs that a benchmark measures: processes of their own on a free port of the loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

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
  const program = { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
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

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
