// checkout: POST /locks/:id/checkout one after another, each for a piece of its own, and the provider's webhooks, several
// at once. Server, sandbox and load are one process.
//
// create_p95_ms: from request to answer, less the time in which the provider was asked. webhook_p95_ms: from request to
// answer of a signed event that is new; the work it starts is a job's. right: 1 when every lock got one session, and every
// event is kept once.
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../apps/server/src/app.ts';
import { readSettings } from '../apps/server/src/platform/config/index.ts';
import { createKeyring } from '../apps/server/src/platform/crypto/index.ts';
import { startEmbedded } from '../apps/server/src/platform/database/index.ts';
import { settings } from '../apps/server/src/settings.ts';
import { type Arena, fillArena } from './bids/arena.ts';
import { quantile } from './programs/figures.ts';
import { RATE_LIMIT_SCALE } from './programs/serve.ts';
import type { Bench } from './run.ts';

const CHECKOUTS = 400;
const WEBHOOKS = 2000;
const AT_ONCE = 4;
/** The first ones find nothing warm. */
const WARM_UP = 20;
const SECRET_KEY = 'a secret that only this benchmark knows, 32+';

export const bench: Bench = async ({ scale, log }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-checkout-'));
  const postgres = await startEmbedded({ dir: join(folder, 'postgres') });
  const app = await createApp({
    settings: readSettings(settings, {
      PORT: '0',
      METRICS_PORT: '0',
      LOG_LEVEL: 'error',
      RATE_LIMIT_SCALE: `${RATE_LIMIT_SCALE}`,
    }),
    databaseUrl: postgres.url,
    dataFolder: folder,
    secretKey: SECRET_KEY,
    roles: ['api', 'worker'],
    demo: false,
  });
  try {
    await app.start();
    const arena = await fillArena(app.database.pool, 1);
    const created = await checkouts(app, arena, Math.max(WARM_UP * 2, Math.round(CHECKOUTS * scale)));
    log(`${created.own.length} checkouts, the provider took ${quantile(created.provider, 0.5).toFixed(1)} ms of each`);
    const answered = await webhooks(app, Math.max(WARM_UP * 2, Math.round(WEBHOOKS * scale)));
    return {
      create_p50_ms: quantile(created.own, 0.5),
      create_p95_ms: quantile(created.own, 0.95),
      webhook_p50_ms: quantile(answered.took, 0.5),
      webhook_p95_ms: quantile(answered.took, 0.95),
      webhooks_per_s: answered.rate,
      right: created.right && answered.right ? 1 : 0,
    };
  } finally {
    await app.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Pieces that wait for one buyer's payment, to be fetched. */
const holdPieces = async (app: App, { makerId, bidders }: Arena, count: number): Promise<string[]> => {
  const { rows } = await app.database.pool.query<{ id: string }>(
    `with pieces as (
       insert into listings (id, story_id, maker_id, state, currency, asking_amount, offer_policy, shipping, created_at,
                             updated_at)
       select gen_random_uuid(), gen_random_uuid(), $1, 'locked', 'USD', null, '{"acceptsOffers": true}',
              '{"zones": [], "combined": false, "handlingDays": 3, "pickup": true, "pickupPlace": "Lisbon"}', now(), now()
       from generate_series(1, $3) returning id, story_id
     )
     insert into locks (id, listing_id, story_id, maker_id, buyer_id, title, reason, state, currency, item_amount,
                        fee_amount, pickup, handling_days, zones, held_at, expires_at)
     select gen_random_uuid(), id, story_id, $1, $2, 'Moon jar', 'offer', 'held', 'USD', 8400, 870, true, 3, '[]', now(),
            now() + interval '2 days'
     from pieces returning id`,
    [makerId, bidders[0]?.id, count],
  );
  return rows.map(({ id }) => id);
};

const checkouts = async (app: App, arena: Arena, count: number) => {
  const ids = await holdPieces(app, arena, count);
  const provider = timeProvider();
  const own: number[] = [];
  const asked: number[] = [];
  const urls = new Set<string>();
  try {
    for (const id of ids) {
      const before = provider.ms();
      const began = performance.now();
      const answer = await fetch(`${app.url()}/api/v1/locks/${id}/checkout`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          cookie: arena.bidders[0]?.cookie ?? '',
          origin: app.url(),
          'idempotency-key': randomUUID(),
        },
        body: '{"delivery":"pickup"}',
      });
      const text = await answer.text();
      const took = performance.now() - began;
      if (answer.status !== 200) throw new Error(`a checkout was answered ${answer.status}: ${text}`);
      urls.add(JSON.parse(text).url);
      own.push(took - (provider.ms() - before));
      asked.push(provider.ms() - before);
    }
  } finally {
    provider.stop();
  }
  const { rows } = await app.database.pool.query(
    `select count(*)::int as n from payments where state = 'session_open' and lock_id = any ($1)`,
    [ids],
  );
  const right = urls.size === count && rows[0].n === count;
  return { own: own.slice(WARM_UP), provider: asked.slice(WARM_UP), right };
};

/** Adds up the time between asking the sandbox's Stripe and having read its answer; asked one after another. */
const timeProvider = () => {
  const real = globalThis.fetch;
  let ms = 0;
  globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (!url.includes('/sandbox/stripe/')) return await real(input, init);
    const began = performance.now();
    const answer = await real(input, init);
    const body = await answer.arrayBuffer();
    ms += performance.now() - began;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
  return {
    ms: () => ms,
    stop: () => {
      globalThis.fetch = real;
    },
  };
};

/** Signed events of things that are none of ours: taken in, and the job has nothing to do. */
const webhooks = async (app: App, count: number) => {
  const secret = `whsec_${createKeyring(SECRET_KEY).sign('sandbox-webhook', 'platform')}`;
  const took: number[] = [];
  let left = count;
  const send = async () => {
    const body = JSON.stringify({
      id: `evt_${randomUUID()}`,
      object: 'event',
      type: 'charge.updated',
      created: Math.floor(Date.now() / 1000),
      data: { object: { id: `ch_${randomUUID()}`, object: 'charge' } },
    });
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    const began = performance.now();
    const answer = await fetch(`${app.url()}/api/v1/webhooks/stripe/platform`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
      body,
    });
    await answer.arrayBuffer();
    took.push(performance.now() - began);
    if (answer.status !== 200) throw new Error(`a webhook was answered ${answer.status}`);
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await send();
    }),
  );
  const rate = (count / (performance.now() - began)) * 1000;
  const { rows } = await app.database.pool.query(
    `select count(*)::int as n from provider_events where type = 'charge.updated'`,
  );
  return { took: took.slice(WARM_UP), rate, right: rows[0].n === count };
};
