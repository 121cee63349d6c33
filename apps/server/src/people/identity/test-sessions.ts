// Sessions: their end is their end, what a role does to them, where one is in, what asks for a fresh factor.
import { newestCode } from '@videowindow/sandbox/visitor';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { shiftClock, sql } from '#platform/database';
import { eventually } from '../../testing/eventually.ts';
import { signIn } from '../../testing/people.ts';
import { codeFor, cookieOf, freshEmail, post, type Stage, verify, whoIs } from './identity.fixture.ts';
import { makeToken, redeemToken } from './tokens.ts';

export const sessions = (stage: Stage): void => {
  describe('a session', () => {
    const openSocket = async (cookie: string) => {
      const socket = new WebSocket(`${stage.app.url().replace('http', 'ws')}/api/v1/realtime`, {
        headers: { cookie, origin: stage.app.url() },
      });
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      await new Promise((resolve, reject) => socket.on('message', resolve).on('error', reject));
      return { socket, closed };
    };

    test('that is ended is over at once, for HTTP and for sockets; other sessions go on', async () => {
      const one = await signIn(stage.app, freshEmail());
      const other = await signIn(stage.app, one.email);
      const sockets = [await openSocket(one.cookie()), await openSocket(other.cookie())] as const;
      const cookie = one.cookie();

      await one.client.call('POST /auth/logout');

      expect(await whoIs(stage.app, cookie)).toBeNull();
      expect(await sockets[0].closed).toBe(4001);
      expect(await whoIs(stage.app, other.cookie())).toMatchObject({ email: one.email });
      expect(sockets[1].socket.readyState).toBe(WebSocket.OPEN);
      sockets[1].socket.close();
      expect(one.cookie()).not.toContain('vw_session');
    });

    test('is over at once in another process as well', async () => {
      const person = await signIn(stage.app, freshEmail());
      const cookie = person.cookie();
      const { rows } = await sql<{ id: string; userId: string }>`
      select id, user_id as "userId" from sessions where user_id = ${person.id}`.execute(stage.app.database.db);
      expect(await whoIs(stage.app, cookie)).not.toBeNull();

      // As another process does it: the rows and the event, nothing in this one's memory.
      await stage.app.database.transaction(async (tx) => {
        await sql`update sessions set ended_at = app_now() where id = ${rows[0]?.id}`.execute(tx);
        await stage.app.events.emit(tx, 'session.ended', rows[0]?.id ?? '', {
          sessionId: rows[0]?.id ?? '',
          userId: person.id,
        });
      });

      await eventually(async () => expect(await whoIs(stage.app, cookie)).toBeNull(), 500);
    });

    test('may be ended twice, and by somebody who has none', async () => {
      const person = await signIn(stage.app, freshEmail());
      const cookie = person.cookie();

      const statuses = [];
      for (const each of [cookie, cookie, ''])
        statuses.push((await post(stage.app.url(), '/auth/logout', {}, { cookie: each })).status);

      expect(statuses).toEqual([204, 204, 204]);
    });

    test('ends after thirty days without use, and goes on with use', async () => {
      const [used, unused] = [await signIn(stage.app, freshEmail()), await signIn(stage.app, freshEmail())];

      await shiftClock(stage.app.database, 20 * 86_400_000);
      expect(await whoIs(stage.app, used.cookie())).not.toBeNull();
      await shiftClock(stage.app.database, 20 * 86_400_000);
      const seen = [await whoIs(stage.app, used.cookie()), await whoIs(stage.app, unused.cookie())];
      await shiftClock(stage.app.database, -40 * 86_400_000);

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
      expect(await whoIs(stage.app, cookie)).toBeNull();
    });

    test('of somebody who is banned is over, its socket too, and there is no way back in', async () => {
      const person = await signIn(stage.app, freshEmail());
      const socket = await openSocket(person.cookie());
      await stage.app.database.transaction((tx) => stage.app.identity.setStatus(tx, person.id, 'banned', null));

      expect(await whoIs(stage.app, person.cookie())).toBeNull();
      expect(await socket.closed).toBe(4001);
      const back = await verify(stage.app, person.email, await codeFor(stage.app, person.email));

      expect(back.status).toBe(403);
      expect(back.body.code).toBe('account_suspended');
      expect(cookieOf(back)).toBe('');
    });
  });

  describe('a role that is given', () => {
    const grant = (id: string) =>
      stage.app.database.transaction((tx) => stage.app.identity.grantRole(tx, id, 'moderator', null));

    test('ends the sessions that were there, once, and counts in the next', async () => {
      const person = await signIn(stage.app, freshEmail());
      await grant(person.id);
      expect(await whoIs(stage.app, person.cookie())).toBeNull();

      const again = await signIn(stage.app, person.email);
      await grant(person.id);
      expect((await whoIs(stage.app, again.cookie()))?.roles).toEqual(['viewer', 'moderator']);
      expect(await again.client.call('GET /moderation/queue', { query: {} })).toHaveProperty('items');
    });

    test('leaves the session in which the person took it themselves', async () => {
      const person = await signIn(stage.app, freshEmail());
      const elsewhere = await signIn(stage.app, person.email);

      await person.client.call('POST /makers');

      expect((await whoIs(stage.app, person.cookie()))?.roles).toEqual(['viewer', 'maker']);
      expect(await whoIs(stage.app, elsewhere.cookie())).toBeNull();
    });
  });

  describe('the list of sessions', () => {
    test('tells the device and the beginning of the address, and which one asks; one, or all others, can be ended', async () => {
      const email = freshEmail();
      const enter = async (headers: Record<string, string>) => {
        const code = await codeFor(stage.strict, email);
        await shiftClock(stage.strict.database, 31_000);
        const answer = await post(stage.strict.url(), '/auth/otp/verify', { identifier: email, code }, headers);
        return cookieOf(answer).split(';')[0] ?? '';
      };
      const here = await enter({
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        'x-forwarded-for': '203.0.113.77',
      });
      const [phone, desk] = [await enter({ 'x-forwarded-for': '2001:db8:7:8::9' }), await enter({})];
      const list = async () => {
        const answer = await fetch(`${stage.strict.url()}/api/v1/auth/sessions`, { headers: { cookie: here } });
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
      const gone = await fetch(`${stage.strict.url()}/api/v1/auth/sessions/${listed[0]?.id}`, {
        method: 'DELETE',
        headers: { cookie: here },
      });
      expect(gone.status).toBe(204);
      expect([await whoIs(stage.strict, desk), await whoIs(stage.strict, phone)]).toEqual([
        null,
        expect.objectContaining({ email }),
      ]);
      expect((await post(stage.strict.url(), '/auth/sessions/end-others', {}, { cookie: here })).body).toEqual({
        ended: 1,
      });
      expect([await whoIs(stage.strict, phone), await whoIs(stage.strict, here)]).toEqual([
        null,
        expect.objectContaining({ email }),
      ]);
    });
  });

  describe('a long token', () => {
    const make = () =>
      stage.app.database.transaction((tx) =>
        makeToken(tx, { purpose: 'sign_in', subject: crypto.randomUUID(), facts: { back: '/' }, lifeMs: 60_000 }),
      );
    const redeem = (token: string, purpose: 'sign_in' | 'step_up' = 'sign_in') =>
      stage.app.database.transaction((tx) => redeemToken(tx, purpose, token));

    test('of a hundred redemptions at once is redeemed by one, for its own purpose, in its time', async () => {
      const [token, late] = [await make(), await make()];

      expect(await redeem(token, 'step_up')).toBeNull();
      const redeemed = await Promise.all(Array.from({ length: 100 }, () => redeem(token)));
      await shiftClock(stage.app.database, 61_000);
      const tooLate = await redeem(late);
      await shiftClock(stage.app.database, -61_000);

      expect(redeemed.filter((one) => one !== null)).toEqual([expect.objectContaining({ facts: { back: '/' } })]);
      expect(tooLate).toBeNull();
    });
  });

  describe('what asks for a fresh factor', () => {
    test('goes right after signing in; later it wants a code of this session first, good for five minutes', async () => {
      const maker = await signIn(stage.app, freshEmail(), ['maker']);
      const elsewhere = await signIn(stage.app, maker.email);
      const onboard = (who: typeof maker) =>
        who.client.call('POST /makers/me/onboarding').then(
          () => 'done',
          (error: { code: string; details: { ways: string[] } }) => `${error.code} ${error.details.ways}`,
        );
      expect(await onboard(maker)).toBe('done');
      await shiftClock(stage.app.database, 5.1 * 60_000);
      expect(await onboard(maker)).toBe('step_up_required email');

      await maker.client.call('POST /auth/step-up/send-code', { body: { way: 'email' } });
      await stage.app.settle();
      const body = { code: (await newestCode(stage.app.url(), maker.email)) ?? '' };
      await expect(elsewhere.client.call('POST /auth/step-up/code', { body })).rejects.toMatchObject({
        code: 'code_invalid',
      });
      expect((await verify(stage.app, maker.email, body.code)).body.code).toBe('code_invalid');
      await maker.client.call('POST /auth/step-up/code', { body });

      expect([await onboard(maker), await onboard(elsewhere)]).toEqual(['done', 'step_up_required email']);
      await shiftClock(stage.app.database, 5.1 * 60_000);
      expect(await onboard(maker)).toBe('step_up_required email');
      await shiftClock(stage.app.database, -10.2 * 60_000);
    });
  });
};
