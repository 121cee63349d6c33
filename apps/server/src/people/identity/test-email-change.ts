// Another mail address: both ends say yes, or nothing changes.
import { newestCode } from '@videowindow/sandbox/visitor';
import { describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { eventually } from '../../testing/eventually.ts';
import { signIn } from '../../testing/people.ts';
import { codeFor, freshEmail, post, type Stage, verify, wrong } from './identity.fixture.ts';

export const emailChange = (stage: Stage): void => {
  describe('another mail address', () => {
    const codeAt = async (email: string) => {
      await stage.app.settle();
      return (await newestCode(stage.app.url(), email)) ?? '';
    };
    const mailsTo = async (email: string) => {
      await stage.app.settle();
      const answer = await fetch(`${stage.app.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
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
      post(stage.app.url(), '/auth/email-change/answer', { token, answer });
    const me = async ({ client }: Who) => (await client.call('GET /auth/profile')).user?.email ?? null;

    test('is theirs when both ends have said yes: at once, for one of a hundred; other sessions end, both are told', async () => {
      const [before, after] = [freshEmail(), freshEmail()];
      const [person, elsewhere] = [await signIn(stage.app, before), await signIn(stage.app, before)];
      const { takesEffectAt } = await propose(person, after.toUpperCase());
      expect(new Date(takesEffectAt).getTime() - stage.app.database.clock().getTime()).toBeGreaterThan(
        2.9 * 86_400_000,
      );
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
      expect((await verify(stage.app, after, await codeFor(stage.app, after))).body.user).toMatchObject({
        id: person.id,
      });
      // The old one is free again, and its account was somebody else's.
      expect((await verify(stage.app, before, await codeFor(stage.app, before))).body.user).not.toMatchObject({
        id: person.id,
      });
      const { rows } = await sql<{ facts: string; personal: string | null }>`
      select facts::text as facts, personal::text as personal from audit_inbox
      where subject = ${person.id} and action = 'security.email_changed'
      union all
      select facts::text, personal from audit_entries
      where subject = ${person.id} and action = 'security.email_changed'`.execute(stage.app.database.db);
      expect(rows).toHaveLength(1);
      expect(rows[0]?.facts).not.toContain('@');
    });

    test('that the old one stops comes never true, and everybody who is signed in is out', async () => {
      const [before, after] = [freshEmail(), freshEmail()];
      const thief = await signIn(stage.app, before);
      await propose(thief, after);

      const token = await tokenIn(before);
      expect((await say(token, 'stop')).status).toBe(204);

      expect((await say(token, 'confirm')).body.code).toBe('link_over');
      await eventually(async () => expect(await me(thief)).toBeNull());
      await shiftClock(stage.app.database, 4 * 86_400_000);
      await stage.app.settle();
      expect((await verify(stage.app, before, await codeFor(stage.app, before))).body.user).toMatchObject({
        id: thief.id,
      });
      await shiftClock(stage.app.database, -4 * 86_400_000);
    });

    test('that is confirmed and stopped at the same moment is one of the two', async () => {
      for (let round = 0; round < 3; round++) {
        const [before, after] = [freshEmail(), freshEmail()];
        const person = await signIn(stage.app, before);
        await propose(person, after);
        const token = await tokenIn(before);

        const [confirmed, stopped] = await Promise.all([say(token, 'confirm'), say(token, 'stop')]);

        expect([confirmed.status, stopped.status].sort()).toEqual([204, 409]);
        await eventually(async () => expect(await me(person)).toBe(confirmed.status === 204 ? after : null));
      }
    });

    test('comes true after three days when the old one says nothing; by then it may be somebody else’s', async () => {
      const [quiet, late] = [await signIn(stage.app, freshEmail()), await signIn(stage.app, freshEmail())];
      const [free, taken] = [freshEmail(), freshEmail()];
      await propose(quiet, free);
      await propose(late, taken);
      await signIn(stage.app, taken);
      const token = await tokenIn(late.email);

      await shiftClock(stage.app.database, 3.1 * 86_400_000);
      await stage.app.settle();

      expect([await me(quiet), await me(late)]).toEqual([free, late.email]);
      expect((await say(token, 'confirm')).body.code).toBe('link_over');
      const notices = (await late.client.call('GET /notifications', { query: {} })).items;
      expect(notices[0]?.title).toBe('Your mail address stays as it is: the new one belongs to another account');
      await shiftClock(stage.app.database, -3.1 * 86_400_000);
    });

    test('is asked for with a fresh factor, and says nothing of whether somebody has it; its code is good for nothing else', async () => {
      const [person, other] = [await signIn(stage.app, freshEmail()), await signIn(stage.app, freshEmail())];
      const free = freshEmail();
      const ask = (email: string) => person.client.call('POST /auth/email-change', { body: { email } });

      expect(await ask(other.email)).toEqual(await ask(free));
      expect((await mailsTo(other.email))[0]?.subject).toMatch(/^This address has an account on /);
      const code = await codeAt(free);
      expect((await verify(stage.app, free, code)).body.code).toBe('code_invalid');
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

      await shiftClock(stage.app.database, 5.1 * 60_000);
      await expect(ask(freshEmail())).rejects.toMatchObject({ code: 'step_up_required' });
      await shiftClock(stage.app.database, -5.1 * 60_000);
    });
  });
};
