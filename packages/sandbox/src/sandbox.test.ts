import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, openReceiver, openSandbox, stripeAt, submit } from './sandbox.fixture.ts';
import { isLoopbackAddress } from './web/loopback.ts';

describe('the sandbox answers this machine only', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await openSandbox();
  });
  afterEach(() => fixture.close());

  /** `fetch` writes the Host header by itself; this sends the one that is given. */
  async function statusFor(headers: Record<string, string>, path = '/inbox.json'): Promise<number | undefined> {
    const [response] = await once(get(`${fixture.url}${path}`, { headers }), 'response');
    response.resume();
    return response.statusCode;
  }

  test('by its own names, and to its own pages', async () => {
    expect(await statusFor({ host: 'localhost:8080' })).toBe(200);
    expect(await statusFor({ host: '127.0.0.1' })).toBe(200);
    expect(await statusFor({ host: '[::1]:9' })).toBe(200);
    expect(await statusFor({ origin: 'http://localhost:5173' })).toBe(200);
    expect(await statusFor({ origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  test('and nobody behind a proxy, a rebound name or another site', async () => {
    expect(await statusFor({ 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    expect(await statusFor({ forwarded: 'for=203.0.113.9' })).toBe(403);
    expect(await statusFor({ host: 'evil.example' })).toBe(403);
    expect(await statusFor({ host: '127.0.0.1.evil.example' })).toBe(403);
    expect(await statusFor({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor({ origin: 'null' })).toBe(403);
    expect(await statusFor({ origin: 'null', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusFor({ host: 'evil.example' }, '/stripe/v1/balance')).toBe(403);
  });

  test('whatever the form of its address', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true);
    expect(['10.0.0.1', '::ffff:10.0.0.1', '1127.0.0.1', '', undefined].some(isLoopbackAddress)).toBe(false);
  });

  test('its first page says what is there and that nothing is real', async () => {
    const answer = await fetch(fixture.url);
    const page = await answer.text();

    expect(answer.status).toBe(200);
    expect(page).toContain('Sandbox — no real money');
    expect(page).toContain('href="/sandbox/inbox"');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('kill -9', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-kill-'));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Runs the command as a process of its own. */
  async function start(args: readonly string[] = []) {
    const bin = fileURLToPath(new URL('./bin.ts', import.meta.url));
    const child = spawn(process.execPath, [bin, '--dir', dir, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.pipe(process.stderr);
    const [line] = await once(createInterface(child.stdout), 'line');
    const url: string = JSON.parse(line).url;
    const kill = async (signal: NodeJS.Signals) => {
      const gone = once(child, 'exit');
      child.kill(signal);
      return (await gone)[0];
    };
    return { url, kill };
  }

  test('loses nothing that was answered: open and paid sessions, keys, mail, webhooks to come', {
    timeout: 20_000,
  }, async () => {
    const before = await start();
    const stripe = stripeAt(`${before.url}/stripe`);
    const session = await stripe.checkout.sessions.create(
      {
        mode: 'payment',
        line_items: [{ price_data: { currency: 'usd', unit_amount: 900, product_data: { name: 'Cup' } }, quantity: 1 }],
        success_url: 'http://127.0.0.1:8080/done',
      },
      { idempotencyKey: 'lock-1' },
    );
    await submit(String(session.url), { email: 'b@demo.test', name: 'B', card: '4242424242424242' });
    await before.kill('SIGKILL');

    const receiver = await openReceiver();
    const { platform, connect } = receiver.endpoints;
    const after = await start([
      '--platform',
      platform.url,
      '--platform-secret',
      platform.secret,
      '--connect',
      connect.url,
      '--connect-secret',
      connect.secret,
    ]);
    const again = stripeAt(`${after.url}/stripe`);
    await fetch(`${after.url}/control/settle`, { method: 'POST' });

    expect(await again.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
    });
    expect((await again.charges.list()).data.map(({ amount }) => amount)).toEqual([900]);
    expect(receiver.types()).toContain('checkout.session.completed');
    await expect(again.customers.create({}, { idempotencyKey: 'lock-1' })).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
    });
    expect(await after.kill('SIGTERM')).toBe(0);
    await receiver.close();
  });
});
