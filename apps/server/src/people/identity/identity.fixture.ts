// What the tests of signing in share: two servers, and the requests that a browser makes.
import { newestCode } from '@videowindow/sandbox/visitor';
import { startTestApp, type TestApp } from '../../testing/app.ts';

/** The service by which Twilio's stand-in sends codes. */
export const VERIFY = `VA${'0'.repeat(32)}`;

export type Stage = {
  app: TestApp;
  /** Limits as they are in production; an address of its own for each test by the header of a trusted proxy. */
  strict: TestApp;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** One for all files of the room: a server costs seconds. */
export const createStage = (): Stage => {
  const started: { app?: TestApp; strict?: TestApp } = {};
  const of = (server: TestApp | undefined): TestApp => {
    if (!server) throw new Error('the stage is not set up yet');
    return server;
  };
  return {
    get app() {
      return of(started.app);
    },
    get strict() {
      return of(started.strict);
    },
    async start() {
      [started.app, started.strict] = await Promise.all([
        startTestApp(),
        startTestApp({ env: { RATE_LIMIT_SCALE: '1', TRUST_PROXY: '127.0.0.1', TWILIO_VERIFY_SERVICE: VERIFY } }),
      ]);
    },
    async stop() {
      await Promise.all([started.app?.stop(), started.strict?.stop()]);
    },
  };
};

let people = 0;
export const freshEmail = () => `person${++people}@people.test`;
export const freshAddress = () => `198.51.100.${++people}`;

export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string };
export const post = async (
  base: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {}, text };
};
export const request = (to: TestApp, identifier: string, from = freshAddress()) =>
  post(to.url(), '/auth/otp/request', { identifier }, { 'x-forwarded-for': from });
export const verify = (to: TestApp, identifier: string, code: string) =>
  post(to.url(), '/auth/otp/verify', { identifier, code });
export const codeFor = async (to: TestApp, identifier: string): Promise<string> => {
  await request(to, identifier);
  await to.settle();
  return (await newestCode(to.url(), identifier)) ?? '';
};
export const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
export const cookieOf = (answer: Answer) =>
  answer.headers.getSetCookie().find((line) => line.includes('vw_session=')) ?? '';
export const whoIs = async (to: TestApp, cookie: string) => {
  const response = await fetch(`${to.url()}/api/v1/auth/profile`, { headers: { cookie } });
  return ((await response.json()) as { user: { email: string; roles: string[] } | null }).user; // the contract's answer
};
