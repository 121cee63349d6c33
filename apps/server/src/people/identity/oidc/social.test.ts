// Google and Apple, on the wire with the sandbox's issuers: who comes in, who is linked, and everything that must not work.
import { createNodeSession } from '@videowindow/client/node';
import type { SocialProvider } from '@videowindow/contract/api/keys';
import { type AtIssuer, newestCode, signInAtIssuer } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { signIn } from '../../../testing/people.ts';

let app: TestApp;
beforeAll(async () => {
  // As behind a proxy that passes on whatever it is told.
  app = await startTestApp({ env: { TRUST_PROXY: '127.0.0.1' } });
});
afterAll(() => app.stop());

/** How a call was refused. */
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? String(error),
  );

let people = 0;
const freshEmail = () => `social${++people}@people.test`;
type Session = ReturnType<typeof createNodeSession>;
const stranger = () => createNodeSession(app.url());

const start = async ({ client }: Session, provider: SocialProvider = 'google') =>
  (await client.call('POST /auth/social/start', { body: { provider } })).url;
const finish = ({ client }: Session, answer: Record<string, string>, provider: SocialProvider = 'google') =>
  client.call('POST /auth/social/callback', { body: { provider, answer } });
/** There and back in one browser. */
const comeIn = async (session: Session, person: AtIssuer, provider: SocialProvider = 'google') =>
  await finish(session, (await signInAtIssuer(await start(session, provider), person)).answer, provider);
const control = (path: string, method: string, body?: object) =>
  fetch(`${app.url()}/sandbox/control${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const whoIs = async ({ client }: Session) => (await client.call('GET /auth/profile')).user?.email ?? null;
const linkUrl = async ({ client }: Session, provider: SocialProvider) =>
  (await client.call('POST /auth/social/link', { body: { provider } })).url;

describe('signing in with Google or Apple', () => {
  test.each(['google', 'apple'] as const)(
    '%s makes an account at the first time and finds it again',
    async (provider) => {
      const [first, second] = [stranger(), stranger()];
      const email = freshEmail();

      const made = await comeIn(first, { email, name: 'Gwen Hale' }, provider);
      const found = await comeIn(second, { email: email.toUpperCase(), name: 'Renamed' }, provider);

      expect(made.user).toMatchObject({ email, roles: ['viewer'] });
      expect(found).toEqual(made);
      expect(await whoIs(second)).toBe(email);
      if (provider === 'google') expect(made.user.displayName).toBe('Gwen Hale');
    },
  );

  test('finds the account that proved the same address here, and links the two once', async () => {
    const known = await signIn(app, freshEmail());

    const { user } = await comeIn(stranger(), { email: known.email });

    expect(user.id).toBe(known.id);
    const { items } = await known.client.call('GET /auth/ways');
    expect(items.map(({ kind, name }) => [kind, name])).toEqual([
      ['email', known.email],
      ['google', known.email],
    ]);
    await app.settle();
    const [notice] = (await known.client.call('GET /notifications', { query: {} })).items;
    expect(notice).toMatchObject({ kind: 'security_changed', href: '/you/security' });
  });

  test('says the same of an unconfirmed address, whether or not somebody has it here', async () => {
    const known = await signIn(app, freshEmail());
    const answers = [];
    for (const email of [known.email, freshEmail()]) {
      const session = stranger();
      answers.push(await codeOf(comeIn(session, { email, verified: false })), await whoIs(session));
    }

    expect(answers).toEqual(['social_email_unproven', null, 'social_email_unproven', null]);
  });

  test('goes by the subject: who changed their address there is still the same here', async () => {
    const email = freshEmail();
    const { user } = await comeIn(stranger(), { email });
    // The address that was theirs here is somebody else's now.
    await sql`update users set email = ${freshEmail()} where id = ${user.id}`.execute(app.database.db);

    expect((await comeIn(stranger(), { email })).user.id).toBe(user.id);
  });

  test('of a person who is banned is refused', async () => {
    const email = freshEmail();
    const { user } = await comeIn(stranger(), { email });
    await app.database.transaction((tx) => app.identity.setStatus(tx, user.id, 'banned', null));

    expect(await codeOf(comeIn(stranger(), { email }))).toBe('account_suspended');
  });

  test('that is turned back from says so and changes nothing', async () => {
    for (const provider of ['google', 'apple'] as const) {
      const session = stranger();
      const { answer } = await signInAtIssuer(await start(session, provider), null);

      expect(await codeOf(finish(session, answer, provider))).toBe('social_cancelled');
      expect(await whoIs(session)).toBeNull();
    }
  });

  test('goes on when the issuer signs with a new key', async () => {
    await comeIn(stranger(), { email: freshEmail() });
    await control('/oidc/google/rotate', 'POST');

    expect((await comeIn(stranger(), { email: freshEmail() })).user.roles).toEqual(['viewer']);
  });
});

describe('an answer', () => {
  test('is good in the browser that asked for it only, and once', async () => {
    const [mine, theirs] = [stranger(), stranger()];
    await start(theirs);
    const { answer } = await signInAtIssuer(await start(mine), { email: freshEmail() });

    expect(await codeOf(finish(theirs, answer))).toBe('ceremony_over');
    expect(await codeOf(finish(stranger(), answer))).toBe('ceremony_over');
    expect((await finish(mine, answer)).user.roles).toEqual(['viewer']);
    expect(await codeOf(finish(mine, answer))).toBe('ceremony_over');
  });

  test('of a hundred at once is taken once', async () => {
    const session = stranger();
    const { answer } = await signInAtIssuer(await start(session), { email: freshEmail() });

    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(finish(session, answer))));

    expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['no error', 'ceremony_over']));
  });

  test('with the state of another one of this browser is refused by the issuer: the code is bound to its verifier', async () => {
    const session = stranger();
    const one = await signInAtIssuer(await start(session), { email: freshEmail() });
    const other = await signInAtIssuer(await start(session), { email: freshEmail() });

    const swapped = { ...one.answer, code: other.answer.code ?? '' };

    expect(await codeOf(finish(session, swapped))).toBe('social_refused');
    expect(await whoIs(session)).toBeNull();
  });

  test('of one provider is not taken for another’s, by state or by name', async () => {
    const session = stranger();
    const google = await signInAtIssuer(await start(session, 'google'), { email: freshEmail() });
    expect(await codeOf(finish(session, google.answer, 'apple'))).toBe('social_refused');

    const again = await signInAtIssuer(await start(session, 'google'), { email: freshEmail() });
    const elsewhere = { ...again.answer, iss: `${app.url()}/sandbox/oidc/apple` };
    expect(await codeOf(finish(session, elsewhere))).toBe('social_refused');
    expect(await whoIs(session)).toBeNull();
  });

  test('comes too late after ten minutes', async () => {
    const session = stranger();
    const { answer } = await signInAtIssuer(await start(session), { email: freshEmail() });

    await shiftClock(app.database, 11 * 60_000);
    const late = await codeOf(finish(session, answer));
    await shiftClock(app.database, -11 * 60_000);

    expect(late).toBe('ceremony_over');
  });

  test.each([
    'alg_none',
    'hs256_public_key',
    'foreign_key',
    'wrong_audience',
    'wrong_issuer',
    'wrong_nonce',
    'no_nonce',
    'expired',
  ])('with a token that is wrong (%s) lets nobody in', async (token) => {
    for (const provider of ['google', 'apple'] as const) {
      const session = stranger();
      await control(`/oidc/${provider}`, 'PUT', { token, times: 1 });

      expect(await codeOf(comeIn(session, { email: freshEmail() }, provider))).toBe('social_refused');
      expect(await whoIs(session)).toBeNull();
    }
  });

  test.each(['https://elsewhere.test/', '//elsewhere.test', '/\\elsewhere.test', 'javascript:alert(1)'])(
    'leads nobody to %s',
    async (back) => {
      const { client } = stranger();
      expect(await codeOf(client.call('POST /auth/social/start', { body: { provider: 'google', back } }))).toBe(
        'validation_failed',
      );
    },
  );

  test('goes to our own address only, whatever a proxy says of our name', async () => {
    const url = new URL(await start(stranger()));
    expect(url.searchParams.get('redirect_uri')).toBe(`${app.url()}/sign-in/google`);

    const forged = await fetch(`${app.url()}/api/v1/auth/social/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-host': 'elsewhere.test' },
      body: JSON.stringify({ provider: 'google' }),
    });
    const { url: second } = (await forged.json()) as { url: string }; // the contract's answer
    expect(new URL(second).searchParams.get('redirect_uri')).toBe(`${app.url()}/sign-in/google`);
  });
});

describe('linking', () => {
  test('is for who is signed in and has just shown it; the account goes on as it was', async () => {
    const person = await signIn(app, freshEmail());
    const there = freshEmail();

    const { answer } = await signInAtIssuer(await linkUrl(person, 'google'), { email: there, verified: false });
    expect(await finish(person, answer)).toMatchObject({ linked: true, user: { id: person.id, email: person.email } });

    expect((await comeIn(stranger(), { email: there, verified: false })).user.id).toBe(person.id);
    await shiftClock(app.database, 6 * 60_000);
    expect(await codeOf(linkUrl(person, 'apple'))).toBe('step_up_required');
    await shiftClock(app.database, -6 * 60_000);
  });

  test('never moves somebody’s identity to another account, nor answers somebody else', async () => {
    const [one, other] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    const there = { email: freshEmail() };
    await finish(one, (await signInAtIssuer(await linkUrl(one, 'google'), there)).answer);

    const again = await signInAtIssuer(await linkUrl(other, 'google'), there);
    expect(await codeOf(finish(other, again.answer))).toBe('identity_taken');

    // An attacker's answer, put into the browser of somebody who is signed in there meanwhile.
    const begun = await signInAtIssuer(await linkUrl(other, 'google'), { email: freshEmail() });
    await other.client.call('POST /auth/otp/request', { body: { identifier: one.email } });
    await app.settle();
    const code = (await newestCode(app.url(), one.email)) ?? '';
    await other.client.call('POST /auth/otp/verify', { body: { identifier: one.email, code } });
    expect(await codeOf(finish(other, begun.answer))).toBe('social_refused');
    expect((await one.client.call('GET /auth/ways')).items).toHaveLength(2);
  });

  test('of one identity by two people at once is one’s', async () => {
    const pair = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    const there = { email: freshEmail() };
    const begun = await Promise.all(pair.map(async (person) => signInAtIssuer(await linkUrl(person, 'google'), there)));

    const codes = await Promise.all(pair.map((person, i) => codeOf(finish(person, begun[i]?.answer ?? {}))));

    expect(codes.toSorted()).toEqual(['identity_taken', 'no error']);
  });

  test('ends by unlinking, twice is once; the next time they come in by it they link anew', async () => {
    const person = await signIn(app, freshEmail());
    await comeIn(stranger(), { email: person.email });

    for (let i = 0; i < 2; i++)
      await person.client.call('DELETE /auth/social/:provider', { params: { provider: 'google' } });

    expect((await person.client.call('GET /auth/ways')).items.map(({ kind }) => kind)).toEqual(['email']);
  });
});

/** The five attacks of Sudhodanan and Paverd, "Pre-hijacked accounts" (USENIX Security 2022), by their names. */
describe('pre-hijacking: of somebody who waits inside an account for its owner to come,', () => {
  const newest = async (address: string) => {
    await app.settle();
    return (await newestCode(app.url(), address)) ?? '';
  };
  const register = ({ client }: Session, email: string) =>
    client.call('POST /auth/register', { body: { identifier: email, password: 'the stranger knows' } });
  const login = ({ client }: Session, email: string) =>
    client.call('POST /auth/login', { body: { identifier: email, password: 'the stranger knows' } });

  test('classic-federated merge: a password that a stranger chose is none once the owner comes in with Google', async () => {
    const [eve, email] = [stranger(), freshEmail()];
    const { ticket } = await register(eve, email);
    const code = await newest(email);

    const { user } = await comeIn(stranger(), { email });

    // Even with the code from the owner's own mail.
    const complete = eve.client.call('POST /auth/verify-email', { body: { ticket, code } });
    expect(await codeOf(complete)).toBe('code_invalid');
    expect(await codeOf(login(eve, email))).toBe('credentials_wrong');
    expect(user.email).toBe(email);
  });

  test('unexpired session: nobody has one before the address is proved, and a new password ends those that ran', async () => {
    const [eve, owner, email] = [stranger(), stranger(), freshEmail()];
    await register(eve, email);
    expect(await whoIs(eve)).toBeNull();
    // The worst of it: a stranger was in, by the owner's own mail.
    const inside = await signIn(app, email);
    await owner.client.call('POST /auth/reset-password/request', { body: { identifier: email } });
    const code = await newest(email);
    await owner.client.call('POST /auth/reset-password', {
      body: { identifier: email, code, password: 'only the owner knows' },
    });

    expect(await whoIs(inside)).toBeNull();
    expect(await whoIs(owner)).toBe(email);
  });

  test('trojan identifier: neither another’s number nor an identity that names their address opens their account later', async () => {
    const [eve, owner] = [await signIn(app, freshEmail()), await signIn(app, freshEmail())];
    const phone = '+351912000111';
    await eve.client.call('POST /auth/phone', { body: { phone } });
    await owner.client.call('POST /auth/phone', { body: { phone } });
    await owner.client.call('POST /auth/verify-phone', { body: { code: await newest(phone) } });
    const { answer } = await signInAtIssuer(await linkUrl(eve, 'google'), { email: owner.email });
    await finish(eve, answer);

    const kinds = async ({ client }: Session) => (await client.call('GET /auth/ways')).items.map(({ kind }) => kind);
    expect(await kinds(eve)).toEqual(['email', 'google']);
    expect(await kinds(owner)).toEqual(['email', 'phone']);
    // Whose identity it is decides, and not which address it names.
    expect((await comeIn(stranger(), { email: owner.email })).user.id).toBe(eve.id);
    expect(await whoIs(owner)).toBe(owner.email);
  });

  test('unexpired change of address: one that was begun for another’s address is over once they have come', async () => {
    const [eve, email] = [await signIn(app, freshEmail()), freshEmail()];
    await eve.client.call('POST /auth/email-change', { body: { email } });
    const code = await newest(email);
    const owner = await signIn(app, email);

    // Though the stranger should learn the code.
    expect(await codeOf(eve.client.call('POST /auth/email-change/verify', { body: { code } }))).toBe('email_taken');
    expect((await eve.client.call('GET /auth/email-change')).change).toBeNull();
    expect(await whoIs(owner)).toBe(email);
  });

  test('non-verifying provider: an address that it did not prove makes no account and finds none', async () => {
    const [eve, email] = [stranger(), freshEmail()];
    expect(await codeOf(comeIn(eve, { email, verified: false }))).toBe('social_email_unproven');
    const owner = await signIn(app, email);
    expect(await codeOf(comeIn(eve, { email, verified: false }))).toBe('social_email_unproven');

    expect(await whoIs(eve)).toBeNull();
    expect((await owner.client.call('GET /auth/ways')).items.map(({ kind }) => kind)).toEqual(['email']);
  });
});

describe('Apple’s form', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url()}/sign-in/apple`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://appleid.apple.com', ...headers },
      body,
    });

  test('is led on to our own page with what it says, and does nothing by itself', async () => {
    const session = stranger();
    const { target, answer } = await signInAtIssuer(await start(session, 'apple'), {
      name: 'Ana Silva',
      email: freshEmail(),
    });
    expect(target).toBe(`${app.url()}/sign-in/apple`);

    // Posted by another site: none of our cookies comes with it.
    const led = await post(String(new URLSearchParams({ ...answer, surplus: 'x' })));

    expect(led.status).toBe(303);
    const to = new URL(led.headers.get('location') ?? '', app.url());
    expect([to.origin, to.pathname]).toEqual([app.url(), '/sign-in/apple']);
    expect(Object.fromEntries(to.searchParams)).toEqual({ code: answer.code, state: answer.state, name: 'Ana Silva' });
    const { user } = await finish(session, Object.fromEntries(to.searchParams), 'apple');
    expect(user.displayName).toBe('Ana Silva');
  });

  test.each(['', 'user={', 'user=null', 'user=%7B%22name%22%3A7%7D', `code=${'x'.repeat(5000)}`, 'a%00=%00'])(
    'of the kind "%.30s" leads nowhere else',
    async (body) => {
      const led = await post(body);
      expect(led.status).toBe(303);
      expect(led.headers.get('location')).toBe('/sign-in/apple?');
    },
  );
});

test('the last way in stays: of two that go at once, one', async () => {
  const person = await signIn(app, freshEmail());
  for (const provider of ['google', 'apple'] as const) {
    await finish(
      person,
      (await signInAtIssuer(await linkUrl(person, provider), { email: freshEmail() })).answer,
      provider,
    );
  }
  // Without mail no code comes: what is left are these two.
  const { unlinkSocial } = await import('./commands.ts');
  const origin = {
    address: '127.0.0.1',
    requestId: crypto.randomUUID(),
    userAgent: null,
    visitorId: 'x',
    keep: 'cookie',
  } as const;
  const deps = { ...app, mailAvailable: false } as unknown as Parameters<typeof unlinkSocial>[0]; // what it uses of them

  const codes = await Promise.all(
    (['google', 'apple'] as const).map((provider) => codeOf(unlinkSocial(deps, person.id, provider, origin))),
  );

  expect(codes.toSorted()).toEqual(['last_way_in', 'no error']);
});
