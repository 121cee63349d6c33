import { DomainError } from '@videowindow/contract';
import { expect, test } from 'vitest';
import { createProvider } from '#platform/resilience';
import { eventually } from '../../testing/eventually.ts';

class Refusal extends Error {}
const options = { timeoutMs: 200, isAnswer: (error: unknown) => error instanceof Refusal };

test('a call that works is made once and its value comes back', async () => {
  let calls = 0;

  expect(await createProvider('p', options).call(async () => ++calls)).toBe(1);
});

test('a fault is tried again, three times in all; then the provider is not available', async () => {
  let calls = 0;

  const outcome = createProvider('p', options).call(async () => {
    calls++;
    throw new Error('connection reset');
  });

  await expect(outcome).rejects.toMatchObject({
    code: 'external_service_unavailable',
    details: { provider: 'p' },
    cause: { message: 'connection reset' },
    circuitOpen: false,
  });
  await expect(outcome).rejects.toBeInstanceOf(DomainError);
  expect(calls).toBe(3);
});

test('a fault that goes away is not seen', async () => {
  let calls = 0;

  const value = await createProvider('p', options).call(async () => {
    if (++calls < 3) throw new Error('busy');
    return 'done';
  });

  expect(value).toBe('done');
});

test('an answer of the provider’s passes through as it is, untried', async () => {
  let calls = 0;
  const refusal = new Refusal('card declined');

  const outcome = createProvider('p', options).call(async () => {
    calls++;
    throw refusal;
  });

  await expect(outcome).rejects.toBe(refusal);
  expect(calls).toBe(1);
});

test('a call that does not answer is given up, and told so by its signal', async () => {
  const aborted: boolean[] = [];
  const begun = performance.now();

  const outcome = createProvider('p', { timeoutMs: 30, tries: 2 }).call(
    (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => aborted.push(true));
      }),
  );

  await expect(outcome).rejects.toMatchObject({ code: 'external_service_unavailable', timedOut: true });
  expect(aborted).toHaveLength(2);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('after five faults in a row nothing is sent any more, until a trial call works again', async () => {
  let calls = 0;
  let broken = true;
  const provider = createProvider('p', { timeoutMs: 200, tries: 1, coolDownMs: 200 });
  const call = () =>
    provider.call(async () => {
      calls++;
      if (broken) throw new Error('down');
      return 'up';
    });

  for (let i = 0; i < 5; i++) await expect(call()).rejects.toMatchObject({ circuitOpen: false });
  for (let i = 0; i < 5; i++) await expect(call()).rejects.toMatchObject({ circuitOpen: true });
  expect(calls).toBe(5);
  broken = false;
  await eventually(async () => expect(await call()).toBe('up'));
  expect(await call()).toBe('up');
});

test('an answer between the faults means that they were not in a row', async () => {
  const provider = createProvider('p', { ...options, tries: 1 });
  const fail = () => provider.call(() => Promise.reject(new Error('down')));
  const refuse = () => provider.call(() => Promise.reject(new Refusal('no')));

  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await expect(fail()).rejects.toMatchObject({ circuitOpen: false });
    await expect(refuse()).rejects.toBeInstanceOf(Refusal);
  }
});

test('one provider’s open circuit is not another’s', async () => {
  const [down, up] = [createProvider('down', { timeoutMs: 200, tries: 1 }), createProvider('up', { timeoutMs: 200 })];
  for (let i = 0; i < 6; i++) await down.call(() => Promise.reject(new Error('down'))).catch(() => {});

  expect(await up.call(async () => 'fine')).toBe('fine');
});

test('no more than twenty calls run at once; the others wait their turn', async () => {
  let running = 0;
  let most = 0;
  const provider = createProvider('p', { timeoutMs: 5000 });

  await Promise.all(
    Array.from({ length: 60 }, () =>
      provider.call(async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
      }),
    ),
  );

  expect(most).toBe(20);
});
