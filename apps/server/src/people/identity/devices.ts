// What a person recognises a session by: the program and system as it calls itself, and the beginning of its address.
// Nothing outside is asked.
import { isIP } from 'node:net';
import Bowser from 'bowser';

/** 'Firefox on Windows'; 'An unknown program' when it says nothing that is known. */
export const deviceName = (userAgent: string | null): string => {
  if (!userAgent) return 'An unknown program';
  const { browser, os, platform } = Bowser.parse(userAgent);
  const system = platform.model && os.name === 'iOS' ? platform.model : os.name;
  if (!browser.name) return system ?? 'An unknown program';
  return system ? `${browser.name} on ${system}` : browser.name;
};

const LOOPBACK = /^(127\.|::1$)/;
/** RFC 1918, RFC 6598, RFC 4193 and link-local addresses. */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab])/i;

/** The network that an address is in, without the part that names one machine: '198.51.100.…', '2001:db8:77:…'. */
export const placeName = (address: string | null): string => {
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  if (isIP(plain) === 0) return 'Unknown place';
  if (LOOPBACK.test(plain)) return 'This machine';
  if (PRIVATE.test(plain)) return 'Your own network';
  const v6 = plain.includes(':');
  const beginning = plain
    .split('::')[0]
    ?.split(v6 ? ':' : '.')
    .slice(0, 3);
  return v6 ? `${beginning?.join(':')}:…` : `${beginning?.join('.')}.…`;
};
