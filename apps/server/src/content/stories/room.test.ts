// Stories over the wire, on a real video: saving, the way through review, what others may know, and who may play.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Story } from '@videowindow/contract/api/content';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

const NOBODYS = '01900000-0000-7000-8000-00000000000a';

let app: TestApp;
let maker: Person;
let rival: Person;
let viewer: Person;
let moderator: Person;
let studio: Studio;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  rival = await signIn(app, 'rui', ['maker']);
  viewer = await signIn(app, 'vera');
  moderator = await signIn(app, 'noor', ['moderator']);
  studio = await openStudio(app);
});
afterAll(() => app.stop());

type Move = 'submit' | 'withdraw' | 'revert' | 'archive' | 'unarchive';
const read = (person: Person, id: string) => person.client.call('GET /stories/:id', { params: { id } });
const move = (person: Person, id: string, command: Move) =>
  person.client.call(`POST /stories/:id/${command}`, { params: { id } });
const save = (person: Person, { id, version }: Pick<Story, 'id' | 'version'>, changes: object) =>
  person.client.call('PATCH /stories/:id', { params: { id }, body: { version, ...changes } });
const hide = (id: string) =>
  maker.client.call('PUT /stories/:id/visibility', { params: { id }, body: { visibility: 'unlisted' } });
const decide = (story: Pick<Story, 'id' | 'version'>, decision: 'approve' | 'request_changes' | 'remove') =>
  moderator.client.call('POST /moderation/stories/:id/decision', {
    params: { id: story.id },
    body: { decision, reason: 'Please say which wood.', version: story.version },
  });
const feedItem = (id: string) => viewer.client.call('GET /feed/story/:id', { params: { id } });
const isInFeed = async (id: string) => {
  const { items } = await viewer.client.call('GET /feed/:name', { params: { name: 'for-you' }, query: { limit: 100 } });
  return items.some(({ story }) => story.id === id);
};

describe('a draft', () => {
  it('starts empty and is saved as one types, a version at a time', async () => {
    const empty = await maker.client.call('POST /stories', { body: {} });
    const titled = await save(maker, empty, { title: 'Tea bowl' });
    const worded = await save(maker, titled, { caption: 'Shino. #teabowl', category: 'ceramics' });

    expect(empty).toMatchObject({ title: '', caption: '', sections: [], mediaId: null, state: 'draft', version: 1 });
    expect(empty.possible).toEqual(['discard']);
    expect(await read(maker, empty.id)).toMatchObject({
      title: 'Tea bowl',
      caption: 'Shino. #teabowl',
      category: 'ceramics',
      hashtags: ['teabowl'],
      version: 3,
      createdAt: empty.createdAt,
    });
    expect(worded.updatedAt > empty.updatedAt).toBe(true);
  });

  it('that was saved elsewhere is not overwritten: the refusal brings the other version', async () => {
    const draft = await studio.draft(maker, { mediaId: null });
    await save(maker, draft, { title: 'On the phone' });

    const late = await refusalOf(save(maker, draft, { title: 'On the laptop' }));

    expect(late).toMatchObject({ status: 409, code: 'version_conflict' });
    expect(late.details.current).toEqual({
      version: 2,
      title: 'On the phone',
      caption: draft.caption,
      category: null,
      sections: draft.sections,
      mediaId: null,
    });
    expect(await read(maker, draft.id)).toMatchObject({ title: 'On the phone', version: 2 });
  });

  it('saved twice at once from the same version is saved exactly once', async () => {
    const draft = await studio.draft(maker, { mediaId: null });
    const titles = ['One', 'Two', 'Three', 'Four', 'Five'];

    const results = await Promise.allSettled(titles.map((title) => save(maker, draft, { title })));

    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.title] : []));
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(won).toHaveLength(1);
    expect(lost).toEqual(Array(4).fill('version_conflict'));
    expect(await read(maker, draft.id)).toMatchObject({ title: won[0], version: 2 });
  });

  it('takes no video of somebody else, of nobody, or that is being deleted', async () => {
    const foreign = await studio.clip(rival);
    const deleted = await studio.clip(maker);
    await maker.client.call('DELETE /media/:id', { params: { id: deleted } });
    const draft = await studio.draft(maker, { mediaId: null });

    for (const mediaId of [foreign, NOBODYS, deleted]) {
      const started = await refusalOf(maker.client.call('POST /stories', { body: { mediaId } }));
      const saved = await refusalOf(save(maker, draft, { mediaId }));
      expect(started).toMatchObject({ code: 'validation_failed', fields: [{ path: 'mediaId' }] });
      expect(saved).toMatchObject({ code: 'validation_failed', fields: [{ path: 'mediaId' }] });
    }
    expect(await read(maker, draft.id)).toMatchObject({ mediaId: null, version: 1 });
  });

  it('is not there for others: neither to read nor to change nor to move', async () => {
    const { id, version } = await studio.draft(maker);
    const moves = ['submit', 'withdraw', 'archive', 'unarchive'] as const;

    const refusals = await Promise.all(
      [
        read(rival, id),
        save(rival, { id, version }, { title: 'Mine now' }),
        ...moves.map((command) => move(rival, id, command)),
        feedItem(id),
      ].map(refusalOf),
    );

    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusalOf(read(viewer, id))).toMatchObject({ status: 403 });
    expect((await fetch(`${app.url()}/api/v1/stories/${id}`)).status).toBe(401);
    expect(await read(maker, id)).toMatchObject({ title: 'Moon jar, wood ash', version, state: 'draft' });
  });

  it('may be read by a moderator, who can neither change nor send it', async () => {
    const { id, version } = await studio.draft(maker);

    expect(await read(moderator, id)).toMatchObject({ id, state: 'draft' });
    expect(await refusalOf(save(moderator, { id, version }, { title: 'Better' }))).toMatchObject({ status: 403 });
    expect(await refusalOf(move(moderator, id, 'submit'))).toMatchObject({ status: 403 });
    expect(await refusalOf(decide({ id, version }, 'approve'))).toMatchObject({
      code: 'invalid_transition',
      details: { from: 'draft', command: 'approve' },
    });
  });
});

describe('a draft that is not wanted any more', () => {
  const discard = (person: Person, id: string) => person.client.call('DELETE /stories/:id', { params: { id } });
  const stateOf = (id: string) =>
    maker.client.call('GET /media/:id', { params: { id } }).then(
      ({ state }) => state,
      () => 'gone',
    );

  it('goes with its video, unless another story has that too, and with what it would have sold for', async () => {
    const [own, shared] = [await studio.draft(maker), await studio.draft(maker)];
    await maker.client.call('PUT /stories/:storyId/listing', {
      params: { storyId: own.id },
      body: {
        kind: 'fixed_price',
        askingPrice: null,
        offerPolicy: { acceptsOffers: false },
        variants: [{ options: [], price: { amount: 2_000, currency: 'USD' }, quantity: 2, sku: null }],
        shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' },
      },
    });
    const other = await studio.draft(maker, { mediaId: shared.mediaId });

    for (const { id } of [own, shared]) await discard(maker, id);
    await app.settle();

    expect(await refusalOf(read(maker, own.id))).toMatchObject({ code: 'not_found' });
    expect([await stateOf(own.mediaId ?? ''), await stateOf(shared.mediaId ?? '')]).toEqual(['gone', 'ready']);
    expect(await read(maker, other.id)).toMatchObject({ mediaState: 'ready' });
    const { rows } = await app.database.pool.query('select id from listings where story_id = $1', [own.id]);
    expect(rows).toEqual([]);
  });

  it('stays when somebody else has seen it: sent in, looked at, or shown before', async () => {
    const submitted = await studio.submitted(maker);
    const asked = await studio.submitted(maker);
    await decide(asked, 'request_changes');
    await move(maker, asked.id, 'withdraw');
    const shown = await studio.listed(maker, moderator);
    await move(maker, shown.id, 'archive');
    await save(maker, shown, { title: 'Another story now' });

    for (const { id } of [submitted, asked, shown]) {
      expect(await refusalOf(discard(maker, id))).toMatchObject({ code: 'invalid_transition' });
      expect((await read(maker, id)).possible).not.toContain('discard');
    }
    expect(await refusalOf(discard(rival, submitted.id))).toMatchObject({ code: 'not_found' });
  });
});

describe('the way through review', () => {
  it('refuses what is not complete and names each field', async () => {
    const { id } = await maker.client.call('POST /stories', { body: { title: 'ab' } });

    const refusal = await refusalOf(move(maker, id, 'submit'));

    expect(refusal).toMatchObject({ status: 422, code: 'story_incomplete' });
    expect(refusal.fields.map(({ path }) => path)).toEqual(['title', 'mediaId', 'sections']);
    expect((await read(maker, id)).state).toBe('draft');
  });

  it('goes by the machine, and a refused move says what is possible', async () => {
    const { id } = await studio.draft(maker);
    const moves: [Move, string][] = [
      ['submit', 'submitted'],
      ['withdraw', 'draft'],
      ['submit', 'submitted'],
    ];
    for (const [command, state] of moves) expect((await move(maker, id, command)).state).toBe(state);

    const again = await refusalOf(move(maker, id, 'submit'));
    const archived = await refusalOf(move(maker, id, 'archive'));

    expect(again).toMatchObject({ status: 409, code: 'invalid_transition' });
    expect(again.details).toEqual({ from: 'submitted', command: 'submit', possible: ['withdraw', 'schedule'] });
    expect(archived.details).toMatchObject({ from: 'submitted', command: 'archive' });
  });

  it('lets nothing be changed while a moderator looks at it', async () => {
    const story = await studio.submitted(maker);

    expect(await refusalOf(save(maker, story, { title: 'Moon jars' }))).toMatchObject({ code: 'invalid_transition' });
  });

  it('brings changes that were asked for back to the maker, and the story back to review', async () => {
    const story = await studio.submitted(maker);
    await decide(story, 'request_changes');
    const asked = await read(maker, story.id);
    await save(maker, asked, { caption: 'Fired with oak. #moonjar' });
    const again = await move(maker, story.id, 'submit');

    expect(asked).toMatchObject({
      state: 'changes_requested',
      review: { decision: 'changes_requested', reason: 'Please say which wood.' },
    });
    expect(again.state).toBe('submitted');
  });

  it('can be left from changes_requested whatever the video is by then', async () => {
    const story = await studio.submitted(maker);
    await decide(story, 'request_changes');
    const { mediaId } = await maker.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'next.mp4', bytes: 1000 },
    });
    const changed = await save(maker, await read(maker, story.id), { mediaId });

    const submitted = await refusalOf(move(maker, story.id, 'submit'));
    const withdrawn = await move(maker, story.id, 'withdraw');

    expect(changed.mediaState).toBe('uploading');
    expect(submitted).toMatchObject({ code: 'story_incomplete', fields: [{ path: 'mediaId' }] });
    expect(withdrawn.state).toBe('draft');
  });

  it('ends with a removal also when the video is gone', async () => {
    const story = await studio.submitted(maker);
    await decide(story, 'request_changes');
    await maker.client.call('DELETE /media/:id', { params: { id: story.mediaId ?? '' } });
    await app.settle();

    const removed = await decide(story, 'remove');

    expect(removed).toMatchObject({ state: 'removed', media: null });
    for (const command of ['submit', 'withdraw', 'archive', 'unarchive'] as const) {
      expect((await refusalOf(move(maker, story.id, command))).details).toMatchObject({ possible: [] });
    }
    expect(await refusalOf(save(maker, removed, { title: 'Back' }))).toMatchObject({ code: 'invalid_transition' });
  });
});

describe('a listed story', () => {
  it('stays in the feed when a typo is mended', async () => {
    const story = await studio.listed(maker, moderator, { title: 'Mon jar, wood ash' });

    const mended = await save(maker, story, { title: 'Moon jar, wood ash' });

    expect(mended.state).toBe('listed');
    expect((await feedItem(story.id)).story.title).toBe('Moon jar, wood ash');
    expect(await isInFeed(story.id)).toBe(true);
  });

  it('goes back to review when it becomes another; the feed shows what was approved, with its corrections, until then', async () => {
    const story = await studio.listed(maker, moderator, { title: 'Mon jar, wood ash' });
    const mended = await save(maker, story, { title: 'Moon jar, wood ash' });

    const changed = await save(maker, mended, {
      title: 'Tea bowl',
      caption: 'Shino. #teabowl',
      sections: [{ kind: 'process', text: 'Bought at a market, resold.' }],
    });
    const meanwhile = (await feedItem(story.id)).story;
    await studio.approve(moderator, changed);
    const approved = (await feedItem(story.id)).story;

    expect(changed).toMatchObject({ state: 'submitted', isShown: true, title: 'Tea bowl' });
    expect(meanwhile).toMatchObject({ title: 'Moon jar, wood ash', hashtags: ['moonjar'], sections: story.sections });
    expect(approved).toMatchObject({ title: 'Tea bowl', hashtags: ['teabowl'], listedAt: story.listedAt });
    expect(await read(maker, story.id)).toMatchObject({ state: 'listed', isShown: true });
  });

  it('stays in the feed through refusals, withdrawals and drafts of the new version, until it is taken out', async () => {
    const story = await studio.listed(maker, moderator);
    const changed = await save(maker, story, { title: 'Tea bowl' });
    const states = [changed.state, (await decide(changed, 'request_changes')).state];
    states.push((await move(maker, story.id, 'withdraw')).state);
    const kept = await isInFeed(story.id);

    const taken = await move(maker, story.id, 'archive');

    expect(states).toEqual(['submitted', 'changes_requested', 'draft']);
    expect(kept).toBe(true);
    expect(taken).toMatchObject({ state: 'draft', isShown: false, title: 'Tea bowl' });
    expect(taken.possible).toEqual(['submit']);
    expect(await isInFeed(story.id)).toBe(false);
    expect(await refusalOf(feedItem(story.id))).toMatchObject({ status: 404 });
  });

  it('gives up its new version and is what the feed shows', async () => {
    const story = await studio.listed(maker, moderator);
    await save(maker, story, { title: 'Tea bowl', caption: 'Shino. #teabowl' });

    const reverted = await move(maker, story.id, 'revert');
    const again = await refusalOf(move(maker, story.id, 'revert'));

    expect(reverted).toMatchObject({ state: 'listed', title: story.title, hashtags: ['moonjar'] });
    expect(reverted.version).toBeGreaterThan(story.version + 1);
    expect(again).toMatchObject({ code: 'invalid_transition' });
    expect((await feedItem(story.id)).story.title).toBe(story.title);
  });

  it('given up by its maker at the moment it is approved is one of the two, in the feed and in the studio', async () => {
    for (let round = 0; round < 5; round++) {
      const story = await studio.listed(maker, moderator);
      const changed = await save(maker, story, { title: 'Tea bowl' });

      const answers = await Promise.allSettled([move(maker, story.id, 'revert'), studio.approve(moderator, changed)]);

      const { title, state } = await read(maker, story.id);
      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(state).toBe('listed');
      expect(title).toBe(answers[0]?.status === 'fulfilled' ? story.title : 'Tea bowl');
      expect((await feedItem(story.id)).story.title).toBe(title);
    }
  });

  it('whose new version is a draft can still be removed by a moderator', async () => {
    const story = await studio.listed(maker, moderator);
    await save(maker, story, { title: 'Tea bowl' });
    const draft = await move(maker, story.id, 'withdraw');

    const removed = await decide(draft, 'remove');

    expect(removed).toMatchObject({ state: 'removed', isShown: false });
    expect(await refusalOf(feedItem(story.id))).toMatchObject({ status: 404 });
  });

  it('goes back to review when many small corrections add up', async () => {
    let story = await studio.listed(maker, moderator);
    const words = ' Call me at 555 0100, I sell this outside of the site, cash only.'.match(/.{1,8}/g) ?? [];
    const states: string[] = [];
    for (const part of words) {
      const [section] = story.sections;
      story = await save(maker, story, { sections: [{ kind: 'process', text: `${section?.text}${part}` }] }).catch(
        () => story,
      );
      states.push(story.state);
    }

    expect(states[0]).toBe('listed');
    expect(states.at(-1)).toBe('submitted');
  });

  it('changed into one that lacks something is a draft again, and in the feed what it was', async () => {
    const story = await studio.listed(maker, moderator);

    const untitled = await save(maker, story, { title: '', sections: [] });

    expect(untitled).toMatchObject({ state: 'draft', isShown: true, title: '' });
    expect(await refusalOf(move(maker, story.id, 'submit'))).toMatchObject({ code: 'story_incomplete' });
    expect((await feedItem(story.id)).story.title).toBe(story.title);
  });

  it('can be taken out and put back, with the place it had', async () => {
    const story = await studio.listed(maker, moderator);

    const archived = await move(maker, story.id, 'archive');
    const inFeedMeanwhile = await isInFeed(story.id);
    const restored = await move(maker, story.id, 'unarchive');

    expect(archived.state).toBe('archived');
    expect(inFeedMeanwhile).toBe(false);
    expect(restored).toMatchObject({ state: 'listed', listedAt: story.listedAt });
    expect(await isInFeed(story.id)).toBe(true);
  });

  it('that is archived and rewritten does not come back without a review', async () => {
    const story = await studio.listed(maker, moderator);
    const archived = await move(maker, story.id, 'archive');

    const mended = await save(maker, archived, { title: 'Moon jars, wood ash' });
    const rewritten = await save(maker, mended, { title: 'Cheap phones, call me' });
    const refused = await refusalOf(move(maker, story.id, 'unarchive'));

    expect(mended.state).toBe('archived');
    expect(rewritten.state).toBe('draft');
    expect(refused).toMatchObject({ code: 'invalid_transition' });
    expect((await move(maker, story.id, 'submit')).state).toBe('submitted');
  });

  it('is frozen while its piece is in an auction or locked: no word changes, and it stays where it is', async () => {
    const story = await studio.listed(maker, moderator);
    await maker.client.call('PUT /stories/:storyId/listing', {
      params: { storyId: story.id },
      body: {
        askingPrice: null,
        offerPolicy: { acceptsOffers: true },
        shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' },
      },
    });
    for (const state of ['in_auction', 'locked']) {
      await sql`update listings set state = ${state} where story_id = ${story.id}`.execute(app.database.db);

      expect(await refusalOf(save(maker, story, { title: 'Moon jars' }))).toMatchObject({ code: 'story_frozen' });
      expect(await refusalOf(move(maker, story.id, 'archive'))).toMatchObject({ code: 'story_frozen' });
      expect(await refusalOf(hide(story.id))).toMatchObject({ code: 'story_frozen' });
    }
    await sql`update listings set state = 'available' where story_id = ${story.id}`.execute(app.database.db);

    expect(await save(maker, story, { title: 'Moon jars, wood ash' })).toMatchObject({ state: 'listed' });
  });

  it('that buyers rely on takes no new version, though its maker may write on', async () => {
    const story = await studio.listed(maker, moderator);
    await maker.client.call('PUT /stories/:storyId/listing', {
      params: { storyId: story.id },
      body: {
        askingPrice: null,
        offerPolicy: { acceptsOffers: true },
        shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' },
      },
    });
    const changed = await save(maker, story, { title: 'Tea bowl' });
    await sql`update listings set state = 'in_auction' where story_id = ${story.id}`.execute(app.database.db);

    const refused = await refusalOf(studio.approve(moderator, changed));
    const draft = await move(maker, story.id, 'withdraw');
    const written = await save(maker, draft, { title: 'Tea bowls' });

    expect(refused).toMatchObject({ code: 'story_frozen' });
    expect(written).toMatchObject({ state: 'draft', title: 'Tea bowls' });
    expect((await feedItem(story.id)).story.title).toBe(story.title);
  });
});

describe('the video of a story', () => {
  const statusOf = async (person: Person, url: string) => (await person.fetch(url)).status;
  const play = (person: Person, id: string) => person.client.call('GET /media/:id/playback', { params: { id } });

  it('is open to everybody while the story is listed, and its addresses end when it is not', async () => {
    const draft = await studio.draft(maker);
    const mediaId = draft.mediaId ?? '';
    await play(maker, mediaId);
    const privateUrl = draft.media?.hlsUrl ?? '';
    const before = { own: await statusOf(maker, privateUrl), other: await statusOf(viewer, privateUrl) };
    const hidden = await refusalOf(play(viewer, mediaId));

    await studio.approve(moderator, await move(maker, draft.id, 'submit'));
    await app.settle();
    const { story } = await feedItem(draft.id);
    const { media } = story;
    const open = [media.hlsUrl, media.mp4[0]?.url ?? '', media.posterUrl];
    const whileListed = await Promise.all(open.map((url) => statusOf(viewer, url)));
    const withoutGrant = await fetch(new URL(media.hlsUrl, app.url()));
    const oldPrivate = await statusOf(maker, privateUrl);

    await move(maker, draft.id, 'archive');
    await app.settle();
    const afterwards = await Promise.all(open.map((url) => statusOf(viewer, url)));
    const archived = await read(maker, draft.id);
    await play(maker, mediaId);

    expect(before).toEqual({ own: 200, other: 403 });
    expect(hidden).toMatchObject({ status: 404 });
    expect(whileListed).toEqual([200, 200, 200]);
    expect(withoutGrant.status).toBe(403);
    expect(oldPrivate).toBe(404);
    expect(afterwards.every((status) => status === 403 || status === 404)).toBe(true);
    expect(archived.media?.hlsUrl).not.toBe(privateUrl);
    expect(await statusOf(maker, archived.media?.hlsUrl ?? '')).toBe(200);
    expect(await statusOf(viewer, archived.media?.hlsUrl ?? '')).toBe(403);
    expect(await readdir(join(app.dataFolder, 'objects', 'media', mediaId))).toHaveLength(1);
  });

  it('is closed again when a moderator removes the story', async () => {
    const story = await studio.listed(maker, moderator);
    const { media } = (await feedItem(story.id)).story;

    await decide(story, 'remove');
    await app.settle();

    expect(await statusOf(viewer, media.hlsUrl)).toBe(404);
    expect(await refusalOf(play(viewer, media.id))).toMatchObject({ status: 404 });
  });

  it('that takes the place of another is closed until it is approved; then the other one is', async () => {
    const story = await studio.listed(maker, moderator);
    const { media } = (await feedItem(story.id)).story;
    const next = await studio.clip(maker);

    const changed = await save(maker, story, { mediaId: next });
    await app.settle();

    expect(changed).toMatchObject({ state: 'submitted', mediaId: next });
    expect((await feedItem(story.id)).story.media.id).toBe(media.id);
    expect(await statusOf(viewer, media.hlsUrl)).toBe(200);
    expect(await refusalOf(play(viewer, next))).toMatchObject({ status: 404 });
    const deleted = await refusalOf(maker.client.call('DELETE /media/:id', { params: { id: media.id } }));
    expect(deleted.code).toBe('story_frozen');
    await studio.approve(moderator, changed);
    await app.settle();
    expect(await statusOf(viewer, media.hlsUrl)).toBe(404);
    expect(await refusalOf(play(viewer, media.id))).toMatchObject({ status: 404 });
    expect((await feedItem(story.id)).story.media.id).toBe(next);
    expect((await play(viewer, next)).media.id).toBe(next);
  });

  it('may be one that is still on its way: the story is a draft beside the feed until it has come', async () => {
    const story = await studio.listed(maker, moderator);
    const { mediaId } = await maker.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'next.mp4', bytes: 1000 },
    });

    const changed = await save(maker, story, { mediaId });
    const refused = await refusalOf(move(maker, story.id, 'submit'));

    expect(changed).toMatchObject({ state: 'draft', isShown: true, mediaState: 'uploading' });
    expect(refused).toMatchObject({ code: 'story_incomplete', fields: [{ path: 'mediaId' }] });
    expect((await feedItem(story.id)).story.media.id).toBe(story.mediaId);
  });

  it('stays open while any listed story shows it', async () => {
    const first = await studio.listed(maker, moderator);
    const second = await studio.draft(maker, { mediaId: first.mediaId, title: 'The same jar again' });
    const sent = await move(maker, second.id, 'submit');
    const url = (await feedItem(first.id)).story.media.hlsUrl;
    const whileSent = await statusOf(viewer, url);
    await studio.approve(moderator, sent);
    await move(maker, first.id, 'archive');
    await app.settle();
    const shown = await statusOf(viewer, (await feedItem(second.id)).story.media.hlsUrl);
    await move(maker, second.id, 'archive');
    await app.settle();

    expect(whileSent).toBe(200);
    expect(shown).toBe(200);
    expect(await refusalOf(play(viewer, first.mediaId ?? ''))).toMatchObject({ status: 404 });
  });

  it('is open at the end when one story of it is listed at the moment another one leaves', async () => {
    for (let round = 0; round < 5; round++) {
      const leaving = await studio.listed(maker, moderator);
      const coming = await studio.submitted(maker, { mediaId: leaving.mediaId });

      await Promise.all([move(maker, leaving.id, 'archive'), studio.approve(moderator, coming)]);

      expect((await play(viewer, leaving.mediaId ?? '')).media.id).toBe(leaving.mediaId);
    }
  });

  it('cannot be deleted while a story relies on it, and can be afterwards', async () => {
    const remove = (id: string | null) => maker.client.call('DELETE /media/:id', { params: { id: id ?? '' } });
    const story = await studio.submitted(maker);

    const whileSubmitted = await refusalOf(remove(story.mediaId));
    await studio.approve(moderator, story);
    const whileListed = await refusalOf(remove(story.mediaId));
    await move(maker, story.id, 'archive');
    const whileArchived = await refusalOf(remove(story.mediaId));
    const draft = await studio.draft(maker);
    await remove(draft.mediaId);
    await app.settle();

    for (const refusal of [whileSubmitted, whileListed, whileArchived]) expect(refusal.code).toBe('story_frozen');
    expect(await read(maker, draft.id)).toMatchObject({ media: null, mediaState: null });
    expect(await refusalOf(move(maker, draft.id, 'submit'))).toMatchObject({ code: 'story_incomplete' });
  });

  it('deleted at the moment the story is sent in: one of the two is refused', async () => {
    for (let round = 0; round < 8; round++) {
      const { id, mediaId } = await studio.draft(maker);

      const [sent, deleted] = await Promise.allSettled([
        move(maker, id, 'submit'),
        maker.client.call('DELETE /media/:id', { params: { id: mediaId ?? '' } }),
      ]);

      expect([sent.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect((await read(maker, id)).state).toBe(sent.status === 'fulfilled' ? 'submitted' : 'draft');
    }
  });
});

describe("a maker's list", () => {
  it('comes in pages that neither repeat nor skip, also of stories changed in the same millisecond', async () => {
    const author = await signIn(app, 'many', ['maker']);
    const ids: string[] = [];
    for (let i = 0; i < 11; i++) ids.push((await author.client.call('POST /stories', { body: {} })).id);
    await sql`
      update stories set updated_at = '2026-11-21T12:00:00.123Z'
      where maker_id = ${author.id} and id = any(${ids.slice(2, 9)}::uuid[])`.execute(app.database.db);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await author.client.call('GET /stories', { query: { limit: 3, ...(cursor ? { cursor } : {}) } });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(seen).toHaveLength(11);
    expect([...seen].sort()).toEqual([...ids].sort());
  });

  it('holds only their own, and one state when asked', async () => {
    const author = await signIn(app, 'some', ['maker']);
    const draft = await studio.draft(author);
    const sent = await studio.submitted(author);

    const all = await author.client.call('GET /stories', { query: {} });
    const drafts = await author.client.call('GET /stories', { query: { state: 'draft' } });

    expect(all.items.map(({ id }) => id)).toEqual([sent.id, draft.id]);
    expect(drafts.items.map(({ id }) => id)).toEqual([draft.id]);
    expect(all.next).toBeNull();
  });

  it('refuses what is no cursor of it', async () => {
    const cursors = ['x', 'WzFd', Buffer.from('["2026-13-41T00:00:00.000Z","x"]').toString('base64url')];
    for (const cursor of cursors) {
      expect(await refusalOf(maker.client.call('GET /stories', { query: { cursor } }))).toMatchObject({
        status: 400,
        fields: [{ path: 'cursor' }],
      });
    }
  });
});
