// What the sandbox's tests stand on: a served sandbox, the real Stripe SDK pointed at it, and a server that hears webhooks.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { serve } from './serve.ts';
import { stripeTarget } from './stripeClient.ts';

export const PLATFORM_SECRET = 'whsec_platform';
export const CONNECT_SECRET = 'whsec_connect';

export interface Heard {
  readonly path: string;
  readonly body: string;
  readonly signature: string;
  readonly event: Stripe.Event;
}

/** A webhook receiver: keeps what it hears, answers at once and 200 unless told otherwise. */
export async function openReceiver() {
  const heard: Heard[] = [];
  const answers: number[] = [];
  const held: (() => void)[] = [];
  let answersAfter = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const signature = String(request.headers['stripe-signature']);
      heard.push({ path: request.url ?? '', body, signature, event: JSON.parse(body) });
      held.push(() => response.writeHead(answers.shift() ?? 200).end());
      if (heard.length >= answersAfter) for (const answer of held.splice(0)) answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    /** Statuses of the next answers. */
    answers,
    /** Answers nobody before it has heard so many. */
    answerAfter(count: number) {
      answersAfter = count;
    },
    endpoints: {
      platform: { url: `http://127.0.0.1:${port}/platform`, secret: PLATFORM_SECRET },
      connect: { url: `http://127.0.0.1:${port}/connect`, secret: CONNECT_SECRET },
    },
    types: () => heard.map(({ event }) => event.type),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export function stripeAt(base: string, options: Partial<Stripe.StripeConfig> = {}): Stripe {
  const { fetch, ...target } = stripeTarget(base);
  return new Stripe('sk_test_sandbox', {
    ...target,
    httpClient: Stripe.createFetchHttpClient(fetch),
    maxNetworkRetries: 0,
    telemetry: false,
    ...options,
  });
}

export type Fixture = Awaited<ReturnType<typeof openSandbox>>;

/** A sandbox on a free port with its own folder and a clock that only moves when told. */
export async function openSandbox() {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const receiver = await openReceiver();
  let time = Date.parse('2026-11-20T12:00:00Z');
  const served = await serve({
    dir,
    port: 0,
    log: { info: () => undefined, warn: () => undefined },
    clock: () => new Date(time),
    webhooks: receiver.endpoints,
  });
  const { url, sandbox } = served;
  const stripe = stripeAt(`${url}/stripe`);

  async function control(method: string, path: string, body?: unknown): Promise<number> {
    const answer = await fetch(`${url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    await answer.body?.cancel();
    return answer.status;
  }

  return {
    url,
    dir,
    stripe,
    receiver,
    sandbox,
    control,
    nowSeconds: () => Math.floor(time / 1000),
    advance: (seconds: number) => {
      time += seconds * 1000;
    },
    /** A session for one piece at 84.00 that asks for an address. */
    openCheckout: (params: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
      stripe.checkout.sessions.create({
        mode: 'payment',
        line_items: [
          { price_data: { currency: 'usd', unit_amount: 8400, product_data: { name: 'Moon jar' } }, quantity: 1 },
        ],
        payment_intent_data: { transfer_group: 'lock_1', metadata: { lock: 'lock_1' } },
        shipping_address_collection: { allowed_countries: ['US', 'CA'] },
        client_reference_id: 'lock_1',
        success_url: 'http://127.0.0.1:8080/checkout/return?session={CHECKOUT_SESSION_ID}',
        cancel_url: 'http://127.0.0.1:8080/checkout/cancelled',
        expires_at: Math.floor(time / 1000) + 3600,
        ...params,
      }),
    /** A maker's account that may be paid. */
    openAccount: async () => {
      const account = await stripe.accounts.create({
        type: 'express',
        capabilities: { transfers: { requested: true } },
      });
      const link = await stripe.accountLinks.create({
        account: account.id,
        type: 'account_onboarding',
        refresh_url: 'http://127.0.0.1:8080/studio/payouts/refresh',
        return_url: 'http://127.0.0.1:8080/studio/payouts',
      });
      const visit = await fetch(link.url, { redirect: 'manual' });
      await submit(String(visit.headers.get('location')), { first_name: 'Mara', last_name: 'Kiln' });
      return stripe.accounts.retrieve(account.id);
    },
    pay: (pageUrl: string | null, card = '4242424242424242', fields: Record<string, string> = {}) =>
      submit(String(pageUrl), {
        email: 'buyer@demo.test',
        name: 'Bea Buyer',
        card,
        ship_name: 'Bea Buyer',
        line1: '12 Kiln Lane',
        city: 'Portland',
        postal_code: '97205',
        state: 'OR',
        country: 'US',
        ...fields,
      }),
    close: async () => {
      await served.close();
      await receiver.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Posts a form as a browser does, without following where it leads. */
export async function submit(url: string, fields: Record<string, string>) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}
