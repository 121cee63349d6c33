// signin: what coming in costs, over HTTP, one after another. Server, sandbox and load are one process.
//
// otp_p95_ms: asking for a code and redeeming it, without the mail between them; each time another new person.
// password_p95_ms: a sign-in by password. session_cost_ms: what the session adds to a request, the same route with and
// without one in turn, medians; each time another session, so that none is remembered.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestCode } from '@videowindow/sandbox/visitor';
import { type App, createApp } from '../apps/server/src/app.ts';
import { readSettings } from '../apps/server/src/platform/config/index.ts';
import { startEmbedded } from '../apps/server/src/platform/database/index.ts';
import { settings } from '../apps/server/src/settings.ts';
import { fillArena } from './bids/arena.ts';
import { median, quantile } from './programs/figures.ts';
import { RATE_LIMIT_SCALE } from './programs/serve.ts';
import type { Bench } from './run.ts';

const SIGN_INS = 200;
const REQUESTS = 3000;
/** The first ones find nothing warm. */
const WARM_UP = 20;
const PASSWORD = 'four quiet kilns';

export const bench: Bench = async ({ scale, log }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-signin-'));
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
    secretKey: 'a secret that only this benchmark knows, 32+',
    roles: ['api', 'worker'],
    demo: false,
  });
  try {
    await app.start();
    const count = WARM_UP + Math.round(SIGN_INS * scale);
    const codes = await byCode(app, count);
    log(`${count} sign-ins by code, the median took ${median(codes).toFixed(1)} ms`);
    const passwords = await byPassword(app, count);
    log(`${count} sign-ins by password, the median took ${median(passwords).toFixed(1)} ms`);
    const { without, cost } = await sessionCost(app, WARM_UP + Math.round(REQUESTS * scale));
    return {
      otp_p50_ms: median(codes),
      otp_p95_ms: quantile(codes, 0.95),
      password_p50_ms: median(passwords),
      password_p95_ms: quantile(passwords, 0.95),
      request_ms: without,
      session_cost_ms: cost,
    };
  } finally {
    await app.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

const post = async (app: App, path: string, body: object, cookie = '', method = 'POST') => {
  const began = performance.now();
  const answer = await fetch(`${app.url()}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', cookie, origin: app.url() },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`);
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { ms, body: text ? JSON.parse(text) : null, cookie: cookies.join('; ') };
};

/** @returns milliseconds of each sign-in after the first ones. */
const byCode = async (app: App, count: number): Promise<number[]> => {
  const took: number[] = [];
  for (let n = 0; n < count; n++) {
    const identifier = `code${n}@bench.test`;
    const asked = await post(app, '/auth/otp/request', { identifier });
    await app.jobs.settle();
    const code = await newestCode(app.url(), identifier);
    took.push(asked.ms + (await post(app, '/auth/otp/verify', { identifier, code })).ms);
  }
  return took.slice(WARM_UP);
};

const byPassword = async (app: App, count: number): Promise<number[]> => {
  const identifier = 'password@bench.test';
  const { body, cookie } = await post(app, '/auth/register', { identifier, password: PASSWORD });
  await app.jobs.settle();
  const code = await newestCode(app.url(), identifier);
  await post(app, '/auth/verify-email', { ticket: body.ticket, code }, cookie);
  const took: number[] = [];
  for (let n = 0; n < count; n++) took.push((await post(app, '/auth/login', { identifier, password: PASSWORD })).ms);
  return took.slice(WARM_UP);
};

const sessionCost = async (app: App, count: number): Promise<{ without: number; cost: number }> => {
  const { bidders } = await fillArena(app.database.pool, count);
  const visitor = `vw_visitor=${'v'.repeat(22)}`;
  const ask = async (cookie: string) => {
    const began = performance.now();
    const answer = await fetch(`${app.url()}/api/v1/site`, { headers: { cookie } });
    await answer.arrayBuffer();
    return performance.now() - began;
  };
  const [withOne, without]: [number[], number[]] = [[], []];
  for (const { cookie } of bidders) {
    withOne.push(await ask(cookie));
    without.push(await ask(visitor));
  }
  const plain = median(without.slice(WARM_UP));
  return { without: plain, cost: median(withOne.slice(WARM_UP)) - plain };
};
