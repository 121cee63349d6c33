// The same files by Fastify's own plugin, to everybody.
import type { AddressInfo } from 'node:net';
import files from '@fastify/static';
import Fastify from 'fastify';

const [root = '', prefix = '/'] = process.argv.slice(2);

const app = Fastify();
await app.register(files, { root, prefix, immutable: true, maxAge: '365d' });
await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.((app.server.address() as AddressInfo).port); // a TCP server's address
