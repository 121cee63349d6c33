// The private port: liveness, readiness and metrics, for whoever watches the machine.
import { createServer } from 'node:http';
import { type Database, sql } from '#platform/database';
import type { Telemetry } from '#platform/telemetry';

/** /healthz: the process answers. /readyz: the database does too, and we are not draining. /metrics: Prometheus text. */
export const startProbes = async (options: {
  database: Database;
  telemetry: Telemetry;
  host: string;
  port: number;
  /** In production a taken port is an error; on somebody's own machine a second instance takes another one. */
  insist: boolean;
}) => {
  const { database, telemetry } = options;
  let draining = false;
  telemetry.collectProcess();
  telemetry.gauge('database_connections', 'Connections of the pool', () => database.pool.totalCount);
  telemetry.gauge('database_waiting', 'Requests that wait for a connection', () => database.pool.waitingCount);

  const answers: Readonly<Record<string, () => Promise<[number, string, string]>>> = {
    '/healthz': async () => [200, 'text/plain', 'ok'],
    '/readyz': async () => {
      if (draining) return [503, 'text/plain', 'draining'];
      const reached = await sql`select 1`.execute(database.db).then(
        () => true,
        () => false,
      );
      return reached ? [200, 'text/plain', 'ready'] : [503, 'text/plain', 'the database does not answer'];
    },
    '/metrics': async () => [200, telemetry.registry.contentType, await telemetry.registry.metrics()],
  };
  const server = createServer(async (request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? '']?.() ?? Promise.resolve([404, 'text/plain', 'not found']);
    const [status, type, body] = await answer.catch((error): [number, string, string] => {
      telemetry.log.error({ err: error }, 'the private port could not answer');
      return [500, 'text/plain', 'internal'];
    });
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, options.host, resolve);
    });
  await listen(options.port).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || options.insist) throw error;
    telemetry.log.warn({ port: options.port }, 'the port for health and metrics is taken; using a free one');
    await listen(0);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    drain() {
      draining = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
