// Pictures in a story: whose they may be, who sees them and when, and that they stay while somebody may look.
import { uploadFile } from '@videowindow/client';
import { createNodeSession } from '@videowindow/client/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

let app: TestApp;
let maker: Person;
let rival: Person;
let moderator: Person;
let studio: Studio;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  rival = await signIn(app, 'rui', ['maker']);
  moderator = await signIn(app, 'noor', ['moderator']);
  studio = await openStudio(app);
}, 90_000);
afterAll(() => app.stop());

const picture = async (person: Person): Promise<string> => {
  const data = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a52' } })
    .jpeg()
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '38/1 43/1 0/1' } })
    .toBuffer();
  const { mediaId } = await uploadFile({
    client: person.client,
    data,
    purpose: 'image',
    file: { name: 'kiln.jpg', size: data.length },
    headers: { cookie: person.cookie(), origin: app.url() },
  });
  await app.settle();
  return mediaId;
};
const process = (...pictures: { mediaId: string; alt: string }[]) => [
  { kind: 'process' as const, text: 'Thrown in one piece.', pictures },
];
const save = (id: string, version: number, changes: object) =>
  maker.client.call('PATCH /stories/:id', { params: { id }, body: { version, ...changes } });
const shown = async (id: string) => {
  const visitor = createNodeSession(app.url());
  const { story } = await visitor.client.call('GET /feed/story/:id', { params: { id } });
  const pictures = story.sections.flatMap((section) => section.pictures);
  return { visitor, pictures, ids: pictures.map(({ image }) => image.id) };
};

describe('a picture of a story', () => {
  it('is shown in its order with what it says, without where it was taken, to those the story is for', async () => {
    const [kiln, wheel] = [await picture(maker), await picture(maker)];
    const pictures = [
      { mediaId: kiln, alt: 'The kiln at night' },
      { mediaId: wheel, alt: '' },
    ];
    const { id } = await studio.listed(maker, moderator, { sections: process(...pictures) });

    const open = await shown(id);
    await maker.client.call('PUT /stories/:id/visibility', { params: { id }, body: { visibility: 'unlisted' } });
    await app.settle();
    const byLink = await shown(id);
    const [first] = byLink.pictures;
    const file = await byLink.visitor.fetch(first?.image.sources.at(-1)?.url ?? '');
    const metadata = await sharp(Buffer.from(await file.arrayBuffer())).metadata();
    const bare = await fetch(`${app.url()}${first?.image.sources[0]?.url}`);

    expect(open.pictures).toMatchObject([{ alt: 'The kiln at night', image: { width: 60, height: 40 } }, { alt: '' }]);
    expect(open.ids).toEqual([kiln, wheel]);
    expect(file.status).toBe(200);
    expect(metadata.exif).toBeUndefined();
    expect(bare.status).toBe(403);
  });

  it('is one of its maker’s own, and no video; and the video is no picture', async () => {
    const [mine, foreign, video] = [await picture(maker), await picture(rival), await studio.clip(maker)];
    const start = (body: object) => refusalOf(maker.client.call('POST /stories', { body }));

    expect(await start({ sections: process({ mediaId: foreign, alt: '' }) })).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'sections' }],
    });
    expect(await start({ sections: process({ mediaId: video, alt: '' }) })).toMatchObject({
      fields: [{ path: 'sections' }],
    });
    expect(await start({ mediaId: mine })).toMatchObject({ fields: [{ path: 'mediaId' }] });
  });

  it('is waited for before the story is sent, and stays while the story may be looked at', async () => {
    const { mediaId } = await maker.client.call('POST /media/uploadSession', {
      body: { purpose: 'image', filename: 'late.jpg', bytes: 1000 },
    });
    const draft = await studio.draft(maker, { sections: process({ mediaId, alt: '' }) });
    const submit = () => maker.client.call('POST /stories/:id/submit', { params: { id: draft.id } });
    const early = await refusalOf(submit());
    const ready = await picture(maker);
    await save(draft.id, draft.version, { sections: process({ mediaId: ready, alt: '' }) });
    await submit();

    const kept = await refusalOf(maker.client.call('DELETE /media/:id', { params: { id: ready } }));
    await maker.client.call('POST /stories/:id/withdraw', { params: { id: draft.id } });
    await maker.client.call('DELETE /media/:id', { params: { id: ready } });
    const gone = await refusalOf(submit());

    expect(early).toMatchObject({ code: 'story_incomplete', fields: [{ path: 'pictures' }] });
    expect(kept.code).toBe('story_frozen');
    expect(gone).toMatchObject({ code: 'story_incomplete', fields: [{ path: 'pictures' }] });
  });

  it('put in the place of another is looked at first; another order is not', async () => {
    const [one, two, three] = [await picture(maker), await picture(maker), await picture(maker)];
    const as = (...ids: string[]) => process(...ids.map((mediaId) => ({ mediaId, alt: '' })));
    const story = await studio.listed(maker, moderator, { sections: as(one, two) });

    const turned = await save(story.id, story.version, { sections: as(two, one) });
    const turnedIds = (await shown(story.id)).ids;
    const changed = await save(story.id, turned.version, { sections: as(two, three) });
    const whileReviewed = (await shown(story.id)).ids;
    const hidden = await refusalOf(rival.client.call('GET /media/:id/image', { params: { id: three } }));
    await studio.approve(moderator, changed);
    const after = (await shown(story.id)).ids;
    const left = await refusalOf(rival.client.call('GET /media/:id/image', { params: { id: one } }));

    expect([turned.state, turnedIds]).toEqual(['listed', [two, one]]);
    expect([changed.state, whileReviewed]).toEqual(['submitted', [two, one]]);
    expect(hidden.code).toBe('not_found');
    expect(after).toEqual([two, three]);
    expect(left.code).toBe('not_found');
  });
});
