import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, type Heard, openSandbox, PLATFORM_SECRET } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

const create = (name: string) => fixture.stripe.customers.create({ name });

function names(): (string | null | undefined)[] {
  return fixture.receiver.heard.map(({ event }) =>
    event.type === 'customer.created' ? event.data.object.name : undefined,
  );
}

function verify(heard: Heard | undefined, secret: string): Stripe.Event {
  return Stripe.webhooks.constructEvent(heard?.body ?? '', heard?.signature ?? '', secret);
}

describe('webhooks', () => {
  test('come in order, signed, with the request that caused them', async () => {
    await fixture.stripe.customers.create({ name: 'a' }, { idempotencyKey: 'k1' });
    await create('b');
    await fixture.sandbox.settled();

    expect(names()).toEqual(['a', 'b']);
    const event = verify(fixture.receiver.heard[0], PLATFORM_SECRET);
    expect(event).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      request: { id: expect.stringMatching(/^req_/), idempotency_key: 'k1' },
    });
    expect(() => verify(fixture.receiver.heard[0], 'whsec_other')).toThrow('No signatures found matching');
  });

  test('are tried again until they are answered 2xx', async () => {
    fixture.receiver.answers.push(500, 302);
    await create('a');
    await fixture.sandbox.settled();
    expect(names()).toEqual(['a']);

    await fixture.control('POST', '/webhooks/flush');
    await fixture.control('POST', '/webhooks/flush');
    await fixture.control('POST', '/webhooks/flush');

    expect(names()).toEqual(['a', 'a', 'a']);
  });

  test('are dropped, and the event is still in the list', async () => {
    await fixture.control('PUT', '/webhooks', [{ types: ['customer.created'], times: 1, fault: { kind: 'drop' } }]);
    await create('lost');
    await create('heard');
    await fixture.control('POST', '/webhooks/flush');

    expect(names()).toEqual(['heard']);
    expect((await fixture.stripe.events.list({ type: 'customer.created' })).data.length).toBe(2);
  });

  test('are doubled, all copies at the same moment', async () => {
    fixture.receiver.answerAfter(3);
    await fixture.control('PUT', '/webhooks', [{ times: 1, fault: { kind: 'duplicate', copies: 2 } }]);
    await create('thrice');
    await create('once');
    await fixture.sandbox.settled();

    expect(names()).toEqual(['thrice', 'thrice', 'thrice', 'once']);
    expect(new Set(fixture.receiver.heard.slice(0, 3).map(({ event }) => event.id)).size).toBe(1);
  });

  test('come newest first', async () => {
    await fixture.control('PUT', '/webhooks', [{ times: 3, fault: { kind: 'reorder', hold: 3 } }]);
    await create('a');
    await create('b');
    await fixture.sandbox.settled();
    expect(names()).toEqual([]);
    await create('c');
    await fixture.sandbox.settled();

    expect(names()).toEqual(['c', 'b', 'a']);
  });

  test('come late', async () => {
    await fixture.control('PUT', '/webhooks', [{ times: 1, fault: { kind: 'delay', ms: 60_000 } }]);
    await create('late');
    await create('prompt');
    await fixture.sandbox.settled();
    expect(names()).toEqual(['prompt']);

    await fixture.control('POST', '/webhooks/flush');
    expect(names()).toEqual(['prompt', 'late']);
  });

  test('come stale or forged, which the SDK refuses, and right the next time', async () => {
    fixture.receiver.answers.push(400, 400);
    await fixture.control('PUT', '/webhooks', [
      { times: 1, fault: { kind: 'stale' } },
      { times: 1, fault: { kind: 'forged' } },
    ]);
    await create('stale');
    await create('forged');
    await fixture.sandbox.settled();

    expect(() => verify(fixture.receiver.heard[0], PLATFORM_SECRET)).toThrow('Timestamp outside the tolerance zone');
    expect(() => verify(fixture.receiver.heard[1], PLATFORM_SECRET)).toThrow('No signatures found matching');
    await fixture.control('POST', '/webhooks/flush');
    expect(verify(fixture.receiver.heard[2], PLATFORM_SECRET).type).toBe('customer.created');
    expect(verify(fixture.receiver.heard[3], PLATFORM_SECRET).type).toBe('customer.created');
  });

  test('are signed with both secrets while one is rolled', async () => {
    await fixture.control('PUT', '/webhooks/secret', { endpoint: 'platform', secret: 'whsec_new', keepOld: true });
    await create('both');
    await fixture.sandbox.settled();
    await fixture.control('PUT', '/webhooks/secret', { endpoint: 'platform', secret: 'whsec_newer', keepOld: false });
    await create('new');
    await fixture.sandbox.settled();

    const [both, alone] = fixture.receiver.heard;
    expect(verify(both, PLATFORM_SECRET).id).toBe(verify(both, 'whsec_new').id);
    expect(verify(alone, 'whsec_newer').type).toBe('customer.created');
    expect(() => verify(alone, PLATFORM_SECRET)).toThrow();
  });
});
