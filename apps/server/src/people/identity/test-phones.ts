// Phones: proved, then a way in; and codes that Twilio Verify sends.
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { signIn } from '../../testing/people.ts';
import { freshEmail, post, request, type Stage, VERIFY, verify } from './identity.fixture.ts';

export const phones = (stage: Stage): void => {
  describe('a phone', () => {
    const NUMBER = '+351 912 345 678';
    const textTo = async (number: string) => {
      await stage.app.settle();
      return await newestCode(stage.app.url(), number.replace(/[^+\d]/g, ''));
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
      const [first, second] = [await signIn(stage.app, freshEmail()), await signIn(stage.app, freshEmail())];
      await proveBy(first, NUMBER);

      const { rows } = await sql<{ all: string }>`
      select row_to_json(u)::text || (select coalesce(json_agg(c), '[]') from code_requests c)::text ||
             (select coalesce(json_agg(t), '[]') from one_time_tokens t)::text as all
      from users u where id = ${first.id}`.execute(stage.app.database.db);
      expect(rows[0]?.all).not.toMatch(/912.?345.?678/);
      const ways = (await first.client.call('GET /auth/ways')).items;
      expect(ways.find(({ kind }) => kind === 'phone')).toMatchObject({ name: '+351912345678', removable: true });
      await request(stage.app, '+351 (912) 345-678');
      const entered = await verify(stage.app, NUMBER, (await textTo(NUMBER)) ?? '');
      expect(entered.body.user).toMatchObject({ email: first.email });
      expect(await proofs(first)).toEqual(['email verified code', 'phone verified code']);
      await first.client.call('POST /auth/step-up/send-code', { body: { way: 'phone' } });
      await first.client.call('POST /auth/step-up/code', { body: { code: (await textTo(NUMBER)) ?? '' } });

      await proveBy(second, NUMBER);
      await stage.app.settle();
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

      expect((await request(stage.app, unknown)).text).toBe('{"resendAfterS":30,"expiresInS":600}');
      expect(await textTo(unknown)).toBeNull();
      expect((await verify(stage.app, unknown, '123456')).body.code).toBe('code_invalid');
      const wrong = { identifier: unknown, channel: 'email' };
      expect((await post(stage.app.url(), '/auth/otp/request', wrong)).body).toMatchObject({
        code: 'validation_failed',
      });
      for (const number of ['+0123', '+351 call me', '++351912345678'])
        expect((await request(stage.app, number)).body).toMatchObject({ code: 'validation_failed' });
    });
  });

  describe('where Twilio Verify sends them,', () => {
    const NUMBER = '+351912345679';
    afterAll(() => shiftClock(stage.strict.database, -62_000));

    test('codes stay ours: each new one arrives, is taken once, and Verify hears that it came back', async () => {
      const { client } = await signIn(stage.strict, freshEmail());
      const newest = async () => {
        await stage.strict.settle();
        return (await newestCode(stage.strict.url(), NUMBER)) ?? '';
      };
      await client.call('POST /auth/phone', { body: { phone: NUMBER } });
      const first = await newest();
      await shiftClock(stage.strict.database, 31_000);
      await client.call('POST /auth/phone', { body: { phone: NUMBER } });
      const second = await newest();

      expect(second).not.toBe(first);
      await client.call('POST /auth/verify-phone', { body: { code: second } });
      await shiftClock(stage.strict.database, 31_000);
      await request(stage.strict, NUMBER);
      const third = await newest();
      expect((await verify(stage.strict, NUMBER, third)).status).toBe(200);
      expect((await verify(stage.strict, NUMBER, third)).body.code).toBe('code_invalid');
      await stage.strict.settle();
      const ended = await fetch(`${stage.strict.url()}/sandbox/twilio/v2/Services/${VERIFY}/Verifications/${NUMBER}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('ACsandbox:sandbox')}` },
        body: new URLSearchParams({ Status: 'canceled' }),
      });
      expect(ended.status).toBe(404); // nothing runs: it was approved
    });
  });
};
