// Signing in and out, as it goes over the wire: codes from the sandbox's mail, real cookies, real sockets.
// Each subject has a file of its own; all of them share two servers.
import type { AddressInfo } from 'node:net';
import { createNodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp } from '../../testing/app.ts';
import { cookieOf, createStage, freshEmail, post } from './identity.fixture.ts';
import { apps } from './test-apps.ts';
import { codes } from './test-codes.ts';
import { emailChange } from './test-email-change.ts';
import { phones } from './test-phones.ts';
import { sessions } from './test-sessions.ts';
import { signingIn } from './test-signing-in.ts';

const stage = createStage();
beforeAll(stage.start);
afterAll(stage.stop);

signingIn(stage);
codes(stage);
sessions(stage);
phones(stage);
emailChange(stage);
apps(stage);

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
  expect(await createNodeSession(stage.app.url()).client.call('GET /auth/profile')).toEqual({ user: null });
});
