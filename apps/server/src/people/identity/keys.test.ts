// Passkeys and the second factor over HTTP: an authenticator in software that signs whatever it is told to, codes by the RFC.
import { createNodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '#platform/config';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { userCommand } from '../../user-command.ts';
import { makeSoftKey, type SoftKey } from './passkeys/test-authenticator.ts';
import { codeAt, stepAt } from './second-factor/totp.ts';

let app: TestApp;
/** Passkeys belong to a name: as a browser opens it on this machine. */
let named: string;
beforeAll(async () => {
  app = await startTestApp();
  named = app.url().replace('127.0.0.1', 'localhost');
});
afterAll(() => app.stop());

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? String(error),
  );

let people = 0;
const freshEmail = () => `keys${++people}@people.test`;
type Session = ReturnType<typeof createNodeSession>;
const whoIs = async ({ client }: Session) => (await client.call('GET /auth/profile')).user?.email ?? null;

/** First factor: a code from the mail. */
const askAndVerify = async (session: Session, email: string) => {
  await session.client.call('POST /auth/otp/request', { body: { identifier: email } });
  await app.settle();
  const code = (await newestCode(app.url(), email)) ?? '';
  return await session.client.call('POST /auth/otp/verify', { body: { identifier: email, code } });
};
/** A person in a browser that opened the page by its name. */
const joinByName = async (): Promise<Person> => {
  const session = createNodeSession(named);
  const email = freshEmail();
  const { user } = await askAndVerify(session, email);
  return { ...session, id: user.id, email };
};

describe('a passkey', () => {
  type Options = { challenge: string; rp?: { id: string }; user?: { id: string }; excludeCredentials?: unknown[] };
  const say = (challenge: string) => ({ challenge, origin: named, rpId: 'localhost' });
  const ask = async ({ client }: Session) => (await client.call('POST /auth/passkeys/options')) as Options;
  const add = async (person: Session, key: SoftKey, name = 'Bench', with_: object = {}) => {
    const { challenge } = await ask(person);
    const response = key.make({ ...say(challenge), ...with_ });
    return await person.client.call('POST /auth/passkeys', { body: { name, response } });
  };
  const challengeFor = async ({ client }: Session) =>
    ((await client.call('POST /auth/passkeys/sign-in/options')) as Options).challenge;
  const use = async (session: Session, response: ReturnType<SoftKey['use']>) =>
    await session.client.call('POST /auth/passkeys/sign-in', { body: { response } });
  const comeIn = async (session: Session, key: SoftKey, with_: object = {}) =>
    await use(session, key.use({ ...say(await challengeFor(session)), ...with_ }));

  test('lets its owner in without a name, from a browser that knows nobody; several have names and can go', async () => {
    const person = await joinByName();
    const [bench, phone] = [makeSoftKey(), makeSoftKey()];
    const first = await add(person, bench);
    const second = await add(person, phone, 'Phone');

    const stranger = createNodeSession(named);
    const { user } = await comeIn(stranger, phone, { counter: 1 });
    expect([user.id, await whoIs(stranger)]).toEqual([person.id, person.email]);

    await person.client.call('PATCH /auth/passkeys/:id', { params: { id: first.id }, body: { name: 'Workshop' } });
    await person.client.call('DELETE /auth/passkeys/:id', { params: { id: second.id } });
    const { items } = await person.client.call('GET /auth/passkeys');
    expect(items).toMatchObject([{ name: 'Workshop', lastUsedAt: null }]);
    expect(await codeOf(comeIn(createNodeSession(named), phone, { counter: 2 }))).toBe('passkey_unknown');
  });

  test('is asked for by our own name, and never twice the same key', async () => {
    const person = await joinByName();
    const key = makeSoftKey();
    await add(person, key);
    const options = await ask(person);

    expect(options.rp?.id).toBe('localhost');
    expect(options.excludeCredentials).toHaveLength(1);
    expect(await codeOf(add(person, key))).toBe('passkey_known');
    expect(await codeOf(add(await joinByName(), key))).toBe('passkey_known');
  });

  test('answers a challenge of this browser, once, in time', async () => {
    const person = await joinByName();
    const key = makeSoftKey();
    await add(person, key);
    const [mine, theirs] = [createNodeSession(named), createNodeSession(named)];
    const challenge = await challengeFor(mine);
    await challengeFor(theirs);
    const response = key.use({ ...say(challenge), counter: 1 });

    expect(await codeOf(use(theirs, response))).toBe('ceremony_over');
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(use(mine, response))));
    expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['no error', 'ceremony_over']));

    const late = key.use({ ...say(await challengeFor(mine)), counter: 2 });
    await shiftClock(app.database, 6 * 60_000);
    const refused = await codeOf(use(mine, late));
    await shiftClock(app.database, -6 * 60_000);
    expect(refused).toBe('ceremony_over');
  });

  test.each<[string, object]>([
    ['for another site', { origin: 'https://elsewhere.test' }],
    ['under another name', { rpId: 'elsewhere.test' }],
    ['without finger, face or PIN', { verified: false }],
    ['of another kind', { type: 'webauthn.create' }],
    ['of somebody else', { userHandle: Buffer.alloc(16).toString('base64url') }],
  ])('used %s is refused', async (_, wrong) => {
    const person = await joinByName();
    const key = makeSoftKey();
    await add(person, key);
    const stranger = createNodeSession(named);

    expect(await codeOf(comeIn(stranger, key, { counter: 1, ...wrong }))).toBe('passkey_refused');
    expect(await whoIs(stranger)).toBeNull();
  });

  test('whose counter goes back is a copy, and refused', async () => {
    const person = await joinByName();
    const key = makeSoftKey();
    await add(person, key, 'Bench', { counter: 5 });

    expect(await codeOf(comeIn(createNodeSession(named), key, { counter: 9 }))).toBe('no error');
    expect(await codeOf(comeIn(createNodeSession(named), key, { counter: 9 }))).toBe('passkey_refused');
    expect(await codeOf(comeIn(createNodeSession(named), key, { counter: 8 }))).toBe('passkey_refused');
    expect(await codeOf(comeIn(createNodeSession(named), key, { counter: 10 }))).toBe('no error');
  });

  test('made wrongly is not kept', async () => {
    const person = await joinByName();
    for (const wrong of [{ origin: 'https://elsewhere.test' }, { rpId: 'elsewhere.test' }, { verified: false }])
      expect(await codeOf(add(person, makeSoftKey(), 'Bench', wrong))).toBe('passkey_refused');
    expect((await person.client.call('GET /auth/passkeys')).items).toEqual([]);
  });

  test('is not to be had where the page was opened by a number, and says where it is', async () => {
    const person = await signIn(app, freshEmail());
    const refused = await person.client.call('POST /auth/passkeys/options').catch((error) => error);
    expect(refused).toMatchObject({ code: 'passkey_needs_name', details: { use: named } });
  });

  test('shows once more that it is its owner, and nobody else', async () => {
    const person = await joinByName();
    const [own, other] = [makeSoftKey(), makeSoftKey()];
    await add(person, own);
    await add(await joinByName(), other);
    const prove = async (key: SoftKey) => {
      const { challenge } = (await person.client.call('POST /auth/step-up/passkey/options')) as Options;
      const response = key.use({ ...say(challenge), counter: 1 });
      await person.client.call('POST /auth/step-up/passkey', { body: { response } });
    };
    await shiftClock(app.database, 6 * 60_000);

    expect(await codeOf(ask(person))).toBe('step_up_required');
    expect(await codeOf(prove(other))).toBe('passkey_refused');
    expect(await codeOf(ask(person))).toBe('step_up_required');
    expect(await codeOf(prove(own))).toBe('no error');
    expect(await codeOf(ask(person))).toBe('no error');
    await shiftClock(app.database, -6 * 60_000);
  });
});

describe('the second factor', () => {
  const base32 = (text: string) => {
    const bits = [...text].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'));
    return Buffer.from(
      bits
        .join('')
        .match(/.{8}/g)
        ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
    );
  };
  /** The code of the half minute that is `off` from now. */
  const codeNow = async (secret: string, off = 0) =>
    codeAt(base32(secret), stepAt(await app.database.now(app.database.db)) + off);
  const setUp = async (person: Session) => {
    const { secret } = await person.client.call('POST /auth/2fa/offer');
    // The one before: so that this half minute's own is still good for what comes.
    const code = await codeNow(secret, -1);
    const { recoveryCodes } = await person.client.call('POST /auth/2fa/enable', { body: { code } });
    return { secret, recoveryCodes };
  };
  const firstStep = async (session: Session, email: string): Promise<string> => {
    const refused = await askAndVerify(session, email).catch((error) => error);
    expect(refused).toMatchObject({ code: 'second_factor_required', status: 401 });
    return refused.details.step;
  };
  const secondStep = (session: Session, step: string, code: string) =>
    session.client.call('POST /auth/2fa/verify', { body: { step, code } });

  test('is asked for once it is on, and lets in by the app or by paper; a code is good once', async () => {
    const person = await signIn(app, freshEmail());
    const { secret, recoveryCodes } = await setUp(person);
    expect(new Set(recoveryCodes).size).toBe(10);

    const browser = createNodeSession(app.url());
    const step = await firstStep(browser, person.email);
    expect(await whoIs(browser)).toBeNull();
    const code = await codeNow(secret);
    expect((await secondStep(browser, step, code)).user.id).toBe(person.id);

    const [second, paper = ''] = [createNodeSession(app.url()), recoveryCodes[3]];
    expect(await codeOf(secondStep(second, await firstStep(second, person.email), code))).toBe('code_invalid');
    // As it may be typed.
    const typed = paper.toLowerCase().replace('-', ' ');
    expect((await secondStep(second, await firstStep(second, person.email), typed)).user.id).toBe(person.id);
    const third = createNodeSession(app.url());
    expect(await codeOf(secondStep(third, await firstStep(third, person.email), paper))).toBe('code_invalid');
    expect(await person.client.call('GET /auth/2fa')).toMatchObject({ recoveryCodesLeft: 9 });
  });

  test('is on only after a code was right, and counts for nothing before', async () => {
    const person = await signIn(app, freshEmail());
    const { secret } = await person.client.call('POST /auth/2fa/offer');
    const wrong = (await codeNow(secret)) === '000000' ? '000001' : '000000';

    expect(await codeOf(person.client.call('POST /auth/2fa/enable', { body: { code: wrong } }))).toBe('code_invalid');
    expect(await person.client.call('GET /auth/2fa')).toEqual({ since: null, recoveryCodesLeft: 0 });
    expect(await codeOf(askAndVerify(createNodeSession(app.url()), person.email))).toBe('no error');
  });

  test('of a hundred redemptions of one code, and of one code on paper, takes one', async () => {
    const person = await signIn(app, freshEmail());
    const { secret, recoveryCodes } = await setUp(person);
    for (const code of [await codeNow(secret), recoveryCodes[0] ?? '']) {
      const browsers: { browser: Session; step: string }[] = [];
      for (let i = 0; i < 4; i++) {
        const browser = createNodeSession(app.url());
        browsers.push({ browser, step: await firstStep(browser, person.email) });
      }
      const codes = await Promise.all(
        Array.from({ length: 100 }, (_, i) => browsers[i % 4]).map((one) =>
          one ? codeOf(secondStep(one.browser, one.step, code)) : '',
        ),
      );

      expect(codes.filter((each) => each === 'no error')).toHaveLength(1);
      await shiftClock(app.database, 16 * 60_000);
    }
  });

  test('is kept sealed, its codes on paper only hashed', async () => {
    const person = await signIn(app, freshEmail());
    const { secret, recoveryCodes } = await setUp(person);
    const { rows } = await sql<{ all: string }>`
      select (select json_agg(t) from totp_secrets t)::text || (select json_agg(r) from recovery_codes r)::text as all`.execute(
      app.database.db,
    );
    const kept = rows[0]?.all ?? '';
    const bytes = base32(secret);
    for (const form of [secret, bytes.toString('hex'), bytes.toString('base64url'), bytes.toString('base64')])
      expect(kept).not.toContain(form);
    for (const code of recoveryCodes) expect(kept).not.toContain(code.replace('-', ''));
  });

  test('belongs to the browser that showed the first, and has five tries', async () => {
    const person = await signIn(app, freshEmail());
    const { secret } = await setUp(person);
    const [mine, theirs] = [createNodeSession(app.url()), createNodeSession(app.url())];
    const step = await firstStep(mine, person.email);
    await theirs.client.call('GET /site');
    const right = await codeNow(secret);
    const wrong = right === '000000' ? '000001' : '000000';

    expect(await codeOf(secondStep(theirs, step, right))).toBe('ceremony_over');
    expect(await codeOf(secondStep(mine, 'x'.repeat(43), right))).toBe('ceremony_over');
    const codes = [];
    for (let i = 0; i < 6; i++) codes.push(await codeOf(secondStep(mine, step, wrong)));
    expect(codes).toEqual([...Array(5).fill('code_invalid'), 'ceremony_over']);
  });

  test('lets wrong codes wait longer and longer, and never for ever', async () => {
    const person = await signIn(app, freshEmail());
    const { secret } = await setUp(person);
    const prove = (code: string) => person.client.call('POST /auth/step-up/totp', { body: { code } });
    const right = await codeNow(secret);
    const wrong = right === '000000' ? '000001' : '000000';
    for (let i = 0; i < 5; i++) expect(await codeOf(prove(wrong))).toBe('code_invalid');

    const refused = await prove(right).catch((error) => error);
    expect(refused).toMatchObject({ code: 'rate_limited', status: 429 });
    await shiftClock(app.database, 16_000);
    expect(await codeOf(prove(await codeNow(secret)))).toBe('no error');
  });

  test('shows once more that it is me, and is turned off after that', async () => {
    const person = await signIn(app, freshEmail());
    const { secret } = await setUp(person);
    await shiftClock(app.database, 6 * 60_000);
    const off = () => person.client.call('DELETE /auth/2fa');

    const refused = await off().catch((error) => error);
    expect(refused).toMatchObject({ code: 'step_up_required', details: { ways: expect.arrayContaining(['totp']) } });
    await person.client.call('POST /auth/step-up/totp', { body: { code: await codeNow(secret) } });
    await off();
    await off();

    expect(await codeOf(askAndVerify(createNodeSession(app.url()), person.email))).toBe('no error');
    expect(await codeOf(person.client.call('POST /auth/2fa/recovery-codes'))).toBe('second_factor_off');
  });

  test('that is lost goes a day after an admin was asked, with a reason; the person is told, and keeps it by showing it', async () => {
    const admin = await signIn(app, freshEmail(), ['admin']);
    const [lost, found] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    await setUp(lost);
    const { secret } = await setUp(found);
    const release = (who: Person, id: string) =>
      who.client.call('POST /admin/users/:id/release-second-factor', {
        params: { id },
        body: { reason: 'Called from the number that we have.' },
      });
    expect(await codeOf(release(lost, lost.id))).toBe('forbidden');
    expect(await codeOf(release(admin, admin.id))).toBe('own_content');
    for (const { id } of [lost, found]) await release(admin, id);
    const detail = () => admin.client.call('GET /admin/users/:id', { params: { id: lost.id } });
    expect((await detail()).secondFactor?.releaseAt).not.toBeNull();
    await app.settle();
    const [notice] = (await lost.client.call('GET /notifications', { query: {} })).items;
    expect(notice?.title).toBe('In a day your authenticator app is no longer asked for');
    const mails = await (await fetch(`${app.url()}/sandbox/inbox.json?to=${lost.email}`)).text();
    expect(mails).toContain('In a day your authenticator app is no longer asked for');

    const DAY_MS = 86_400_000;
    await shiftClock(app.database, DAY_MS - 60_000);
    await app.settle();
    expect(await codeOf(askAndVerify(createNodeSession(app.url()), lost.email))).toBe('second_factor_required');
    await found.client.call('POST /auth/step-up/totp', { body: { code: await codeNow(secret) } });
    await shiftClock(app.database, 61_000);
    await app.settle();

    const browser = createNodeSession(app.url());
    expect(await codeOf(askAndVerify(browser, lost.email))).toBe('no error');
    expect((await browser.client.call('GET /auth/profile')).user?.id).toBe(lost.id);
    expect(await codeOf(askAndVerify(createNodeSession(app.url()), found.email))).toBe('second_factor_required');
    expect((await detail()).secondFactor).toBeNull();
    expect(await codeOf(release(admin, lost.id))).toBe('step_up_required');
    const { rows } = await sql<{ facts: { before: unknown; after: { releaseAt: string } } }>`
      select facts from audit_log
      where subject = ${lost.id} and action = 'user.second_factor_release_asked'`.execute(app.database.db);
    expect(rows[0]?.facts).toEqual({ before: { releaseAt: null }, after: { releaseAt: expect.any(String) } });
    await shiftClock(app.database, -DAY_MS - 1000);
  });
});

describe('the command line', () => {
  const run = (email: string, asked: Parameters<typeof userCommand>[2]) => userCommand(app, [email], asked);

  test('lets a sole admin in again who lost the second factor, in one row that says what it was before; nobody else learns', async () => {
    const admin = await signIn(app, freshEmail(), ['admin']);
    await admin.client.call('POST /auth/2fa/offer');
    await expect(run(admin.email, { 'release-second-factor': true })).resolves.toBeUndefined();
    // What was only offered is none.
    expect((await admin.client.call('GET /auth/profile')).user?.id).toBe(admin.id);
    await sql`update totp_secrets set confirmed_at = app_now() where user_id = ${admin.id}`.execute(app.database.db);
    const browser = createNodeSession(app.url());
    expect(await codeOf(askAndVerify(browser, admin.email))).toBe('second_factor_required');

    await run(` ${admin.email.toUpperCase()} `, { 'release-second-factor': true });
    await app.settle();

    expect((await admin.client.call('GET /auth/profile')).user).toBeNull();
    expect(await codeOf(askAndVerify(browser, admin.email))).toBe('no error');
    const { rows } = await sql<{ actor: string | null; facts: object }>`
      select actor, facts from audit_log
      where subject = ${admin.id} and action = 'user.second_factor_dropped'`.execute(app.database.db);
    expect(rows).toEqual([
      {
        actor: null,
        facts: {
          from: 'command line',
          before: { secondFactor: 'on', passkeys: 0 },
          after: { secondFactor: 'off', passkeys: 0 },
        },
      },
    ]);
    const mails = await (await fetch(`${app.url()}/sandbox/inbox.json?to=${admin.email}`)).text();
    expect(mails).toContain('Your authenticator app is no longer asked for');
  });

  test.each<[string, Parameters<typeof userCommand>[2]]>([
    ['nobody', { grant: 'admin' }],
    ['ada@people.test', {}],
    ['ada@people.test', { grant: 'maker' }],
    ['ada@people.test', { grant: 'admin', 'release-second-factor': true }],
    ['stranger@people.test', { 'release-second-factor': true }],
  ])('user %s %o says what could be said instead, and does nothing', async (email, asked) => {
    await expect(run(email, asked)).rejects.toThrow(ConfigError);
  });
});

describe('a new device', () => {
  const ask = (session: Session) => session.client.call('POST /auth/device-requests');
  const redeem = ({ client }: Session, id: string) =>
    client.call('POST /auth/device-requests/:id/redeem', { params: { id } });
  const answer = ({ client }: Session, code: string, number: number | null) =>
    client.call('POST /auth/device-requests/:code/answer', { params: { code }, body: { number } });
  const look = ({ client }: Session, code: string) =>
    client.call('GET /auth/device-requests/:code', { params: { code } });

  test('is let in by one that is signed in, once, in the browser that asked', async () => {
    const [person, device, other] = [
      await signIn(app, freshEmail()),
      createNodeSession(app.url()),
      createNodeSession(app.url()),
    ];
    const request = await ask(device);
    await other.client.call('GET /site');

    expect(await redeem(device, request.id)).toEqual({ user: null });
    const seen = await look(person, request.code.toLowerCase().replace('-', ''));
    expect(seen.numbers).toContain(request.number);
    expect(new Set(seen.numbers).size).toBe(3);
    expect(seen.place).toBe('This machine');
    expect(await answer(person, request.code, request.number)).toEqual({ allowed: true });

    expect(await codeOf(redeem(other, request.id))).toBe('ceremony_over');
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(redeem(device, request.id))));
    expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['no error', 'ceremony_over']));
    expect(await whoIs(device)).toBe(person.email);
    const { items } = await person.client.call('GET /auth/sessions');
    expect(items.map(({ way }) => way)).toContain('device');
  });

  test.each(['a wrong number', 'a no'])('stays out by %s, also if the right one comes after it', async (how) => {
    const [person, device] = [await signIn(app, freshEmail()), createNodeSession(app.url())];
    const { id, code, number } = await ask(device);

    const first = await answer(person, code, how === 'a no' ? null : (number + 1) % 100);

    expect(first).toEqual({ allowed: false });
    expect(await codeOf(answer(person, code, number))).toBe('ceremony_over');
    expect(await codeOf(redeem(device, id))).toBe('device_declined');
    expect(await whoIs(device)).toBeNull();
  });

  test('has two minutes, and asks for a fresh factor of who lets it in', async () => {
    const [person, device] = [await signIn(app, freshEmail()), createNodeSession(app.url())];
    const early = await ask(device);
    await shiftClock(app.database, 121_000);
    expect(await codeOf(look(person, early.code))).toBe('not_found');
    expect(await codeOf(answer(person, early.code, early.number))).toBe('ceremony_over');
    expect(await codeOf(redeem(device, early.id))).toBe('ceremony_over');

    await shiftClock(app.database, 6 * 60_000);
    const late = await ask(device);
    expect(await codeOf(answer(person, late.code, late.number))).toBe('step_up_required');
    await shiftClock(app.database, -6 * 60_000 - 121_000);
  });
});

test('where the operator asks it of staff, their roles wait until they have shown a second factor', async () => {
  const strict = await startTestApp({ env: { STAFF_SECOND_FACTOR: 'true' } });
  const noor = await signIn(strict, 'noor', ['moderator']);
  const queue = () => codeOf(noor.client.call('GET /moderation/queue', { query: {} }));
  const me = async () => (await noor.client.call('GET /auth/profile')).user;

  expect(await me()).toMatchObject({ roles: ['viewer'], staffWaits: true });
  expect(await queue()).toBe('forbidden');
  const { secret } = await noor.client.call('POST /auth/2fa/offer');
  const bits = [...secret].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'));
  const key = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  );
  const code = async () => codeAt(key, stepAt(await strict.database.now(strict.database.db)));
  await noor.client.call('POST /auth/2fa/enable', { body: { code: await code() } });

  expect(await me()).toMatchObject({ roles: ['viewer', 'moderator'], staffWaits: false });
  expect(await queue()).toBe('no error');

  // A session of theirs that has not shown it, however fresh, neither takes it away nor puts another beside it.
  const db = strict.database.db;
  await sql`update sessions set strong = false where user_id = ${noor.id}`.execute(db);
  await sql`insert into passkeys (id, user_id, credential_id, public_key, counter, transports, name, synced, added_at)
            values (${crypto.randomUUID()}, ${noor.id}, 'c', 'k', 0, '{}', 'Bench', false, app_now())`.execute(db);
  const guarded = { code: 'step_up_required', details: { ways: ['passkey', 'totp'] } };
  await expect(noor.client.call('DELETE /auth/2fa')).rejects.toMatchObject(guarded);
  await expect(noor.client.call('POST /auth/passkeys/options')).rejects.toMatchObject(guarded);
  await shiftClock(strict.database, 30_000);
  await noor.client.call('POST /auth/step-up/totp', { body: { code: await code() } });
  expect(await queue()).toBe('no error');

  // Who lost all of it is let in by who has the machine, and begins again.
  await userCommand(strict, [noor.email], { 'release-second-factor': true });
  await eventually(async () => expect(await me()).toBeNull());
  const again = await signIn(strict, 'noor');
  expect((await again.client.call('GET /auth/profile')).user).toMatchObject({ roles: ['viewer'], staffWaits: true });
  expect((await again.client.call('GET /auth/passkeys')).items).toEqual([]);
  expect(await codeOf(again.client.call('POST /auth/2fa/offer'))).toBe('no error');
  await strict.stop();
});
