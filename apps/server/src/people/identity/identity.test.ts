// Signing in and out, as it goes over the wire: codes from the sandbox's mail, real cookies, real sockets.

import type { AddressInfo } from 'node:net';
import { createNodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createKeyring } from '#platform/crypto';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { signIn } from '../../testing/people.ts';
import { makeToken, redeemToken } from './tokens.ts';

/** Limits as they are in production; an address of its own for each test by the header of a trusted proxy. */
let strict: TestApp;
const VERIFY = `VA${'0'.repeat(32)}`;
let app: TestApp;
beforeAll(async () => {
  strict = await startTestApp({
    env: { RATE_LIMIT_SCALE: '1', TRUST_PROXY: '127.0.0.1', TWILIO_VERIFY_SERVICE: VERIFY },
  });
  app = await startTestApp();
});
afterAll(async () => {
  await strict.stop();
  await app.stop();
});

let people = 0;
const freshEmail = () => `person${++people}@people.test`;
const freshAddress = () => `198.51.100.${++people}`;

type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string };
const post = async (
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
const request = (to: TestApp, identifier: string, from = freshAddress()) =>
  post(to.url(), '/auth/otp/request', { identifier }, { 'x-forwarded-for': from });
const verify = (to: TestApp, identifier: string, code: string) =>
  post(to.url(), '/auth/otp/verify', { identifier, code });
const codeFor = async (to: TestApp, identifier: string): Promise<string> => {
  await request(to, identifier);
  await to.settle();
  return (await newestCode(to.url(), identifier)) ?? '';
};
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
const cookieOf = (answer: Answer) => answer.headers.getSetCookie().find((line) => line.includes('vw_session=')) ?? '';
const whoIs = async (to: TestApp, cookie: string) => {
  const response = await fetch(`${to.url()}/api/v1/auth/profile`, { headers: { cookie } });
  return ((await response.json()) as { user: { email: string; roles: string[] } | null }).user; // the contract's answer
};

describe('signing in', () => {
  test('takes a code from the mail; the first time makes the account, the second finds it', async () => {
    const email = freshEmail();

    const first = await verify(app, email.toUpperCase(), await codeFor(app, ` ${email.toUpperCase()}`.trim()));
    const second = await verify(app, email, await codeFor(app, email));

    expect(first.status).toBe(200);
    expect(first.body).toEqual(second.body);
    expect(first.body.user).toMatchObject({ email, roles: ['viewer'] });
    expect(await whoIs(app, cookieOf(first).split(';')[0] ?? '')).toMatchObject({ email });
    expect(cookieOf(first).split(';')[0]).not.toBe(cookieOf(second).split(';')[0]);
  });

  test('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const email = freshEmail();
    const cookie = cookieOf(await verify(app, email, await codeFor(app, email)));

    expect(cookie).toMatch(/^vw_session=[A-Za-z0-9_-]{43};/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Path=\//);
    expect(cookie).not.toMatch(/Domain=/);
    expect(cookie).not.toMatch(/Secure/);
  });

  test('keeps only a hash of the code and of the session', async () => {
    const email = freshEmail();
    const code = await codeFor(app, email);
    const stored = await sql<{ all: string }>`
      select (select json_agg(c) from one_time_tokens c where subject = ${email})::text ||
             (select coalesce(json_agg(j.payload), '[]') from graphile_worker._private_jobs j)::text as all`.execute(
      app.database.db,
    );
    expect(stored.rows[0]?.all).not.toContain(code);

    const token = cookieOf(await verify(app, email, code)).split(/[=;]/)[1] ?? '';
    const sessions = await sql<{ all: string }>`select json_agg(s)::text as all from sessions s`.execute(
      app.database.db,
    );
    expect(sessions.rows[0]?.all).not.toContain(token);
  });

  test('of a hundred redemptions of one code at once gives one session', async () => {
    const email = freshEmail();
    const code = await codeFor(app, email);

    const answers = await Promise.all(Array.from({ length: 100 }, () => verify(app, email, code)));

    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(new Set(answers.filter((answer) => answer.status !== 200).map((answer) => answer.body.code))).toEqual(
      new Set(['code_invalid']),
    );
    const { rows } = await sql<{ sessions: number; users: number }>`
      select count(distinct s.id) as sessions, count(distinct u.id) as users
      from users u left join sessions s on s.user_id = u.id where u.email = ${email}`.execute(app.database.db);
    expect(rows).toEqual([{ sessions: 1, users: 1 }]);
  });

  test('is noted in the audit log, and so is each refusal', async () => {
    const email = freshEmail();
    const code = await codeFor(app, email);
    const refused = await verify(app, email, wrong(code));
    const entered = await verify(app, email, code);

    const ids = [refused, entered].map((answer) => answer.headers.get('x-request-id'));
    const { rows } = await sql<{ action: string; actor: string | null }>`
      select action, actor from audit_log where request_id = any(${ids}) order by at`.execute(app.database.db);
    expect(rows.map((row) => row.action)).toEqual(['session.refused', 'session.started']);
    expect(rows[1]?.actor).toBe((entered.body.user as { id: string }).id);
  });
});

describe('a code', () => {
  test('is given up after five wrong tries, even for who then knows it', async () => {
    const email = freshEmail();
    const code = await codeFor(app, email);

    const tries = [];
    for (let i = 0; i < 5; i++) tries.push(await verify(app, email, wrong(code)));
    const late = await verify(app, email, code);

    expect([...tries, late].map((answer) => [answer.status, answer.body.code])).toEqual(
      Array.from({ length: 6 }, () => [422, 'code_invalid']),
    );
  });

  test('right at the fifth try still works', async () => {
    const email = freshEmail();
    const code = await codeFor(app, email);
    for (let i = 0; i < 4; i++) await verify(app, email, wrong(code));

    expect((await verify(app, email, code)).status).toBe(200);
  });

  test('is no longer good after ten minutes', async () => {
    const [early, late] = [freshEmail(), freshEmail()];
    const codes = [await codeFor(app, early), await codeFor(app, late)] as const;

    await shiftClock(app.database, 9.5 * 60_000);
    const inTime = await verify(app, early, codes[0]);
    await shiftClock(app.database, 60_000);
    const tooLate = await verify(app, late, codes[1]);
    await shiftClock(app.database, -10.5 * 60_000);

    expect(inTime.status).toBe(200);
    expect(tooLate.body.code).toBe('code_invalid');
  });

  test('is good once, and not for another address', async () => {
    const [email, other] = [freshEmail(), freshEmail()];
    const code = await codeFor(app, email);
    const otherCode = await codeFor(app, other);

    if (code !== otherCode) expect((await verify(app, other, code)).body.code).toBe('code_invalid');
    expect((await verify(app, email, code)).status).toBe(200);
    expect((await verify(app, email, code)).body.code).toBe('code_invalid');
    expect((await verify(app, freshEmail(), code)).body.code).toBe('code_invalid');
  });

  test('that is asked for again replaces the one before', async () => {
    const email = freshEmail();
    const first = await codeFor(app, email);
    const second = await codeFor(app, email);

    if (first !== second) expect((await verify(app, email, first)).body.code).toBe('code_invalid');
    expect((await verify(app, email, second)).status).toBe(200);
  });

  test.each(['12345', '1234567', 'abcdef', '12345６', ''])('of the form "%s" is no code', async (code) => {
    expect((await verify(app, freshEmail(), code)).body.code).toBe('validation_failed');
  });
});

describe('asking for a code', () => {
  test('is answered alike whether or not there is an account, and takes as long', async () => {
    const known = freshEmail();
    await verify(app, known, await codeFor(app, known));
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    const bodies = new Set<string>();

    for (let i = 0; i < 15; i++) {
      for (const kind of ['known', 'unknown'] as const) {
        const begun = performance.now();
        const answer = await request(app, kind === 'known' ? known : freshEmail());
        times[kind].push(performance.now() - begun);
        bodies.add(`${answer.status} ${answer.text}`);
      }
    }

    const median = (list: number[]) => list.toSorted((a, b) => a - b)[7] ?? 0;
    expect(bodies).toEqual(new Set(['200 {"resendAfterS":30,"expiresInS":600}']));
    expect(Math.abs(median(times.known) - median(times.unknown))).toBeLessThan(
      5 + 0.5 * Math.max(median(times.known), median(times.unknown)),
    );
  });

  test('again within 30 seconds is refused with the time to wait, from wherever; after it, it works', async () => {
    const email = freshEmail();
    expect((await request(strict, email)).status).toBe(200);

    const soon = await request(strict, email);
    expect(soon.body.code).toBe('rate_limited');
    expect(Number(soon.headers.get('retry-after'))).toBeGreaterThan(25);
    expect(Number(soon.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    await shiftClock(strict.database, 31_000);
    expect((await request(strict, email)).status).toBe(200);
  });

  test('is allowed five times an hour for an address, and says when the next one is', async () => {
    const email = freshEmail();
    for (let i = 0; i < 5; i++) {
      expect((await request(strict, email)).status).toBe(200);
      await shiftClock(strict.database, 60_000);
    }

    const sixth = await request(strict, email);
    expect(sixth.body.code).toBe('rate_limited');
    const wait = Number(sixth.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(54 * 60);
    expect(wait).toBeLessThanOrEqual(55 * 60);
    await shiftClock(strict.database, wait * 1000);
    expect((await request(strict, email)).status).toBe(200);
  });

  test('fifty times at once for one address sends one mail', async () => {
    const email = freshEmail();

    const answers = await Promise.all(Array.from({ length: 50 }, () => request(strict, email)));
    await strict.settle();

    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const { mails } = (await (
      await fetch(`${strict.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`)
    ).json()) as { mails: unknown[] }; // the sandbox's own page
    expect(mails).toHaveLength(1);
  });

  test('is limited for a network too: an IPv6 subscriber by the first 64 bits', async () => {
    const from = (last: number) => request(strict, freshEmail(), `2001:db8:77:1::${last.toString(16)}`);
    let allowed = 0;
    let refused: Answer | null = null;
    for (let i = 1; i <= 250 && refused === null; i++) {
      const answer = await from(i);
      if (answer.status === 200) allowed++;
      else refused = answer;
    }

    expect(refused?.body.code).toBe('rate_limited');
    expect(allowed).toBeGreaterThanOrEqual(20);
    expect((await request(strict, freshEmail(), '2001:db8:77:2::1')).status).toBe(200);
  });

  test.each([
    'nobody',
    'a@b',
    'a b@people.test',
    '@people.test',
    'a@people.test\nBcc: b@people.test',
    `${'a'.repeat(250)}@people.test`,
  ])('for "%s", which is no address, is refused', async (identifier) => {
    const { body } = await request(app, identifier);
    expect(body.code).toBe('validation_failed');
    expect((body.fields as { path: string }[])[0]?.path).toBe('identifier');
  });
});

describe('a handle', () => {
  const handleOf = async (email: string) => {
    const answer = await verify(app, email, await codeFor(app, email));
    expect(answer.status).toBe(200);
    return (answer.body.user as { handle: string }).handle;
  };

  test.each([
    ['vera.lind@people.test', /^vera\.lind$/],
    ['.o.@people.test', null],
    ['ab@people.test', /^ab_\d{5}$/],
    ['vera+news@people.test', /^veranews$/],
    ['abcdefghijklmnopqrs.tuvwxyz@people.test', /^abcdefghijklmnopqrs$/],
    ["o'neil-smith@people.test", /^oneilsmith$/],
    ['+++@people.test', /^guest$/],
  ])('is made from %s', async (email, expected) => {
    if (expected === null) {
      // The address has the form of none, so that nobody can have it.
      expect((await request(app, email)).body.code).toBe('validation_failed');
      return;
    }
    expect(await handleOf(email)).toMatch(expected);
  });

  test('that is taken gets digits', async () => {
    expect(await handleOf('twin@one.test')).toBe('twin');
    expect(await handleOf('twin@two.test')).toMatch(/^twin_\d{5}$/);
  });

  test('of one address is one, however many make the account at the same time', async () => {
    const email = freshEmail();

    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.database.transaction((tx) => app.identity.register(tx, { email, roles: [] })),
      ),
    );

    expect(new Set(made.map((user) => user.id)).size).toBe(1);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from outbox where type = 'user.registered' and payload ->> 'email' = ${email}`.execute(
      app.database.db,
    );
    expect(rows[0]?.n).toBe(1);
  });

  test('of namesakes who register at the same time is each their own', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        app.database.transaction((tx) => app.identity.register(tx, { email: `namesake@${i}.test`, roles: [] })),
      ),
    );

    expect(new Set(made.map((user) => user.handle)).size).toBe(10);
  });
});

describe('a session', () => {
  const openSocket = async (cookie: string) => {
    const socket = new WebSocket(`${app.url().replace('http', 'ws')}/api/v1/realtime`, {
      headers: { cookie, origin: app.url() },
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve, reject) => socket.on('message', resolve).on('error', reject));
    return { socket, closed };
  };

  test('that is ended is over at once, for HTTP and for sockets; other sessions go on', async () => {
    const one = await signIn(app, freshEmail());
    const other = await signIn(app, one.email);
    const sockets = [await openSocket(one.cookie()), await openSocket(other.cookie())] as const;
    const cookie = one.cookie();

    await one.client.call('POST /auth/logout');

    expect(await whoIs(app, cookie)).toBeNull();
    expect(await sockets[0].closed).toBe(4001);
    expect(await whoIs(app, other.cookie())).toMatchObject({ email: one.email });
    expect(sockets[1].socket.readyState).toBe(WebSocket.OPEN);
    sockets[1].socket.close();
    expect(one.cookie()).not.toContain('vw_session');
  });

  test('is over at once in another process as well', async () => {
    const person = await signIn(app, freshEmail());
    const cookie = person.cookie();
    const { rows } = await sql<{ id: string; userId: string }>`
      select id, user_id as "userId" from sessions where user_id = ${person.id}`.execute(app.database.db);
    expect(await whoIs(app, cookie)).not.toBeNull();

    // As another process does it: the rows and the event, nothing in this one's memory.
    await app.database.transaction(async (tx) => {
      await sql`update sessions set ended_at = app_now() where id = ${rows[0]?.id}`.execute(tx);
      await app.events.emit(tx, 'session.ended', rows[0]?.id ?? '', {
        sessionId: rows[0]?.id ?? '',
        userId: person.id,
      });
    });

    await eventually(async () => expect(await whoIs(app, cookie)).toBeNull(), 500);
  });

  test('may be ended twice, and by somebody who has none', async () => {
    const person = await signIn(app, freshEmail());
    const cookie = person.cookie();

    const statuses = [];
    for (const each of [cookie, cookie, ''])
      statuses.push((await post(app.url(), '/auth/logout', {}, { cookie: each })).status);

    expect(statuses).toEqual([204, 204, 204]);
  });

  test('ends after thirty days without use, and goes on with use', async () => {
    const [used, unused] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];

    await shiftClock(app.database, 20 * 86_400_000);
    expect(await whoIs(app, used.cookie())).not.toBeNull();
    await shiftClock(app.database, 20 * 86_400_000);
    const seen = [await whoIs(app, used.cookie()), await whoIs(app, unused.cookie())];
    await shiftClock(app.database, -40 * 86_400_000);

    expect(seen).toEqual([expect.objectContaining({ email: used.email }), null]);
  });

  test.each([
    'vw_session=',
    'vw_session=x',
    `vw_session=${'a'.repeat(43)}`,
    `vw_session=${'a'.repeat(5000)}`,
    'vw_session=%00',
    ';;;=;',
  ])('of a made-up cookie (%s) is nobody’s', async (cookie) => {
    expect(await whoIs(app, cookie)).toBeNull();
  });

  test('of somebody who is banned is over, its socket too, and there is no way back in', async () => {
    const person = await signIn(app, freshEmail());
    const socket = await openSocket(person.cookie());
    await app.database.transaction((tx) => app.identity.setStatus(tx, person.id, 'banned', null));

    expect(await whoIs(app, person.cookie())).toBeNull();
    expect(await socket.closed).toBe(4001);
    const back = await verify(app, person.email, await codeFor(app, person.email));

    expect(back.status).toBe(403);
    expect(back.body.code).toBe('account_suspended');
    expect(cookieOf(back)).toBe('');
  });
});

describe('a role that is given', () => {
  const grant = (id: string) => app.database.transaction((tx) => app.identity.grantRole(tx, id, 'moderator', null));

  test('ends the sessions that were there, once, and counts in the next', async () => {
    const person = await signIn(app, freshEmail());
    await grant(person.id);
    expect(await whoIs(app, person.cookie())).toBeNull();

    const again = await signIn(app, person.email);
    await grant(person.id);
    expect((await whoIs(app, again.cookie()))?.roles).toEqual(['viewer', 'moderator']);
    expect(await again.client.call('GET /moderation/queue', { query: {} })).toHaveProperty('items');
  });

  test('leaves the session in which the person took it themselves', async () => {
    const person = await signIn(app, freshEmail());
    const elsewhere = await signIn(app, person.email);

    await person.client.call('POST /makers');

    expect((await whoIs(app, person.cookie()))?.roles).toEqual(['viewer', 'maker']);
    expect(await whoIs(app, elsewhere.cookie())).toBeNull();
  });
});

describe('the list of sessions', () => {
  test('tells the device and the beginning of the address, and which one asks; one, or all others, can be ended', async () => {
    const email = freshEmail();
    const enter = async (headers: Record<string, string>) => {
      const code = await codeFor(strict, email);
      await shiftClock(strict.database, 31_000);
      const answer = await post(strict.url(), '/auth/otp/verify', { identifier: email, code }, headers);
      return cookieOf(answer).split(';')[0] ?? '';
    };
    const here = await enter({
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for': '203.0.113.77',
    });
    const [phone, desk] = [await enter({ 'x-forwarded-for': '2001:db8:7:8::9' }), await enter({})];
    const list = async () => {
      const answer = await fetch(`${strict.url()}/api/v1/auth/sessions`, { headers: { cookie: here } });
      return ((await answer.json()) as { items: { id: string; device: string; place: string; current: boolean }[] })
        .items;
    };

    const listed = await list();
    expect(listed.map(({ place, current }) => [place, current])).toEqual([
      ['This machine', false],
      ['2001:db8:7:…', false],
      ['203.0.113.…', true],
    ]);
    expect(listed[2]?.device).toBe('Firefox on Linux');
    const gone = await fetch(`${strict.url()}/api/v1/auth/sessions/${listed[0]?.id}`, {
      method: 'DELETE',
      headers: { cookie: here },
    });
    expect(gone.status).toBe(204);
    expect([await whoIs(strict, desk), await whoIs(strict, phone)]).toEqual([null, expect.objectContaining({ email })]);
    expect((await post(strict.url(), '/auth/sessions/end-others', {}, { cookie: here })).body).toEqual({ ended: 1 });
    expect([await whoIs(strict, phone), await whoIs(strict, here)]).toEqual([null, expect.objectContaining({ email })]);
  });
});

describe('a long token', () => {
  const make = () =>
    app.database.transaction((tx) =>
      makeToken(tx, { purpose: 'sign_in', subject: crypto.randomUUID(), facts: { back: '/' }, lifeMs: 60_000 }),
    );
  const redeem = (token: string, purpose: 'sign_in' | 'step_up' = 'sign_in') =>
    app.database.transaction((tx) => redeemToken(tx, purpose, token));

  test('of a hundred redemptions at once is redeemed by one, for its own purpose, in its time', async () => {
    const [token, late] = [await make(), await make()];

    expect(await redeem(token, 'step_up')).toBeNull();
    const redeemed = await Promise.all(Array.from({ length: 100 }, () => redeem(token)));
    await shiftClock(app.database, 61_000);
    const tooLate = await redeem(late);
    await shiftClock(app.database, -61_000);

    expect(redeemed.filter((one) => one !== null)).toEqual([expect.objectContaining({ facts: { back: '/' } })]);
    expect(tooLate).toBeNull();
  });
});

describe('what asks for a fresh factor', () => {
  test('goes right after signing in; later it wants a code of this session first, good for five minutes', async () => {
    const maker = await signIn(app, freshEmail(), ['maker']);
    const elsewhere = await signIn(app, maker.email);
    const onboard = (who: typeof maker) =>
      who.client.call('POST /makers/me/onboarding').then(
        () => 'done',
        (error: { code: string; details: { ways: string[] } }) => `${error.code} ${error.details.ways}`,
      );
    expect(await onboard(maker)).toBe('done');
    await shiftClock(app.database, 5.1 * 60_000);
    expect(await onboard(maker)).toBe('step_up_required email');

    await maker.client.call('POST /auth/step-up/send-code', { body: { way: 'email' } });
    await app.settle();
    const body = { code: (await newestCode(app.url(), maker.email)) ?? '' };
    await expect(elsewhere.client.call('POST /auth/step-up/code', { body })).rejects.toMatchObject({
      code: 'code_invalid',
    });
    expect((await verify(app, maker.email, body.code)).body.code).toBe('code_invalid');
    await maker.client.call('POST /auth/step-up/code', { body });

    expect([await onboard(maker), await onboard(elsewhere)]).toEqual(['done', 'step_up_required email']);
    await shiftClock(app.database, 5.1 * 60_000);
    expect(await onboard(maker)).toBe('step_up_required email');
    await shiftClock(app.database, -10.2 * 60_000);
  });
});

describe('a phone', () => {
  const NUMBER = '+351 912 345 678';
  const textTo = async (number: string) => {
    await app.settle();
    return await newestCode(app.url(), number.replace(/[^+\d]/g, ''));
  };
  const proofs = async (person: Awaited<ReturnType<typeof signIn>>) =>
    (await person.client.call('GET /users/me/verifications')).items.map(
      ({ kind, state, by }) => `${kind} ${state} ${by}`,
    );
  const proveBy = async (person: Awaited<ReturnType<typeof signIn>>, phone: string) => {
    await person.client.call('POST /auth/phone', { body: { phone } });
    await person.client.call('POST /auth/verify-phone', { body: { code: (await textTo(phone)) ?? '' } });
  };

  test('is proved by a text, lies sealed, lets in and shows who it is; who proves it last has it, and is told', async () => {
    const [first, second] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    await proveBy(first, NUMBER);

    const { rows } = await sql<{ all: string }>`
      select row_to_json(u)::text || (select coalesce(json_agg(c), '[]') from code_requests c)::text ||
             (select coalesce(json_agg(t), '[]') from one_time_tokens t)::text as all
      from users u where id = ${first.id}`.execute(app.database.db);
    expect(rows[0]?.all).not.toMatch(/912.?345.?678/);
    const ways = (await first.client.call('GET /auth/ways')).items;
    expect(ways.find(({ kind }) => kind === 'phone')).toMatchObject({ name: '+351912345678', removable: true });
    await request(app, '+351 (912) 345-678');
    const entered = await verify(app, NUMBER, (await textTo(NUMBER)) ?? '');
    expect(entered.body.user).toMatchObject({ email: first.email });
    expect(await proofs(first)).toEqual(['email verified code', 'phone verified code']);
    await first.client.call('POST /auth/step-up/send-code', { body: { way: 'phone' } });
    await first.client.call('POST /auth/step-up/code', { body: { code: (await textTo(NUMBER)) ?? '' } });

    await proveBy(second, NUMBER);
    await app.settle();
    expect((await first.client.call('GET /auth/ways')).items.map(({ kind }) => kind)).toEqual(['email']);
    const [notice] = (await first.client.call('GET /notifications', { query: {} })).items;
    expect(notice?.title).toBe('Your phone number no longer lets you in');
    expect(await proofs(first)).toEqual(['email verified code']);
    await first.client.call('POST /auth/phone', { body: { phone: '+351912345670' } });
    expect(await proofs(first)).toContain('phone pending code');
    await first.client.call('POST /auth/verify-phone', { body: { code: '000000' } }).catch(() => {});
    expect(await proofs(first)).toContain('phone failed code');
    await second.client.call('DELETE /auth/phone');
    expect((await second.client.call('GET /auth/ways')).items.map(({ kind }) => kind)).toEqual(['email']);
  });

  test('that nobody has proved is answered alike, gets no text, and its code lets nobody in', async () => {
    const unknown = '+15005550123';

    expect((await request(app, unknown)).text).toBe('{"resendAfterS":30,"expiresInS":600}');
    expect(await textTo(unknown)).toBeNull();
    expect((await verify(app, unknown, '123456')).body.code).toBe('code_invalid');
    const wrong = { identifier: unknown, channel: 'email' };
    expect((await post(app.url(), '/auth/otp/request', wrong)).body).toMatchObject({ code: 'validation_failed' });
    for (const number of ['+0123', '+351 call me', '++351912345678'])
      expect((await request(app, number)).body).toMatchObject({ code: 'validation_failed' });
  });
});

describe('where Twilio Verify sends them,', () => {
  const NUMBER = '+351912345679';
  afterAll(() => shiftClock(strict.database, -62_000));

  test('codes stay ours: each new one arrives, is taken once, and Verify hears that it came back', async () => {
    const { client } = await signIn(strict, freshEmail());
    const newest = async () => {
      await strict.settle();
      return (await newestCode(strict.url(), NUMBER)) ?? '';
    };
    await client.call('POST /auth/phone', { body: { phone: NUMBER } });
    const first = await newest();
    await shiftClock(strict.database, 31_000);
    await client.call('POST /auth/phone', { body: { phone: NUMBER } });
    const second = await newest();

    expect(second).not.toBe(first);
    await client.call('POST /auth/verify-phone', { body: { code: second } });
    await shiftClock(strict.database, 31_000);
    await request(strict, NUMBER);
    const third = await newest();
    expect((await verify(strict, NUMBER, third)).status).toBe(200);
    expect((await verify(strict, NUMBER, third)).body.code).toBe('code_invalid');
    await strict.settle();
    const ended = await fetch(`${strict.url()}/sandbox/twilio/v2/Services/${VERIFY}/Verifications/${NUMBER}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('ACsandbox:sandbox')}` },
      body: new URLSearchParams({ Status: 'canceled' }),
    });
    expect(ended.status).toBe(404); // nothing runs: it was approved
  });
});

describe('another mail address', () => {
  const codeAt = async (email: string) => {
    await app.settle();
    return (await newestCode(app.url(), email)) ?? '';
  };
  const mailsTo = async (email: string) => {
    await app.settle();
    const answer = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
    return ((await answer.json()) as { mails: { subject: string; text: string }[] }).mails; // our own page
  };
  const tokenIn = async (email: string) =>
    /email-change#([\w-]{43})/.exec((await mailsTo(email))[0]?.text ?? '')?.[1] ?? '';
  type Who = Awaited<ReturnType<typeof signIn>>;
  /** Asks and proves the new one: the old one has the word. */
  const propose = async ({ client }: Who, email: string) => {
    await client.call('POST /auth/email-change', { body: { email } });
    return await client.call('POST /auth/email-change/verify', { body: { code: await codeAt(email) } });
  };
  const say = (token: string, answer: 'confirm' | 'stop') =>
    post(app.url(), '/auth/email-change/answer', { token, answer });
  const me = async ({ client }: Who) => (await client.call('GET /auth/profile')).user?.email ?? null;

  test('is theirs when both ends have said yes: at once, for one of a hundred; other sessions end, both are told', async () => {
    const [before, after] = [freshEmail(), freshEmail()];
    const [person, elsewhere] = [await signIn(app, before), await signIn(app, before)];
    const { takesEffectAt } = await propose(person, after.toUpperCase());
    expect(new Date(takesEffectAt).getTime() - app.database.clock().getTime()).toBeGreaterThan(2.9 * 86_400_000);
    expect(await me(person)).toBe(before);
    expect((await person.client.call('GET /auth/email-change')).change).toEqual({ email: after, takesEffectAt });
    const asked = (await mailsTo(before))[0];
    expect(asked?.subject).toBe('Is this to be your new mail address?');
    expect(asked?.text).not.toContain(after);

    const token = await tokenIn(before);
    const answers = await Promise.all(Array.from({ length: 100 }, () => say(token, 'confirm')));

    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'link_over')).toHaveLength(99);
    expect([await me(person), await me(elsewhere)]).toEqual([after, null]);
    expect((await person.client.call('GET /auth/email-change')).change).toBeNull();
    expect((await mailsTo(before))[0]?.subject).toBe('Your account has another mail address now');
    expect((await mailsTo(after)).map(({ subject }) => subject)).toContain(
      'This is the mail address of your account now',
    );
    expect((await verify(app, after, await codeFor(app, after))).body.user).toMatchObject({ id: person.id });
    // The old one is free again, and its account was somebody else's.
    expect((await verify(app, before, await codeFor(app, before))).body.user).not.toMatchObject({ id: person.id });
    const { rows } = await sql<{ facts: string; personal: string | null }>`
      select facts::text as facts, personal::text as personal from audit_inbox
      where subject = ${person.id} and action = 'security.email_changed'
      union all
      select facts::text, personal from audit_entries
      where subject = ${person.id} and action = 'security.email_changed'`.execute(app.database.db);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.facts).not.toContain('@');
  });

  test('that the old one stops comes never true, and everybody who is signed in is out', async () => {
    const [before, after] = [freshEmail(), freshEmail()];
    const thief = await signIn(app, before);
    await propose(thief, after);

    const token = await tokenIn(before);
    expect((await say(token, 'stop')).status).toBe(204);

    expect((await say(token, 'confirm')).body.code).toBe('link_over');
    await eventually(async () => expect(await me(thief)).toBeNull());
    await shiftClock(app.database, 4 * 86_400_000);
    await app.settle();
    expect((await verify(app, before, await codeFor(app, before))).body.user).toMatchObject({ id: thief.id });
    await shiftClock(app.database, -4 * 86_400_000);
  });

  test('that is confirmed and stopped at the same moment is one of the two', async () => {
    for (let round = 0; round < 3; round++) {
      const [before, after] = [freshEmail(), freshEmail()];
      const person = await signIn(app, before);
      await propose(person, after);
      const token = await tokenIn(before);

      const [confirmed, stopped] = await Promise.all([say(token, 'confirm'), say(token, 'stop')]);

      expect([confirmed.status, stopped.status].sort()).toEqual([204, 409]);
      await eventually(async () => expect(await me(person)).toBe(confirmed.status === 204 ? after : null));
    }
  });

  test('comes true after three days when the old one says nothing; by then it may be somebody else’s', async () => {
    const [quiet, late] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    const [free, taken] = [freshEmail(), freshEmail()];
    await propose(quiet, free);
    await propose(late, taken);
    await signIn(app, taken);
    const token = await tokenIn(late.email);

    await shiftClock(app.database, 3.1 * 86_400_000);
    await app.settle();

    expect([await me(quiet), await me(late)]).toEqual([free, late.email]);
    expect((await say(token, 'confirm')).body.code).toBe('link_over');
    const notices = (await late.client.call('GET /notifications', { query: {} })).items;
    expect(notices[0]?.title).toBe('Your mail address stays as it is: the new one belongs to another account');
    await shiftClock(app.database, -3.1 * 86_400_000);
  });

  test('is asked for with a fresh factor, and says nothing of whether somebody has it; its code is good for nothing else', async () => {
    const [person, other] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    const free = freshEmail();
    const ask = (email: string) => person.client.call('POST /auth/email-change', { body: { email } });

    expect(await ask(other.email)).toEqual(await ask(free));
    expect((await mailsTo(other.email))[0]?.subject).toMatch(/^This address has an account on /);
    const code = await codeAt(free);
    expect((await verify(app, free, code)).body.code).toBe('code_invalid');
    const prove = (who: Who, given: string) =>
      who.client.call('POST /auth/email-change/verify', { body: { code: given } }).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    expect([await prove(other, code), await prove(person, wrong(code))]).toEqual(['code_invalid', 'code_invalid']);
    expect(await prove(person, code)).toBe('done');
    await person.client.call('DELETE /auth/email-change');
    expect((await say(await tokenIn(person.email), 'confirm')).body.code).toBe('link_over');
    await expect(ask(person.email)).rejects.toMatchObject({ code: 'validation_failed' });

    await shiftClock(app.database, 5.1 * 60_000);
    await expect(ask(freshEmail())).rejects.toMatchObject({ code: 'step_up_required' });
    await shiftClock(app.database, -5.1 * 60_000);
  });
});

describe('an app', () => {
  type Tokens = { accessToken: string; refreshToken: string };
  const enterByTokens = async (email = freshEmail()) => {
    const code = await codeFor(app, email);
    const answer = await post(app.url(), '/auth/otp/verify', { identifier: email, code, tokens: true });
    expect(cookieOf(answer)).toBe('');
    return { email, ...(answer.body.tokens as Tokens) };
  };
  const whoIsBy = async (token: string) => {
    const response = await fetch(`${app.url()}/api/v1/auth/profile`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { user: { email: string } | null }).user?.email ?? null;
  };
  const refresh = (refreshToken: string) => post(app.url(), '/auth/refresh', { refreshToken });

  test('is let in by a token for fifteen minutes, and by the next ones as long as it asks for them', async () => {
    const first = await enterByTokens();
    expect(await whoIsBy(first.accessToken)).toBe(first.email);

    await shiftClock(app.database, 15.1 * 60_000);
    expect(await whoIsBy(first.accessToken)).toBeNull();
    const next = await refresh(first.refreshToken);
    expect(await whoIsBy(String(next.body.accessToken))).toBe(first.email);
    await shiftClock(app.database, 31 * 86_400_000);
    const late = await refresh(String(next.body.refreshToken));
    await shiftClock(app.database, -31 * 86_400_000 - 15.1 * 60_000);
    expect([late.status, late.body.code]).toEqual([401, 'refresh_invalid']);
  });

  test('whose session is ended anywhere is out at once, its socket too', async () => {
    const { email, accessToken, refreshToken } = await enterByTokens();
    const socket = new WebSocket(`${app.url().replace('http', 'ws')}/api/v1/realtime`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve, reject) => socket.on('message', resolve).on('error', reject));
    const person = await signIn(app, email);

    expect(await person.client.call('POST /auth/sessions/end-others')).toEqual({ ended: 1 });

    expect(await whoIsBy(accessToken)).toBeNull();
    expect(await closed).toBe(4001);
    expect((await refresh(refreshToken)).body.code).toBe('refresh_invalid');
  });

  test('that refreshes twice with one token, at once too, loses the whole family, and the person is told', async () => {
    const { email, accessToken, refreshToken } = await enterByTokens();

    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));

    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect([await whoIsBy(accessToken), await whoIsBy(String(won[0]?.body.accessToken))]).toEqual([null, null]);
    expect((await refresh(String(won[0]?.body.refreshToken))).status).toBe(401);
    await app.settle();
    const person = await signIn(app, email);
    const notices = (await person.client.call('GET /notifications', { query: {} })).items;
    expect(notices.map(({ title }) => title)).toEqual(['An app was signed out: its key was used in two places']);
  });

  test('is nobody with a token that was forged, turned or meant for something else', async () => {
    const { accessToken, refreshToken } = await enterByTokens();
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const write = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const keyring = createKeyring('a secret that only the tests know, 32+');
    const signed = (head: string, body: string, purpose = 'access-token') =>
      `${head}.${body}.${keyring.sign(purpose, `${head}.${body}`)}`;
    expect(await whoIsBy(signed(header, payload))).not.toBeNull();

    const forged = {
      none: `${write({ ...read(header), alg: 'none' })}.${payload}.`,
      'none, signed': signed(write({ ...read(header), alg: 'none' }), payload),
      'another algorithm': signed(write({ ...read(header), alg: 'HS512' }), payload),
      'another type': signed(write({ ...read(header), typ: 'JWT' }), payload),
      'a key that leads elsewhere': signed(write({ ...read(header), kid: '../../dev/null' }), payload),
      'a key of its own': signed(write({ ...read(header), jwk: { kty: 'oct', k: 'AA' } }), payload),
      'another person': `${header}.${write({ ...read(payload), sid: crypto.randomUUID() })}.${signature}`,
      'another use': signed(header, write({ ...read(payload), aud: 'elsewhere' })),
      'no end': signed(header, write({ ...read(payload), exp: undefined })),
      'a past end': signed(header, write({ ...read(payload), exp: 1 })),
      'a code’s signature': signed(header, payload, 'one-time-code'),
      'no signature': `${header}.${payload}`,
      'a fourth part': `${accessToken}.x`,
      'the refresh token': refreshToken,
      nothing: '',
    };
    for (const [name, token] of Object.entries(forged)) expect(await whoIsBy(token), name).toBeNull();
    expect((await refresh(accessToken.slice(0, 100))).body.code).toBe('refresh_invalid');
  });
});

test('over https the cookies are Secure and bound to this very host', async () => {
  const https = await startTestApp({ env: { PUBLIC_URL: 'https://video.example' } });
  const { port } = https.http.app.server.address() as AddressInfo; // it listens on a port
  const base = `http://127.0.0.1:${port}`;
  const email = freshEmail();
  await post(base, '/auth/otp/request', { identifier: email });
  await https.settle();

  const answer = await post(base, '/auth/otp/verify', { identifier: email, code: await newestCode(base, email) });

  await https.stop();
  expect(answer.status).toBe(200);
  expect(cookieOf(answer)).toMatch(/^__Host-vw_session=/);
  expect(cookieOf(answer)).toMatch(/; Secure/);
  expect(cookieOf(answer)).toMatch(/; Path=\//);
  expect(cookieOf(answer)).not.toMatch(/Domain=/);
});

test('a client without a session is told that nobody is signed in', async () => {
  expect(await createNodeSession(app.url()).client.call('GET /auth/profile')).toEqual({ user: null });
});
