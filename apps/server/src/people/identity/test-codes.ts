// Codes, and asking for them: once, in their time, not too often, and alike for everybody.
import { describe, expect, test } from 'vitest';
import { shiftClock } from '#platform/database';
import { type Answer, codeFor, freshEmail, request, type Stage, verify, wrong } from './identity.fixture.ts';

export const codes = (stage: Stage): void => {
  describe('a code', () => {
    test('is given up after five wrong tries, even for who then knows it', async () => {
      const email = freshEmail();
      const code = await codeFor(stage.app, email);

      const tries = [];
      for (let i = 0; i < 5; i++) tries.push(await verify(stage.app, email, wrong(code)));
      const late = await verify(stage.app, email, code);

      expect([...tries, late].map((answer) => [answer.status, answer.body.code])).toEqual(
        Array.from({ length: 6 }, () => [422, 'code_invalid']),
      );
    });

    test('right at the fifth try still works', async () => {
      const email = freshEmail();
      const code = await codeFor(stage.app, email);
      for (let i = 0; i < 4; i++) await verify(stage.app, email, wrong(code));

      expect((await verify(stage.app, email, code)).status).toBe(200);
    });

    test('is no longer good after ten minutes', async () => {
      const [early, late] = [freshEmail(), freshEmail()];
      const codes = [await codeFor(stage.app, early), await codeFor(stage.app, late)] as const;

      await shiftClock(stage.app.database, 9.5 * 60_000);
      const inTime = await verify(stage.app, early, codes[0]);
      await shiftClock(stage.app.database, 60_000);
      const tooLate = await verify(stage.app, late, codes[1]);
      await shiftClock(stage.app.database, -10.5 * 60_000);

      expect(inTime.status).toBe(200);
      expect(tooLate.body.code).toBe('code_invalid');
    });

    test('is good once, and not for another address', async () => {
      const [email, other] = [freshEmail(), freshEmail()];
      const code = await codeFor(stage.app, email);
      const otherCode = await codeFor(stage.app, other);

      if (code !== otherCode) expect((await verify(stage.app, other, code)).body.code).toBe('code_invalid');
      expect((await verify(stage.app, email, code)).status).toBe(200);
      expect((await verify(stage.app, email, code)).body.code).toBe('code_invalid');
      expect((await verify(stage.app, freshEmail(), code)).body.code).toBe('code_invalid');
    });

    test('that is asked for again replaces the one before', async () => {
      const email = freshEmail();
      const first = await codeFor(stage.app, email);
      const second = await codeFor(stage.app, email);

      if (first !== second) expect((await verify(stage.app, email, first)).body.code).toBe('code_invalid');
      expect((await verify(stage.app, email, second)).status).toBe(200);
    });

    test.each(['12345', '1234567', 'abcdef', '12345６', ''])('of the form "%s" is no code', async (code) => {
      expect((await verify(stage.app, freshEmail(), code)).body.code).toBe('validation_failed');
    });
  });

  describe('asking for a code', () => {
    test('is answered alike whether or not there is an account, and takes as long', async () => {
      const known = freshEmail();
      await verify(stage.app, known, await codeFor(stage.app, known));
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      const bodies = new Set<string>();

      for (let i = 0; i < 15; i++) {
        for (const kind of ['known', 'unknown'] as const) {
          const begun = performance.now();
          const answer = await request(stage.app, kind === 'known' ? known : freshEmail());
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
      expect((await request(stage.strict, email)).status).toBe(200);

      const soon = await request(stage.strict, email);
      expect(soon.body.code).toBe('rate_limited');
      expect(Number(soon.headers.get('retry-after'))).toBeGreaterThan(25);
      expect(Number(soon.headers.get('retry-after'))).toBeLessThanOrEqual(30);
      await shiftClock(stage.strict.database, 31_000);
      expect((await request(stage.strict, email)).status).toBe(200);
    });

    test('is allowed five times an hour for an address, and says when the next one is', async () => {
      const email = freshEmail();
      for (let i = 0; i < 5; i++) {
        expect((await request(stage.strict, email)).status).toBe(200);
        await shiftClock(stage.strict.database, 60_000);
      }

      const sixth = await request(stage.strict, email);
      expect(sixth.body.code).toBe('rate_limited');
      const wait = Number(sixth.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(54 * 60);
      expect(wait).toBeLessThanOrEqual(55 * 60);
      await shiftClock(stage.strict.database, wait * 1000);
      expect((await request(stage.strict, email)).status).toBe(200);
    });

    test('fifty times at once for one address sends one mail', async () => {
      const email = freshEmail();

      const answers = await Promise.all(Array.from({ length: 50 }, () => request(stage.strict, email)));
      await stage.strict.settle();

      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      const { mails } = (await (
        await fetch(`${stage.strict.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`)
      ).json()) as { mails: unknown[] }; // the sandbox's own page
      expect(mails).toHaveLength(1);
    });

    test('is limited for a network too: an IPv6 subscriber by the first 64 bits', async () => {
      const from = (last: number) => request(stage.strict, freshEmail(), `2001:db8:77:1::${last.toString(16)}`);
      let allowed = 0;
      let refused: Answer | null = null;
      for (let i = 1; i <= 250 && refused === null; i++) {
        const answer = await from(i);
        if (answer.status === 200) allowed++;
        else refused = answer;
      }

      expect(refused?.body.code).toBe('rate_limited');
      expect(allowed).toBeGreaterThanOrEqual(20);
      expect((await request(stage.strict, freshEmail(), '2001:db8:77:2::1')).status).toBe(200);
    });

    test.each([
      'nobody',
      'a@b',
      'a b@people.test',
      '@people.test',
      'a@people.test\nBcc: b@people.test',
      `${'a'.repeat(250)}@people.test`,
    ])('for "%s", which is no address, is refused', async (identifier) => {
      const { body } = await request(stage.app, identifier);
      expect(body.code).toBe('validation_failed');
      expect((body.fields as { path: string }[])[0]?.path).toBe('identifier');
    });
  });
};
