// What receiving a file costs at the least: a request's body piped into a file, nothing asked and nothing kept.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

const [path = ''] = process.argv.slice(2);

const server = createServer(async (request, response) => {
  await pipeline(request, createWriteStream(path));
  response.writeHead(204).end();
  await rm(path);
}).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port); // a TCP server's address
});
