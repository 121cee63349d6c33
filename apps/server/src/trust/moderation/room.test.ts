// Moderation over the wire: the queue, decisions, reports, and who may.
import type { Story } from '@videowindow/contract/api/content';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

const UNKNOWN = '01900000-0000-7000-8000-00000000000a';

let app: TestApp;
let maker: Person;
let viewer: Person;
let other: Person;
let noor: Person;
let milan: Person;
let studio: Studio;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  viewer = await signIn(app, 'vera');
  other = await signIn(app, 'otto');
  noor = await signIn(app, 'noor', ['moderator']);
  milan = await signIn(app, 'milan', ['moderator']);
  studio = await openStudio(app);
});
afterAll(() => app.stop());

beforeEach(async () => {
  await sql`update stories set state = 'draft' where state = 'submitted'`.execute(app.database.db);
  await sql`update reports set state = 'dismissed' where state = 'open'`.execute(app.database.db);
});

type Decision = 'approve' | 'request_changes' | 'remove';
const decide = (person: Person, { id, version }: Pick<Story, 'id' | 'version'>, decision: Decision, reason = 'Why.') =>
  person.client.call('POST /moderation/stories/:id/decision', { params: { id }, body: { decision, reason, version } });
const report = (person: Person, subjectId: string, kind: 'story' | 'profile' = 'story') =>
  person.client.call('POST /moderation/report', { body: { kind, subjectId, reason: 'scam', note: 'Seen elsewhere.' } });
const act = (person: Person, reportId: string, action: 'remove' | 'dismiss', reason = 'Why.') =>
  person.client.call('POST /moderation/action', { body: { reportId, action, reason } });
const open = async () => (await noor.client.call('GET /moderation/reports', { query: { limit: 100 } })).items;
const auditOf = async (subject: string) =>
  (
    await sql<{ actor: string; action: string; facts: Record<string, unknown> }>`
      select actor, action, facts from audit_log where subject = ${subject} order by at, id`.execute(app.database.db)
  ).rows;
const eventsOf = async (aggregate: string) =>
  (
    await sql<{ type: string; payload: object }>`
      select type, payload from outbox where aggregate = ${aggregate} order by position`.execute(app.database.db)
  ).rows;

describe('the queue', () => {
  it('is ordered by when a story was sent in, longest first, in pages that neither repeat nor skip', async () => {
    const sent: string[] = [];
    for (let i = 0; i < 5; i++) sent.push((await studio.submitted(maker)).id);
    const early = sent[0] ?? '';
    await maker.client.call('POST /stories/:id/withdraw', { params: { id: early } });
    await maker.client.call('POST /stories/:id/submit', { params: { id: early } });

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await noor.client.call('GET /moderation/queue', {
        query: { limit: 2, ...(cursor ? { cursor } : {}) },
      });
      seen.push(...page.items.map(({ story }) => story.id));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(seen).toEqual([...sent.slice(1), early]);
  });

  it('shows the whole story with its video to play, and loses it with the decision', async () => {
    const story = await studio.submitted(maker);

    const { items } = await noor.client.call('GET /moderation/queue', { query: {} });
    const { media } = await noor.client.call('GET /media/:id/playback', { params: { id: story.mediaId ?? '' } });
    await decide(noor, story, 'request_changes');

    expect(items).toHaveLength(1);
    expect(items[0]?.story).toMatchObject({ id: story.id, sections: story.sections, maker: { id: maker.id } });
    expect((await noor.fetch(media.hlsUrl)).status).toBe(200);
    expect((await noor.client.call('GET /moderation/queue', { query: {} })).items).toEqual([]);
  });
});

describe('a decision', () => {
  it('to approve lists the story, says so in one event and leaves a row of audit', async () => {
    const story = await studio.submitted(maker);

    const listed = await decide(noor, story, 'approve', '');

    expect(listed).toMatchObject({ state: 'listed', review: { decision: 'approved' } });
    expect((await eventsOf(story.id)).filter(({ type }) => type === 'story.listed')).toEqual([
      { type: 'story.listed', payload: { storyId: story.id, makerId: maker.id, title: story.title, by: 'moderator' } },
    ]);
    expect(await auditOf(story.id)).toEqual([
      expect.objectContaining({
        actor: noor.id,
        action: 'story.approved',
        facts: expect.objectContaining({ before: { state: 'submitted' }, version: story.version }),
      }),
    ]);
  });

  it('against the maker needs a reason, which they read', async () => {
    const story = await studio.submitted(maker);

    for (const decision of ['request_changes', 'remove'] as const) {
      for (const reason of ['', ' \n']) {
        expect(await refusalOf(decide(noor, story, decision, reason))).toMatchObject({
          status: 400,
          fields: [{ path: 'reason' }],
        });
      }
    }
    await decide(noor, story, 'request_changes', 'Show your hands.');

    expect((await maker.client.call('GET /stories/:id', { params: { id: story.id } })).review).toMatchObject({
      decision: 'changes_requested',
      reason: 'Show your hands.',
    });
    expect((await eventsOf(story.id)).at(-1)).toMatchObject({
      type: 'story.changes_requested',
      payload: { reason: 'Show your hands.' },
    });
  });

  it('on what the maker has changed meanwhile is refused', async () => {
    const seen = await studio.submitted(maker);
    const params = { id: seen.id };
    const back = await maker.client.call('POST /stories/:id/withdraw', { params });
    await maker.client.call('PATCH /stories/:id', { params, body: { version: back.version, title: 'Something else' } });
    await maker.client.call('POST /stories/:id/submit', { params });

    const late = await refusalOf(decide(noor, seen, 'approve'));

    expect(late).toMatchObject({ status: 409, code: 'version_conflict', details: { current: { version: 2 } } });
    expect(await auditOf(seen.id)).toEqual([]);
    expect((await decide(noor, { id: seen.id, version: 2 }, 'approve')).state).toBe('listed');
  });

  it('of two moderators at once is made by one of them', async () => {
    for (let round = 0; round < 4; round++) {
      const story = await studio.submitted(maker);

      const results = await Promise.allSettled([
        decide(noor, story, 'approve'),
        decide(milan, story, 'request_changes'),
        decide(milan, story, 'approve'),
      ]);

      const won = results.filter(({ status }) => status === 'fulfilled');
      const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      expect(won).toHaveLength(1);
      expect(lost).toEqual(['invalid_transition', 'invalid_transition']);
      expect(await auditOf(story.id)).toHaveLength(1);
    }
  });

  it('on a story that is not there or not sent in is refused', async () => {
    const draft = await studio.draft(maker);

    expect(await refusalOf(decide(noor, { id: UNKNOWN, version: 1 }, 'approve'))).toMatchObject({ status: 404 });
    expect(await refusalOf(decide(noor, draft, 'remove'))).toMatchObject({ code: 'invalid_transition' });
  });
});

describe('a report', () => {
  it('is made once by a person, however often they press, and by each person', async () => {
    const { id } = await studio.listed(maker, noor);

    const made = await Promise.all([report(viewer, id), report(viewer, id), report(viewer, id)]);
    const others = await report(other, id);

    expect(new Set(made.map((answer) => answer.id)).size).toBe(1);
    expect(others.id).not.toBe(made[0]?.id);
    expect(await open()).toEqual([
      expect.objectContaining({
        id: made[0]?.id,
        kind: 'story',
        subjectId: id,
        subjectTitle: 'Moon jar, wood ash',
        reason: 'scam',
        note: 'Seen elsewhere.',
        reporter: expect.objectContaining({ id: viewer.id }),
        state: 'open',
      }),
      expect.objectContaining({ id: others.id }),
    ]);
    expect(await eventsOf(made[0]?.id ?? '')).toHaveLength(1);
  });

  it('can be made again after the first was dismissed', async () => {
    const { id } = await studio.listed(maker, noor);
    const first = await report(viewer, id);
    await act(noor, first.id, 'dismiss');

    expect((await report(viewer, id)).id).not.toBe(first.id);
  });

  it('about what one cannot see is about nothing', async () => {
    const draft = await studio.draft(maker);
    const sent = await studio.submitted(maker);

    for (const id of [draft.id, sent.id, UNKNOWN]) {
      expect(await refusalOf(report(viewer, id))).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await refusalOf(report(viewer, UNKNOWN, 'profile'))).toMatchObject({ status: 404 });
    expect(await open()).toEqual([]);
  });

  it('dismissed closes that one; the others stay', async () => {
    const { id } = await studio.listed(maker, noor);
    const mine = await report(viewer, id);
    const theirs = await report(other, id);

    const dismissed = await act(noor, mine.id, 'dismiss');

    expect(dismissed).toMatchObject({ id: mine.id, state: 'dismissed' });
    expect((await open()).map((each) => each.id)).toEqual([theirs.id]);
    expect(await auditOf(mine.id)).toEqual([expect.objectContaining({ actor: noor.id, action: 'report.dismissed' })]);
    expect((await viewer.client.call('GET /feed/story/:id', { params: { id } })).story.id).toBe(id);
  });

  it('acted on by removal takes the story out and closes all reports of it, and no others', async () => {
    const { id } = await studio.listed(maker, noor);
    const untouched = await studio.listed(maker, noor);
    const mine = await report(viewer, id);
    await report(other, id);
    const elsewhere = await report(viewer, untouched.id);
    const about = await report(viewer, maker.id, 'profile');

    const removed = await act(noor, mine.id, 'remove', 'A copy of somebody else’s work.');

    expect(removed.state).toBe('removed');
    expect((await open()).map((each) => each.id)).toEqual([elsewhere.id, about.id]);
    expect(await maker.client.call('GET /stories/:id', { params: { id } })).toMatchObject({
      state: 'removed',
      review: { decision: 'removed', reason: 'A copy of somebody else’s work.' },
    });
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['story.approved', 'story.removed']);
    expect((await auditOf(mine.id)).map(({ action }) => action)).toEqual(['report.removed']);
  });

  it('of a story that is removed already can still be closed', async () => {
    const story = await studio.listed(maker, noor);
    const mine = await report(viewer, story.id);
    await decide(milan, story, 'remove');

    expect(await act(noor, mine.id, 'remove')).toMatchObject({ state: 'removed' });
    expect(await open()).toEqual([]);
  });

  it('acted on twice at once is acted on once', async () => {
    const { id } = await studio.listed(maker, noor);
    const mine = await report(viewer, id);
    await report(other, id);

    const results = await Promise.allSettled([
      act(noor, mine.id, 'remove'),
      act(milan, mine.id, 'remove'),
      act(milan, mine.id, 'dismiss'),
    ]);

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.code).toBe('invalid_transition');
    }
  });

  it('of one story, of which two are acted on at once, removes it once', async () => {
    for (let round = 0; round < 4; round++) {
      const { id } = await studio.listed(maker, noor);
      const mine = await report(viewer, id);
      const theirs = await report(other, id);

      const results = await Promise.allSettled([act(noor, mine.id, 'remove'), act(milan, theirs.id, 'remove')]);

      expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason.code).toBe('invalid_transition');
      }
      expect((await auditOf(id)).filter(({ action }) => action === 'story.removed')).toHaveLength(1);
      expect(await open()).toEqual([]);
    }
  });

  it('of a person can be dismissed, and not yet acted on by removal', async () => {
    const mine = await report(viewer, maker.id, 'profile');

    const removal = await refusalOf(act(noor, mine.id, 'remove'));
    const dismissed = await act(noor, mine.id, 'dismiss');

    expect(removal).toMatchObject({ code: 'invalid_transition', details: { from: 'open', possible: ['dismiss'] } });
    expect(dismissed.state).toBe('dismissed');
    expect((await refusalOf(act(noor, mine.id, 'dismiss'))).details).toMatchObject({ possible: [] });
  });

  it('is not acted on without a reason', async () => {
    const { id } = await studio.listed(maker, noor);
    const mine = await report(viewer, id);

    for (const reason of ['', '  ']) {
      expect(await refusalOf(act(noor, mine.id, 'remove', reason))).toMatchObject({ code: 'validation_failed' });
    }
    expect(await open()).toHaveLength(1);
  });

  it('lies in a list with the oldest first, in pages', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await report(viewer, (await studio.listed(maker, noor)).id)).id);

    const first = await noor.client.call('GET /moderation/reports', { query: { limit: 2 } });
    const rest = await noor.client.call('GET /moderation/reports', { query: { limit: 2, cursor: first.next ?? '' } });

    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.next).toBeNull();
  });
});

describe('who is not staff', () => {
  it('neither sees nor decides anything of it', async () => {
    const story = await studio.submitted(maker);
    const listed = await studio.listed(maker, noor);
    const { id } = await report(viewer, listed.id);

    for (const person of [maker, viewer]) {
      for (const ask of [
        () => person.client.call('GET /moderation/queue', { query: {} }),
        () => person.client.call('GET /moderation/reports', { query: {} }),
        () => decide(person, story, 'approve'),
        () => act(person, id, 'remove'),
      ]) {
        expect(await refusalOf(ask())).toMatchObject({ status: 403, code: 'forbidden' });
      }
    }
    expect((await maker.client.call('GET /stories/:id', { params: { id: story.id } })).state).toBe('submitted');
    expect(await open()).toHaveLength(1);
  });
});

describe('what is one’s own', () => {
  it('is decided by somebody else, and trying is written down', async () => {
    const both = await signIn(app, 'rosa', ['maker', 'moderator']);
    const story = await studio.submitted(both);
    const listed = await studio.listed(both, noor);
    const reports = [await report(viewer, listed.id), await report(viewer, both.id, 'profile')];

    for (const decision of ['approve', 'request_changes', 'remove'] as const)
      expect(await refusalOf(decide(both, story, decision))).toMatchObject({ status: 403, code: 'own_content' });
    for (const { id } of reports)
      expect(await refusalOf(act(both, id, 'dismiss'))).toMatchObject({ status: 403, code: 'own_content' });

    expect((await both.client.call('GET /stories/:id', { params: { id: story.id } })).state).toBe('submitted');
    expect(await open()).toHaveLength(2);
    expect((await auditOf(story.id)).filter(({ action }) => action === 'moderation.own_refused')).toHaveLength(3);
    expect((await decide(noor, story, 'approve')).state).toBe('listed');
  });
});
