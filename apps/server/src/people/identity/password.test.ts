// Passwords over the wire: making an account, signing in, forgetting, changing; and what others try with them.
import { createNodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { delayAfter } from './attempts.ts';

/** Limits as they are in production; each test and each stranger has an address of its own. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { RATE_LIMIT_SCALE: '1', TRUST_PROXY: '127.0.0.1' } });
});
afterAll(() => app.stop());

const GOOD = 'four quiet kilns';
let number = 0;
const freshEmail = () => `pia${++number}@people.test`;
const freshAddress = () => `198.51.100.${++number}`;

type Answer = { status: number; body: Record<string, unknown>; headers: Headers; cookie: string };
/** Sends as one browser: a cookie jar is a list of cookies that came back before. */
const send = async (
  method: string,
  path: string,
  body: object,
  { from = freshAddress(), cookie = '' } = {},
): Promise<Answer> => {
  const response = await fetch(`${app.url()}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, cookie },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const cookies = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return {
    status: response.status,
    headers: response.headers,
    body: text ? JSON.parse(text) : {},
    cookie: [cookie, ...cookies].filter(Boolean).join('; '),
  };
};
const post = (path: string, body: object, as: { from?: string; cookie?: string } = {}) => send('POST', path, body, as);
const mailed = async (email: string) => {
  await app.settle();
  return (await newestCode(app.url(), email)) ?? '';
};
const subjects = async (email: string): Promise<string[]> => {
  await app.settle();
  const answer = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
  return ((await answer.json()) as { mails: { subject: string }[] }).mails.map(({ subject }) => subject);
};
const login = (identifier: string, password: string, as: { from?: string; cookie?: string } = {}) =>
  post('/auth/login', { identifier, password }, as);
/** An account with a password; 31 s later, so that the next code may be asked for. */
const joined = async (email = freshEmail()) => {
  const { body, cookie } = await post('/auth/register', { identifier: email, password: GOOD });
  const made = await post('/auth/verify-email', { ticket: body.ticket, code: await mailed(email) }, { cookie });
  await shiftClock(app.database, 31_000);
  return { email, made };
};

describe('an account with a password', () => {
  test('is made by the code from the mail and the ticket of the one who asked; then the password opens it', async () => {
    const { email, made } = await joined();
    const entered = await login(` ${email.toUpperCase()}`.trim(), GOOD);

    expect(made.status).toBe(200);
    expect(made.body.user).toMatchObject({ email });
    expect(entered.body).toEqual(made.body);
    expect((await login(email, 'four quiet kiln')).body.code).toBe('credentials_wrong');
    const { rows } = await sql<{ all: string }>`
      select (select json_agg(p) from passwords p)::text || (select coalesce(json_agg(t), '[]') from one_time_tokens t)::text as all`.execute(
      app.database.db,
    );
    expect(rows[0]?.all).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(rows[0]?.all).not.toContain(GOOD);
  });

  test('that somebody began in another’s name is gone once its owner comes in, whichever way', async () => {
    const email = freshEmail();
    const { body } = await post('/auth/register', { identifier: email, password: 'the stranger knows' });
    await mailed(email);
    await shiftClock(app.database, 31_000);
    await post('/auth/otp/request', { identifier: email });
    await post('/auth/otp/verify', { identifier: email, code: await mailed(email) });
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from one_time_tokens where facts ->> 'email' = ${email}`.execute(app.database.db);

    expect(rows[0]?.n).toBe(0);
    expect((await post('/auth/verify-email', { ticket: body.ticket, code: '000000' })).body.code).toBe('code_invalid');
    expect((await login(email, 'the stranger knows')).body.code).toBe('credentials_wrong');
  });

  test('is not made by the mail’s code alone, nor by its sign-in', async () => {
    const email = freshEmail();
    await post('/auth/register', { identifier: email, password: GOOD });
    const code = await mailed(email);

    expect((await post('/auth/otp/verify', { identifier: email, code })).body.code).toBe('code_invalid');
    expect((await post('/auth/verify-email', { ticket: 'x', code })).body.code).toBe('code_invalid');
  });
});

describe('known and unknown addresses', () => {
  test('are answered alike, and only a mail tells the owner that the account is there', async () => {
    const { email } = await joined();
    const unknown = freshEmail();
    const answers = [];
    for (const identifier of [email, unknown]) {
      const registered = await post('/auth/register', { identifier, password: GOOD });
      await shiftClock(app.database, 31_000);
      const reset = await post('/auth/reset-password/request', { identifier });
      const refused = await login(identifier, 'a wrong password');
      await shiftClock(app.database, 31_000);
      answers.push([registered, reset, refused].map(({ status, body }) => [status, Object.keys(body), body.code]));
    }

    expect(answers[0]).toEqual(answers[1]);
    expect((await subjects(email))[1]).toBe('You have an account on Video Window already');
    expect(await subjects(unknown)).toEqual([expect.stringMatching(/^\d{6} is your/)]);
  });

  test('take as long to be refused', async () => {
    const { email } = await joined();
    const times: Record<string, number[]> = { known: [], unknown: [] };
    for (let i = 0; i < 5; i++) {
      for (const kind of ['known', 'unknown']) {
        const begun = performance.now();
        await login(kind === 'known' ? email : freshEmail(), 'a wrong password');
        times[kind]?.push(performance.now() - begun);
      }
    }
    const median = (list: number[] = []) => list.toSorted((a, b) => a - b)[2] ?? 0;

    expect(median(times.unknown)).toBeGreaterThan(0.3 * median(times.known));
    expect(median(times.known)).toBeGreaterThan(0.3 * median(times.unknown));
  });
});

describe('a password', () => {
  test.each([
    ['short one', 'validation_failed'],
    ['qwertyuiop', 'password_common'],
    ['Password123', 'password_common'],
    ['aaaaaaaaaaaa', 'password_common'],
    ['lena.holm@people.test', 'password_common'],
    ['lena.holm12', 'password_common'],
  ])('like "%s" is refused (%s)', async (password, code) => {
    const { body } = await post('/auth/register', { identifier: 'lena.holm@people.test', password });
    expect(body.code).toBe(code);
  });

  test('is set, changed and removed by a session that has shown who it is; the others end, and the person is told', async () => {
    const me = await signIn(app, 'otto');
    await shiftClock(app.database, 31_000);
    const other = await signIn(app, me.email);
    const ways = async (who: Person) => (await who.client.call('GET /auth/ways')).items.map(({ kind }) => kind);
    await me.client.call('PUT /auth/password', { body: { password: GOOD } });
    await app.settle();

    expect((await other.client.call('GET /auth/profile')).user).toBeNull();
    expect(await ways(me)).toEqual(['email', 'password']);
    const [notice] = (await me.client.call('GET /notifications', { query: {} })).items;
    expect(notice).toMatchObject({ title: 'Your password was set', href: '/you/security' });

    await shiftClock(app.database, 5.1 * 60_000);
    const change = () => me.client.call('PUT /auth/password', { body: { password: `${GOOD} again` } });
    await expect(change()).rejects.toMatchObject({
      code: 'step_up_required',
      details: { ways: ['password', 'email'] },
    });
    await expect(
      me.client.call('POST /auth/step-up/password', { body: { password: 'not this one' } }),
    ).rejects.toMatchObject({ code: 'credentials_wrong' });
    await me.client.call('POST /auth/step-up/password', { body: { password: GOOD } });
    await change();
    await me.client.call('DELETE /auth/password');
    expect(await ways(me)).toEqual(['email']);
    await expect(
      createNodeSession(app.url()).client.call('POST /auth/login', {
        body: { identifier: me.email, password: `${GOOD} again` },
      }),
    ).rejects.toMatchObject({ code: 'credentials_wrong' });
  });

  test('that is forgotten is set anew by a code, which ends every session', async () => {
    const { email, made } = await joined();
    await post('/auth/reset-password/request', { identifier: email });
    const code = await mailed(email);

    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        post('/auth/reset-password', { identifier: email, code, password: 'a newer password' }),
      ),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const profile = await send('POST', '/auth/step-up/code', { code }, { cookie: made.cookie });
    expect(profile.body.code).toBe('sign_in_required');
    expect((await login(email, GOOD)).body.code).toBe('credentials_wrong');
    expect((await login(email, 'a newer password')).status).toBe(200);
  });
});

describe('guessing', () => {
  test('is slowed down more and more from one network, whoever is guessed, many at once too', async () => {
    const from = freshAddress();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => login(freshEmail(), 'a wrong password', { from })),
    );

    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'credentials_wrong').length).toBeLessThan(15);
    expect(codes).toContain('rate_limited');
    await shiftClock(app.database, 60_000);
    expect((await login(freshEmail(), 'a wrong password', { from })).body.code).toBe('credentials_wrong');
    expect(Number((await login(freshEmail(), GOOD, { from })).headers.get('retry-after'))).toBeGreaterThan(1);
  });

  test('by strangers from everywhere delays neither the person’s own browser nor their code', async () => {
    const { email, made } = await joined();
    const guesses = [];
    for (let i = 0; i < 7; i++) guesses.push(await login(email, 'a wrong password'));
    const own = { cookie: made.cookie.replace(/vw_session=[^;]*(; )?/, '') };
    for (let i = 0; i < 5; i++) await post('/auth/otp/request', { identifier: email });

    expect(guesses.at(-1)?.body.code).toBe('rate_limited');
    expect(Number(guesses.at(-1)?.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    expect((await login(email, GOOD, own)).status).toBe(200);
    expect((await post('/auth/otp/request', { identifier: email }, own)).status).toBe(200);
  });

  test('costs twice the time with each miss, up to the longest, and never for ever', () => {
    const patience = { free: 5, longestS: 900 };
    expect([1, 5, 6, 7, 8, 14, 15, 1e6].map((failures) => delayAfter(failures, patience))).toEqual([
      0, 0, 2, 4, 8, 512, 900, 900,
    ]);
  });
});
