import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createTelemetry } from '#platform/telemetry';

const open = (level = 'info') => {
  const lines: string[] = [];
  const telemetry = createTelemetry({
    level,
    role: 'api',
    destination: new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  });
  return { ...telemetry, lines };
};

test('a line is JSON with time, level in words, service and role', () => {
  const { log, lines } = open();

  log.warn({ n: 1 }, 'careful');

  const line = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ level: 'warn', service: 'videowindow', role: 'api', n: 1, msg: 'careful' });
  expect(new Date(line.time).toISOString()).toBe(line.time);
});

test('addresses, codes, tokens and cookies never reach a log, however they got there', () => {
  const { log, lines } = open();
  const error = Object.assign(new Error('550 no such user <vera@people.test>'), {
    code: '23505',
    detail: 'Failing row contains (vera@people.test, Vera of the kiln).',
    where: "unnamed portal parameter $1 = 'Vera of the kiln'",
  });

  log.info({ email: 'vera@people.test', user: { phone: '+351910000000', session: { token: 'tok-1' } } }, 'one');
  log.info({ req: { headers: { cookie: 'vw_session=tok-2', authorization: 'Bearer tok-3' } }, code: '123456' }, 'two');
  log.error({ err: error }, 'could not send to vera@people.test');
  log.child({ identifier: 'vera@people.test' }).info('three');
  log.info({ a: { b: { c: { d: ['vera@people.test'] } } } }, 'deep');
  log.warn({ err: new Error("The 'To' number +351910000000 is not valid") }, 'could not text');

  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toMatch(/vera|910000000|tok-\d|123456/i);
  expect(lines.join('')).toContain('(hidden)');
});

test('a line that is very long takes no longer for it', () => {
  const { log, lines } = open();
  const began = performance.now();

  for (const piece of ['a', 'a.', '+1']) log.error({ err: new Error(piece.repeat(500_000)) }, 'failed');

  expect(lines).toHaveLength(3);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('the code of an error stays: it is what one looks for', () => {
  const { log, lines } = open();

  log.error({ err: Object.assign(new Error('taken'), { code: '23505' }) }, 'failed');

  expect(JSON.parse(lines[0] ?? '').err).toMatchObject({ code: '23505', message: 'taken' });
});

test('metrics come as Prometheus reads them', async () => {
  const { counter, gauge, histogram, registry } = open();
  counter('things_total', 'Things', ['kind']).inc({ kind: 'a' }, 2);
  gauge('open_now', 'Open', () => 7);
  histogram('seconds', 'Time').observe(0.02);

  const text = await registry.metrics();

  expect(text).toContain('things_total{kind="a"} 2');
  expect(text).toContain('open_now 7');
  expect(text).toContain('seconds_bucket{le="0.025"} 1');
});
