// Where a passkey belongs: to a name, never to a bare number as address (Web Authentication Level 3, 5.1.3, "effective
// domain"). The name is our own; on loopback it is the one that the browser used.
import { isIP } from 'node:net';
import { DomainError } from '@videowindow/contract';

export type Place = { rpId: string; origin: string };

/**
 * @param site our address as this browser knows it, as http://localhost:8080
 * @throws DomainError passkey_needs_name with the address to use instead
 */
export const placeOf = (site: string): Place => {
  const url = new URL(site);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return { rpId: url.hostname, origin: url.origin };
  const isLoopback = host === '::1' || host.startsWith('127.');
  throw new DomainError('passkey_needs_name', isLoopback ? { use: `http://localhost:${url.port || 80}` } : {});
};
