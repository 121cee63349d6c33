/** Programs as processes of their own: whether they are ready, and how they end. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a program and waits until it has; one that has ended already is no matter. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Resolves when the server program, whose output is piped, says that it is ready. @throws Error when it ends before */
export function saysReady(server: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('is ready')) resolve();
    });
    server.once('exit', () => reject(new Error(`the server ended before it was ready:\n${said}`)));
  });
}
