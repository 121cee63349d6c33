// Apps: tokens for fifteen minutes, refreshed once each, forged by nobody.

import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createKeyring } from '#platform/crypto';
import { shiftClock } from '#platform/database';
import { signIn } from '../../testing/people.ts';
import { codeFor, cookieOf, freshEmail, post, type Stage } from './identity.fixture.ts';

export const apps = (stage: Stage): void => {
  describe('an app', () => {
    type Tokens = { accessToken: string; refreshToken: string };
    const enterByTokens = async (email = freshEmail()) => {
      const code = await codeFor(stage.app, email);
      const answer = await post(stage.app.url(), '/auth/otp/verify', { identifier: email, code, tokens: true });
      expect(cookieOf(answer)).toBe('');
      return { email, ...(answer.body.tokens as Tokens) };
    };
    const whoIsBy = async (token: string) => {
      const response = await fetch(`${stage.app.url()}/api/v1/auth/profile`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return ((await response.json()) as { user: { email: string } | null }).user?.email ?? null;
    };
    const refresh = (refreshToken: string) => post(stage.app.url(), '/auth/refresh', { refreshToken });

    test('is let in by a token for fifteen minutes, and by the next ones as long as it asks for them', async () => {
      const first = await enterByTokens();
      expect(await whoIsBy(first.accessToken)).toBe(first.email);

      await shiftClock(stage.app.database, 15.1 * 60_000);
      expect(await whoIsBy(first.accessToken)).toBeNull();
      const next = await refresh(first.refreshToken);
      expect(await whoIsBy(String(next.body.accessToken))).toBe(first.email);
      await shiftClock(stage.app.database, 31 * 86_400_000);
      const late = await refresh(String(next.body.refreshToken));
      await shiftClock(stage.app.database, -31 * 86_400_000 - 15.1 * 60_000);
      expect([late.status, late.body.code]).toEqual([401, 'refresh_invalid']);
    });

    test('whose session is ended anywhere is out at once, its socket too', async () => {
      const { email, accessToken, refreshToken } = await enterByTokens();
      const socket = new WebSocket(`${stage.app.url().replace('http', 'ws')}/api/v1/realtime`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      await new Promise((resolve, reject) => socket.on('message', resolve).on('error', reject));
      const person = await signIn(stage.app, email);

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
      await stage.app.settle();
      const person = await signIn(stage.app, email);
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
};
