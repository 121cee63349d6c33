// The first minutes of a new place, over the wire.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** What the routes asked here answer, by the contract. */
type Answer = {
  needed?: boolean;
  code?: string;
  user: { email: string; roles: string[] };
  findings: { name: string; ok: boolean }[];
};

const ask = async (path: string, body?: object, cookie = '') => {
  const response = await fetch(`${app.url()}/api/v1${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
  });
  const cookies = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { status: response.status, body: (await response.json()) as Answer, cookie: cookies.join('; ') };
};

test('who holds the code that was printed becomes the first admin, one of two at once, and sees what the server stands on', async () => {
  const code = await app.identity.setupCode(app.database.db);
  expect((await ask('/setup')).body).toEqual({ needed: true });
  expect((await ask('/setup', { code: 'guessed', email: 'eve@people.test' })).body.code).toBe('setup_code_invalid');

  const both = await Promise.all(['ada', 'bob'].map((name) => ask('/setup', { code, email: `${name}@people.test` })));
  const [first, ...more] = both.filter(({ status }) => status === 200);
  expect(more).toEqual([]);
  expect(first?.body.user.roles).toContain('admin');
  expect(both.find(({ status }) => status !== 200)?.body.code).toBe('setup_over');
  expect((await ask('/setup')).body).toEqual({ needed: false });
  expect(await app.identity.setupCode(app.database.db)).toBeNull();

  const health = await ask('/admin/health', undefined, first?.cookie);
  const wrong = health.body.findings.filter(({ ok }) => !ok);
  expect(wrong.map(({ name }) => name)).toEqual(['database']); // tests run without fsync
  expect(health.body.findings.map(({ name }) => name)).toEqual(expect.arrayContaining(['name', 'money', 'terms']));
  const mail = await ask('/admin/health/mail', {}, first?.cookie);
  expect(mail.body).toEqual({ to: first?.body.user.email, failure: null });
});
