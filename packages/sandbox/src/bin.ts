#!/usr/bin/env node
// videowindow-sandbox --dir DIR [--port N] [--platform URL --platform-secret whsec_…] [--connect URL --connect-secret whsec_…]
// Prints one line of JSON, {"url": …}, when it listens.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { serve } from './serve.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '0' },
    platform: { type: 'string' },
    'platform-secret': { type: 'string' },
    connect: { type: 'string' },
    'connect-secret': { type: 'string' },
  },
});

if (values.dir === undefined) {
  process.stderr.write('--dir is missing: the folder that the sandbox keeps its database in\n');
  process.exit(2);
}

const { platform, connect } = values;
const platformSecret = values['platform-secret'];
const connectSecret = values['connect-secret'];
const complete =
  platform !== undefined && platformSecret !== undefined && connect !== undefined && connectSecret !== undefined;

const served = await serve({
  dir: values.dir,
  port: Number(values.port),
  log: pino({ name: 'sandbox' }, pino.destination(2)),
  ...(complete
    ? {
        webhooks: {
          platform: { url: platform, secret: platformSecret },
          connect: { url: connect, secret: connectSecret },
        },
      }
    : {}),
});
process.stdout.write(`${JSON.stringify({ url: served.url })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    served.close().then(() => process.exit(0));
  });
}
