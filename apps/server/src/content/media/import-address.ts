// Which addresses an import may come from: what lies on the public internet, and what the operator names beside it. Pure.
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ConfigError } from '#platform/config';

/** Whether a connection to this IP address may be opened. */
export type AddressCheck = (address: string) => boolean;

/** IPv4 that is not on the public internet: IANA's special-purpose registry, multicast, and what is kept for later. */
const CLOSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local; clouds answer here with their machines' secrets
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/**
 * IPv6 that is public at all (RFC 4291), and within it what leads elsewhere: Teredo and other protocols, documentation,
 * 6to4. Addresses that stand for IPv4 ones (mapped, compatible, NAT64) lie outside, so none of them is let through.
 */
const PUBLIC_IPV6 = ['2000::/3'];
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/**
 * @param also networks beyond the public internet that are allowed too, `10.1.0.0/16,fd00::/8`
 * @throws ConfigError
 */
export const createAddressCheck = (also: string): AddressCheck => {
  const [closedIpv4, publicIpv6, closedIpv6] = [CLOSED_IPV4, PUBLIC_IPV6, CLOSED_IPV6].map(listOf);
  const named = listOf(
    also
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );
  return (address) => {
    if (isIPv4(address)) return named?.check(address, 'ipv4') || closedIpv4?.check(address, 'ipv4') === false;
    // With a zone it is link-local, wherever that leads.
    if (!isIPv6(address) || address.includes('%')) return false;
    if (named?.check(address, 'ipv6')) return true;
    return publicIpv6?.check(address, 'ipv6') === true && closedIpv6?.check(address, 'ipv6') === false;
  };
};

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    try {
      list.addSubnet(address, Number(bits || Number.NaN), isIPv4(address) ? 'ipv4' : 'ipv6');
    } catch {
      throw new ConfigError([`MEDIA_IMPORT_FROM: ${network} is not a network such as 10.1.0.0/16`]);
    }
  }
  return list;
};

/** Ports below 1024 but those of the web speak other protocols, which must not hear from us. */
const LOWEST_FREE_PORT = 1024;
const WEB_PORTS = ['', '80', '443'];

/**
 * The address that a person typed, when it can be meant for a file on the web. The parser has made one form of all the
 * ways in which an IPv4 address may be written (decimal, octal, hexadecimal, shortened, full-width letters).
 * @returns null for another scheme, a port of another protocol, credentials, and IP addresses that are not allowed
 */
export const readImportUrl = (text: string, base: URL | undefined, isAllowed: AddressCheck): URL | null => {
  if (!URL.canParse(text, base?.href)) return null;
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (url.username !== '' || url.password !== '') return null;
  if (!WEB_PORTS.includes(url.port) && Number(url.port) < LOWEST_FREE_PORT) return null;
  const address = literalOf(url);
  return address === null || isAllowed(address) ? url : null;
};

/** The host as an IP address; null when it is a name. */
export const literalOf = ({ hostname }: URL): string | null => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIPv4(host) || isIPv6(host) ? host : null;
};
