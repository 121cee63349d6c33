// Payments on a real database, speaking through the real SDK with the sandbox's Stripe, webhooks coming back over HTTP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Money, money } from '@videowindow/contract/money';
import { serve, stripeTarget } from '@videowindow/sandbox';
import { createLedger } from '#commerce/ledger';
import { createIdentity } from '#people/identity';
import { createKeyring, newId } from '#platform/crypto';
import { openDatabase, shiftClock } from '#platform/database';
import { createEvents, type DomainEvent, makePartitions } from '#platform/events';
import { createHttp } from '#platform/http';
import { createJobs, createTimers, type Timers } from '#platform/jobs';
import type { Room } from '#platform/room';
import { createTelemetry } from '#platform/telemetry';
import { testDatabase } from '../../testing/database.ts';
import {
  type CheckoutRequest,
  createPayments,
  createStripe,
  type Payments,
  type PaymentsDeps,
  type StripeSettings,
} from './index.ts';
import { findPayment, moneyFor } from './store.ts';

export const usd = (amount: number): Money => money(amount, 'USD');
const SECRETS = { platform: 'whsec_test_platform', connect: 'whsec_test_connect' };

export type Till = Awaited<ReturnType<typeof openTill>>;

/** Rooms that stand on payments, for their own tests. */
export type Beside = { rooms: readonly Room[]; otherEvents: PaymentsDeps['otherEvents'] };

export const openTill = async (
  beside: (parts: PaymentsDeps & { payments: Payments; timers: Timers }) => Beside = () => ({
    rooms: [],
    otherEvents: {},
  }),
) => {
  const own = await testDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'videowindow-till-'));
  const database = openDatabase({
    url: own.url,
    poolSize: 12,
    statementTimeoutMs: 10_000,
    idleTransactionTimeoutMs: 20_000,
  });
  const telemetry = createTelemetry({ level: process.env.TEST_LOG_LEVEL ?? 'silent', role: 'test' });
  const { log } = telemetry;
  const keyring = createKeyring('a secret that only the tests know, 32+');
  const events = createEvents(database, log);
  const jobs = createJobs(database, log);
  const timers = createTimers(database, log);
  await makePartitions(database);
  await jobs.migrate();
  const identity = createIdentity({
    database,
    events,
    jobs,
    timers,
    keyring,
    mailer: { available: true, send: async () => {} },
    texter: { available: false, sendCode: async () => {}, codeCameBack: null },
    siteName: 'Test',
    https: false,
    siteUrl: () => 'http://127.0.0.1',
    rateLimitScale: 1000,
    codesPerNetwork: 20,
    welcomeBack: async () => {},
  });
  const ledger = createLedger({
    database,
    events,
    currency: 'USD',
    ordersOfPayments: async () => new Map(),
    ownTaxOf: async () => new Map(),
    makerName: async () => '',
    seller: { name: 'Test', lines: [] },
  });

  let webhooksAt = '';
  const ending: string[] = [];
  const otherEvents: Record<string, PaymentsDeps['otherEvents'][string]> = {};
  const sandbox = await serve({
    dir,
    port: 0,
    log,
    clock: () => database.clock(),
    webhooks: () => ({
      platform: { url: `${webhooksAt}/platform`, secret: SECRETS.platform },
      connect: { url: `${webhooksAt}/connect`, secret: SECRETS.connect },
    }),
  });
  const connect = (change: Partial<StripeSettings> = {}) =>
    createStripe({
      secretKey: 'sk_test_sandbox',
      webhookSecrets: { platform: [SECRETS.platform], connect: [SECRETS.connect] },
      target: () => stripeTarget(`${sandbox.url}/stripe`),
      ...change,
    });
  const deps = {
    database,
    events,
    jobs,
    keyring,
    log,
    ledger,
    identity,
    settlement: connect(),
    otherEvents,
    bidsUpTo: async () => null,
    taxedByProvider: false,
    sessionsEnding: async (lockIds: readonly string[]) => {
      ending.push(...lockIds);
    },
    ordersOf: async () => new Map(),
    pages: {
      checkout: (lockId: string, outcome: string) => `http://127.0.0.1:1/pay/${lockId}?outcome=${outcome}`,
      cards: (outcome: string) => `http://127.0.0.1:1/you/cards?outcome=${outcome}`,
      onboarding: (outcome: string) => `http://127.0.0.1:1/studio/payouts?onboarding=${outcome}`,
    },
  };
  const payments = createPayments(deps);
  const others = beside({ ...deps, payments, timers });
  Object.assign(otherEvents, others.otherEvents);
  const rooms: Room[] = [payments.room, ...others.rooms];
  const timerHandlers = Object.assign({}, ...rooms.map((room) => room.timers ?? {})) as NonNullable<Room['timers']>;
  const http = await createHttp({
    socketsPerAddress: 0,
    database,
    telemetry,
    siteName: 'Test',
    publicUrl: null,
    loopback: true,
    trustProxy: undefined,
    rateLimitScale: 1000,
    webFolder: join(dir, 'no-web'),
    authenticate: identity.authenticate,
    requireFresh: identity.requireFresh,
    headOf: async () => null,
  });
  for (const table of rooms.flatMap((room) => room.routes ?? [])) http.add(table);
  webhooksAt = `http://127.0.0.1:${await http.listen('127.0.0.1', 0)}/api/v1/webhooks/stripe`;

  const heard: DomainEvent[] = [];
  events.tail.listen((list) => heard.push(...list));
  await events.tail.start(rooms.flatMap((room) => room.subscribers ?? []));
  await jobs.start(Object.assign({}, ...rooms.map((room) => room.jobs ?? {})), 2);

  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };

  /** Every webhook that is due has come, every job is done, every event was heard. */
  const settle = async () => {
    for (let round = 0; round < 2; round++) {
      if ((await timers.runDue(timerHandlers)) > 0) round = -1;
      await sandbox.sandbox.settled();
      await jobs.settle();
      await events.tail.settle();
    }
  };

  return {
    database,
    deps,
    payments,
    ledger,
    jobs,
    sandbox: sandbox.url,
    webhooksAt,
    secrets: SECRETS,
    control,
    settle,
    /** A settlement whose circuit is closed again. */
    connect,
    /** Types and payloads of what was emitted about a payment's lock. */
    eventsOf: (lockId: string) =>
      heard.filter(({ payload }) => 'lockId' in payload && payload.lockId === lockId).map(({ type }) => type),
    heard,
    /** Locks whose hosted page ends soon, as they were told. */
    ending,
    async person(): Promise<{ id: string; email: string }> {
      const email = `person-${newId()}@example.test`;
      const { id } = await database.transaction((tx) => identity.register(tx, { email, roles: [] }));
      return { id, email };
    },
    /** A lock's wish to be paid: 84.00 and 12.00 to send it, of which 8.70 are ours. */
    async request(change: Partial<CheckoutRequest> = {}): Promise<CheckoutRequest> {
      const buyer = await this.person();
      const now = await database.now(database.db);
      return {
        lockId: newId(),
        buyerId: buyer.id,
        makerId: newId(),
        title: 'Moon jar',
        item: usd(8400),
        shipping: usd(1200),
        total: usd(9600),
        fee: usd(870),
        shipsTo: ['US', 'CA'],
        expiresAt: new Date(now.getTime() + 3_600_000),
        lockEndsAt: new Date(now.getTime() + 3_600_000),
        ...change,
      };
    },
    paymentOf: async (lockId: string) => {
      const { rows } = await database.pool.query(
        'select id from payments where lock_id = $1 order by created_at desc',
        [lockId],
      );
      return rows[0] ? await findPayment(database.db, rows[0].id) : null;
    },
    live: async (lockId: string) => (await moneyFor(database.db, lockId)).live,
    /** Fills the hosted page in as a buyer does. */
    async pay(url: string, card = '4242424242424242', state = 'OR') {
      const body = new URLSearchParams({
        email: 'b@example.test',
        name: 'Bea Buyer',
        card,
        ship_name: 'Bea Buyer',
        line1: '12 Kiln Lane',
        city: 'Portland',
        postal_code: '97205',
        state,
        country: 'US',
      });
      const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      await answer.body?.cancel();
      return { status: answer.status, location: answer.headers.get('location') };
    },
    /** A maker who went through the provider's onboarding. */
    async onboard(maker: { id: string; email: string }, skipIdentity = false, bank = '000123456789') {
      const link = await payments.payoutAccounts.onboardingLink(maker);
      const visit = await fetch(link, { redirect: 'manual' });
      const body = new URLSearchParams({
        first_name: 'Mara',
        last_name: 'Kiln',
        account: bank,
        ...(skipIdentity ? { skip_identity: 'yes' } : {}),
      });
      await fetch(String(visit.headers.get('location')), { method: 'POST', body, redirect: 'manual' });
    },
    /** Webhooks that are due have come; what they start may still run. */
    sandboxSettled: () => sandbox.sandbox.settled(),
    /** What the sandbox's Stripe answers to a read. */
    async stripe(path: string): Promise<Record<string, unknown>> {
      const answer = await fetch(`${sandbox.url}/stripe${path}`, {
        headers: { authorization: 'Bearer sk_test_sandbox' },
      });
      return (await answer.json()) as Record<string, unknown>; // a JSON object, by the protocol
    },
    /** Jobs that failed and wait for their next try have it now. */
    async wake() {
      await database.pool.query('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
      await settle();
    },
    /** Something done on the provider's own pages. */
    async stripePost(path: string, fields: Record<string, string>): Promise<void> {
      const answer = await fetch(`${sandbox.url}/stripe${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox' },
        body: new URLSearchParams(fields),
      });
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    },
    pass: async (ms: number) => {
      await shiftClock(database, ms);
      await sandbox.sandbox.tick();
      await settle();
    },
    async close() {
      await jobs.stop();
      await events.tail.stop();
      await http.close();
      await sandbox.close();
      await database.close();
      await own.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
