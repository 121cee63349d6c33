// Sockets that one network may hold open. Whoever keeps hundreds of them keeps others out.
import type { Server } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { networkOf } from './rate-limit.ts';

/** Names that stand for networks in TRUST_PROXY, as Fastify reads them. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Reads a list of addresses and networks with commas. @returns whether an address is one of them. */
export const readNetworks = (text: string): ((address: string) => boolean) => {
  const list = new BlockList();
  const typeOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  for (const part of text.split(',').flatMap((each) => NAMED[each.trim()] ?? [each.trim()])) {
    const [address = '', bits] = part.split('/');
    if (isIP(address) === 0) continue; // Fastify refuses to start with it
    if (bits === undefined) list.addAddress(address, typeOf(address));
    else list.addSubnet(address, Number(bits), typeOf(address));
  }
  return (address) => isIP(address) !== 0 && list.check(address, typeOf(address));
};

/**
 * Closes every socket of a network beyond its `max`th; those of trusted proxies are many people's.
 * @param max 0 for no limit.
 */
export const limitSockets = (server: Server, max: number, trustedProxies: string | undefined): void => {
  if (max === 0) return;
  const isTrusted = readNetworks(trustedProxies ?? '');
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (isTrusted(address)) return;
    const network = networkOf(address);
    const count = (open.get(network) ?? 0) + 1;
    if (count > max) return void socket.destroy();
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left === 0) open.delete(network);
      else open.set(network, left);
    });
  });
};
