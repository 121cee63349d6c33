// Which hosts we answer to and which sites may make changes with a visitor's cookies.

import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '@videowindow/contract';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Whether a Host header is one of ours. On loopback only loopback names are: another site that points its own name at
 * 127.0.0.1 (DNS rebinding) gets nothing.
 */
export const isOwnHost = (host: string | undefined, publicUrl: string | null, loopback: boolean): boolean => {
  if (host === undefined) return false;
  if (publicUrl !== null && host.toLowerCase() === new URL(publicUrl).host) return true;
  return loopback && LOOPBACK_HOST.test(host);
};

/**
 * Refuses a change that another site asked a browser for (CSRF). Programs that are not browsers send neither header.
 * @throws DomainError origin_refused
 */
export const assertOwnOrigin = (method: string, headers: IncomingHttpHeaders): void => {
  if (SAFE.has(method)) return;
  const { origin, host } = headers;
  if (origin !== undefined) {
    if (!URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase()) throw new DomainError('origin_refused');
    return;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new DomainError('origin_refused');
};
