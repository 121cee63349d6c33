// The sandbox as a server of its own, on loopback.
import Fastify from 'fastify';
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';

export interface ServedSandbox {
  readonly sandbox: Sandbox;
  /** Such as http://127.0.0.1:40123/sandbox */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 at `port` (0: any free one) and serves the sandbox below /sandbox. */
export async function serve(options: SandboxOptions & { port: number }): Promise<ServedSandbox> {
  const sandbox = createSandbox(options);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(sandbox.plugin, { prefix: '/sandbox' });
  const origin = await app.listen({ host: '127.0.0.1', port: options.port });
  return { sandbox, url: `${origin}/sandbox`, close: () => app.close() };
}
