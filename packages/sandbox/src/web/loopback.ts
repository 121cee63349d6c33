// Who may speak to the sandbox: only this machine. Whoever reads its mail page can sign in as anyone.
import type { FastifyReply, FastifyRequest } from 'fastify';

const LOOPBACK_PEER = /^(::1|127(\.\d{1,3}){3}|::ffff:127(\.\d{1,3}){3})$/;
const LOOPBACK_NAME = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** True for 127.0.0.0/8, ::1 and their IPv4-mapped form. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK_PEER.test(address);
}

/** True for the names by which a browser reaches this machine; a rebound DNS name is none of them. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAME.test(host.replace(/:\d+$/, ''));
}

/**
 * Fastify hook: answers 403 unless the peer is loopback, no proxy speaks for somebody else, the Host header names
 * this machine (DNS rebinding), and an Origin, when there is one, is this machine too (another site's form).
 */
export async function refuseOutsiders(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { headers } = request;
  const proxied = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const peer = request.socket.remoteAddress;
  // light-my-request (inject) has no socket address of its own but reports 127.0.0.1.
  if (!proxied && isLoopbackAddress(peer) && isLoopbackHost(headers.host) && isOwnOrigin(request)) return;
  return reply.code(403).type('text/plain').send('The sandbox answers this machine only.\n');
}

function isOwnOrigin({ headers }: FastifyRequest): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  // A page under a no-referrer policy posts its own form as "null"; then the browser's own word on it counts.
  if (origin === 'null') return headers['sec-fetch-site'] === 'same-origin';
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}
