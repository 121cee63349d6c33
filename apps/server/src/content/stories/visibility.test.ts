// Whom an approved story is for: who reads it by its address, who plays its clip, and in which lists it is.
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { visibilities } from '@videowindow/contract/api/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';
import type { Visibility } from './store.ts';

const names = ['maker', 'moderator', 'follower', 'stranger', 'blocked', 'visitor'] as const;
type Name = (typeof names)[number];
const everybody = ['maker', 'moderator', 'follower', 'stranger', 'visitor'] as const;
const opens: Record<Visibility, readonly Name[]> = {
  private: ['maker', 'moderator'],
  followers: ['maker', 'moderator', 'follower'],
  unlisted: everybody,
  public: everybody,
};
/** On its maker's page. */
const lists: Record<Visibility, readonly Name[]> = {
  private: [],
  followers: ['maker', 'follower'],
  unlisted: [],
  public: everybody,
};

let app: TestApp;
let maker: Person;
let moderator: Person;
let studio: Studio;
let people: Record<Name, NodeSession>;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  moderator = await signIn(app, 'noor', ['moderator']);
  const [follower, blocked] = [await signIn(app, 'fay'), await signIn(app, 'bruno')];
  for (const person of [follower, blocked])
    await person.client.call('PUT /users/:id/follow', { params: { id: maker.id } });
  await maker.client.call('PUT /users/:id/block', { params: { id: blocked.id } });
  people = {
    ...{ maker, moderator, follower, blocked },
    ...{ stranger: await signIn(app, 'otto'), visitor: createNodeSession(app.url()) },
  };
  studio = await openStudio(app);
}, 90_000);
afterAll(() => app.stop());

const choose = (id: string, visibility: Visibility) =>
  maker.client.call('PUT /stories/:id/visibility', { params: { id }, body: { visibility } });
const open = (who: NodeSession, id: string) => who.client.call('GET /feed/story/:id', { params: { id } });
const whoCan = async (look: (who: NodeSession) => Promise<boolean>) => {
  const can = await Promise.all(names.map((name) => look(people[name])));
  return names.filter((_, at) => can[at]);
};
const submit = (id: string) => maker.client.call('POST /stories/:id/submit', { params: { id } });

describe.each(visibilities)('a story that is %s', (visibility) => {
  it('opens with its clip for those it is for, is in those lists that they have, and is nowhere for others', async () => {
    const { id } = await studio.listed(maker, moderator);
    await choose(id, visibility);
    await app.settle();

    const opened = await whoCan(async (who) => {
      const item = await open(who, id).catch((error) => {
        expect(error).toMatchObject({ status: 404, code: 'not_found' });
        return null;
      });
      if (!item) return false;
      const { media } = item.story;
      // What it was opened with plays by the cookies that came along.
      expect((await who.fetch(media.hlsUrl)).status).toBe(200);
      expect((await who.fetch(media.posterUrl)).status).toBe(200);
      return true;
    });
    const inFeed = await whoCan(async (who) => {
      const query = { limit: 100 };
      const { items } = await who.client.call('GET /feed/:name', { params: { name: 'for-you' }, query });
      return items.some(({ story }) => story.id === id);
    });
    const onPage = await whoCan(async (who) => {
      const items = await who.client.call('GET /feed/maker/:id', { params: { id: maker.id } }).then(
        (page) => page.items,
        () => [],
      );
      const item = items.find(({ story }) => story.id === id);
      if (item) expect((await who.fetch(item.story.media.posterUrl)).status).toBe(200);
      return item !== undefined;
    });
    const plays = await whoCan(async (who) => {
      const mediaId = (await maker.client.call('GET /stories/:id', { params: { id } })).mediaId ?? '';
      return await who.client.call('GET /media/:id/playback', { params: { id: mediaId } }).then(
        () => true,
        () => false,
      );
    });

    expect(opened).toEqual(opens[visibility]);
    expect(plays).toEqual(opens[visibility]);
    expect(onPage).toEqual(lists[visibility].length === everybody.length ? everybody : lists[visibility]);
    expect(inFeed).toEqual(visibility === 'public' ? everybody : []);
  });
});

describe('whom a story is for', () => {
  it('is chosen before it is sent: one that only its maker sees is not looked at', async () => {
    const draft = await studio.draft(maker);
    await choose(draft.id, 'private');

    const refused = await refusalOf(submit(draft.id));
    await choose(draft.id, 'unlisted');
    const sent = await submit(draft.id);
    const hidden = await refusalOf(choose(draft.id, 'private'));

    expect(refused).toMatchObject({ status: 422, code: 'story_private' });
    expect(sent).toMatchObject({ state: 'submitted', visibility: 'unlisted', version: draft.version });
    expect(hidden).toMatchObject({ code: 'story_private' });
    await studio.approve(moderator, sent);
    expect((await open(people.visitor, draft.id)).story.visibility).toBe('unlisted');
  });

  it('is its maker’s choice alone', async () => {
    const { id } = await studio.listed(maker, moderator);
    const rival = await signIn(app, 'rui', ['maker']);

    const refused = await refusalOf(
      rival.client.call('PUT /stories/:id/visibility', { params: { id }, body: { visibility: 'private' } }),
    );

    expect(refused).toMatchObject({ status: 404 });
  });

  it('changes while a new version is written, and counts for the one that is shown', async () => {
    const story = await studio.listed(maker, moderator);
    const clip = story.mediaId;
    const mediaId = await studio.clip(maker);
    await maker.client.call('PATCH /stories/:id', {
      params: { id: story.id },
      body: { version: story.version, mediaId },
    });
    await choose(story.id, 'followers');
    await app.settle();

    expect((await open(people.follower, story.id)).story.media.id).toBe(clip);
    await expect(open(people.stranger, story.id)).rejects.toMatchObject({ status: 404 });
    // Nor do they hear what it sells for.
    const listingOf = (name: Name) =>
      people[name].client.call('GET /stories/:storyId/listing', { params: { storyId: story.id } });
    await maker.client.call('PUT /stories/:storyId/listing', {
      params: { storyId: story.id },
      body: {
        askingPrice: null,
        offerPolicy: { acceptsOffers: true },
        shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' },
      },
    });
    expect((await listingOf('follower')).storyId).toBe(story.id);
    await expect(listingOf('stranger')).rejects.toMatchObject({ status: 404 });
    await expect(
      people.stranger.client.call('GET /media/:id/playback', { params: { id: clip ?? '' } }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('of two stories with one clip, the wider counts for the clip', async () => {
    const mediaId = await studio.clip(maker);
    const [one, two] = [
      await studio.listed(maker, moderator, { mediaId }),
      await studio.listed(maker, moderator, { mediaId }),
    ];

    await Promise.all([choose(one.id, 'private'), choose(two.id, 'followers')]);
    const media = await maker.client.call('GET /media/:id', { params: { id: mediaId } });

    expect(media.visibility).toBe('followers');
  });
});
