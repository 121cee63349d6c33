// Coming in by a code from the mail, and the handle that a new account gets.
import { describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { codeFor, cookieOf, freshEmail, request, type Stage, verify, whoIs, wrong } from './identity.fixture.ts';

export const signingIn = (stage: Stage): void => {
  describe('signing in', () => {
    test('takes a code from the mail; the first time makes the account, the second finds it', async () => {
      const email = freshEmail();

      const first = await verify(
        stage.app,
        email.toUpperCase(),
        await codeFor(stage.app, ` ${email.toUpperCase()}`.trim()),
      );
      const second = await verify(stage.app, email, await codeFor(stage.app, email));

      expect(first.status).toBe(200);
      expect(first.body).toEqual(second.body);
      expect(first.body.user).toMatchObject({ email, roles: ['viewer'] });
      expect(await whoIs(stage.app, cookieOf(first).split(';')[0] ?? '')).toMatchObject({ email });
      expect(cookieOf(first).split(';')[0]).not.toBe(cookieOf(second).split(';')[0]);
    });

    test('gives a cookie that scripts cannot read and other sites cannot send', async () => {
      const email = freshEmail();
      const cookie = cookieOf(await verify(stage.app, email, await codeFor(stage.app, email)));

      expect(cookie).toMatch(/^vw_session=[A-Za-z0-9_-]{43};/);
      expect(cookie).toMatch(/; HttpOnly/);
      expect(cookie).toMatch(/; SameSite=Lax/);
      expect(cookie).toMatch(/; Path=\//);
      expect(cookie).not.toMatch(/Domain=/);
      expect(cookie).not.toMatch(/Secure/);
    });

    test('keeps only a hash of the code and of the session', async () => {
      const email = freshEmail();
      const code = await codeFor(stage.app, email);
      const stored = await sql<{ all: string }>`
      select (select json_agg(c) from one_time_tokens c where subject = ${email})::text ||
             (select coalesce(json_agg(j.payload), '[]') from graphile_worker._private_jobs j)::text as all`.execute(
        stage.app.database.db,
      );
      expect(stored.rows[0]?.all).not.toContain(code);

      const token = cookieOf(await verify(stage.app, email, code)).split(/[=;]/)[1] ?? '';
      const sessions = await sql<{ all: string }>`select json_agg(s)::text as all from sessions s`.execute(
        stage.app.database.db,
      );
      expect(sessions.rows[0]?.all).not.toContain(token);
    });

    test('of a hundred redemptions of one code at once gives one session', async () => {
      const email = freshEmail();
      const code = await codeFor(stage.app, email);

      const answers = await Promise.all(Array.from({ length: 100 }, () => verify(stage.app, email, code)));

      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      expect(new Set(answers.filter((answer) => answer.status !== 200).map((answer) => answer.body.code))).toEqual(
        new Set(['code_invalid']),
      );
      const { rows } = await sql<{ sessions: number; users: number }>`
      select count(distinct s.id) as sessions, count(distinct u.id) as users
      from users u left join sessions s on s.user_id = u.id where u.email = ${email}`.execute(stage.app.database.db);
      expect(rows).toEqual([{ sessions: 1, users: 1 }]);
    });

    test('is noted in the audit log, and so is each refusal', async () => {
      const email = freshEmail();
      const code = await codeFor(stage.app, email);
      const refused = await verify(stage.app, email, wrong(code));
      const entered = await verify(stage.app, email, code);

      const ids = [refused, entered].map((answer) => answer.headers.get('x-request-id'));
      const { rows } = await sql<{ action: string; actor: string | null }>`
      select action, actor from audit_log where request_id = any(${ids}) order by at`.execute(stage.app.database.db);
      expect(rows.map((row) => row.action)).toEqual(['session.refused', 'session.started']);
      expect(rows[1]?.actor).toBe((entered.body.user as { id: string }).id);
    });
  });

  describe('a handle', () => {
    const handleOf = async (email: string) => {
      const answer = await verify(stage.app, email, await codeFor(stage.app, email));
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
        expect((await request(stage.app, email)).body.code).toBe('validation_failed');
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
          stage.app.database.transaction((tx) => stage.app.identity.register(tx, { email, roles: [] })),
        ),
      );

      expect(new Set(made.map((user) => user.id)).size).toBe(1);
      const { rows } = await sql<{ n: number }>`
      select count(*) as n from outbox where type = 'user.registered' and payload ->> 'email' = ${email}`.execute(
        stage.app.database.db,
      );
      expect(rows[0]?.n).toBe(1);
    });

    test('of namesakes who register at the same time is each their own', async () => {
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          stage.app.database.transaction((tx) =>
            stage.app.identity.register(tx, { email: `namesake@${i}.test`, roles: [] }),
          ),
        ),
      );

      expect(new Set(made.map((user) => user.handle)).size).toBe(10);
    });
  });
};
