// Captions and chapters over the wire, on a real clip.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
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
});
afterAll(() => app.stop());

const SRT = '1\r\n00:00:00,100 --> 00:00:00,900\r\nOne pull, <script>no</script> second.\r\n';
const VTT = 'WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nOne pull, &lt;script&gt;no&lt;/script&gt; second.\n';

const save = (person: Person, id: string, given: { language?: string; text?: string; revision?: number } = {}) =>
  person.client.call('PUT /media/:id/captions/:language', {
    params: { id, language: given.language ?? 'en' },
    body: { label: 'English', text: given.text ?? SRT, revision: given.revision ?? 0 },
  });
const list = async (person: Person, id: string) =>
  (await person.client.call('GET /media/:id/captions', { params: { id } })).captions;
const remove = (person: Person, id: string, language: string) =>
  person.client.call('DELETE /media/:id/captions/:language', { params: { id, language } });
const chapters = (person: Person, id: string, ...given: [number, string][]) =>
  person.client.call('PUT /media/:id/chapters', {
    params: { id },
    body: { chapters: given.map(([startMs, title]) => ({ startMs, title })) },
  });
const play = async (person: Person, id: string) =>
  (await person.client.call('GET /media/:id/playback', { params: { id } })).media;
const filesOf = async (id: string) =>
  (await readdir(join(app.dataFolder, 'objects', 'media', id), { recursive: true })).filter((name) =>
    name.includes('/captions/'),
  );

describe('captions', () => {
  it('are kept as WebVTT and come with the clip, to those who may watch it', async () => {
    const id = await studio.clip(maker);

    const saved = await save(maker, id);
    const { captions } = await play(maker, id);
    const file = await maker.fetch(captions[0]?.url ?? '');

    expect(saved).toMatchObject({ language: 'en', label: 'English', text: VTT });
    expect(captions).toEqual([
      { language: 'en', label: 'English', url: expect.stringMatching(/\/captions\/en-\d+\.vtt$/) },
    ]);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/vtt; charset=utf-8']);
    expect(await file.text()).toBe(VTT);
    expect((await fetch(new URL(captions[0]?.url ?? '', app.url()))).status).toBe(403);
  });

  it('have another address with each save, and the old file goes', async () => {
    const id = await studio.clip(maker);
    const first = await save(maker, id);
    const [before] = (await play(maker, id)).captions;

    await save(maker, id, { revision: first.revision, text: SRT.replace('second', 'third') });
    const [after] = (await play(maker, id)).captions;
    await remove(maker, id, 'en');
    const again = await save(maker, id);

    expect(after?.url).not.toBe(before?.url);
    expect(again.revision).toBeGreaterThan(first.revision + 1);
    expect((await filesOf(id)).map((path) => path.split('/').at(-1))).toEqual([`en-${again.revision}.vtt`]);
  });

  it('saved by two at once are saved by one, and the other gets what was saved', async () => {
    const id = await studio.clip(maker);
    const texts = ['One', 'Two', 'Three'].map((word) => `WEBVTT\n\n00:00.000 --> 00:01.000\n${word}\n`);

    const answers = await Promise.allSettled(texts.map((text) => save(maker, id, { text })));

    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(won).toHaveLength(1);
    expect(lost.map(({ code }) => code)).toEqual(['version_conflict', 'version_conflict']);
    for (const { details } of lost) expect(details.current).toEqual(won[0]);
    expect(await list(maker, id)).toEqual(won);
    expect(await filesOf(id)).toHaveLength(1);
  });

  it('that cannot be read are refused with the line and what is wrong, and nothing is changed', async () => {
    const id = await studio.clip(maker);

    const refusal = await refusalOf(save(maker, id, { text: 'WEBVTT\n\n00:02.000 --> 00:01.000\nback' }));

    expect(refusal).toMatchObject({
      status: 422,
      code: 'captions_unreadable',
      details: { line: 3, problem: 'It ends before it begins.' },
    });
    expect(await list(maker, id)).toEqual([]);
  });

  it('take languages as browsers name them, thirty at most', async () => {
    const id = await studio.clip(maker);
    const names = Array.from({ length: 30 }, (_, n) => `a${String.fromCharCode(97 + (n % 26))}${n < 26 ? '' : 'z'}`);
    for (const language of names) await save(maker, id, { language });

    expect(await refusalOf(save(maker, id, { language: 'pt-BR' }))).toMatchObject({ fields: [{ path: 'language' }] });
    await remove(maker, id, 'aa');
    expect(await save(maker, id, { language: 'pt-BR' })).toMatchObject({ language: 'pt-BR' });
    for (const language of ['EN', 'x', 'en_US', 'en%2F..'])
      expect(await refusalOf(save(maker, id, { language }))).toMatchObject({
        status: 400,
      });
  });

  it('may be as long as a film has them', async () => {
    const id = await studio.clip(maker);
    const text = `WEBVTT\n\n${Array.from({ length: 9000 }, (_, n) => `00:${String(n % 60).padStart(2, '0')}.000 --> 01:00.500\n${'é'.repeat(60)}\n`).join('\n')}`;

    expect((await save(maker, id, { text })).text.length).toBeGreaterThan(800_000);
  });

  it('are nobody else’s to write, read or remove; a moderator reads', async () => {
    const id = await studio.clip(maker);
    await save(maker, id);

    const refusals = await Promise.all(
      [save(rival, id), list(rival, id), remove(rival, id, 'en'), chapters(rival, id)].map(refusalOf),
    );

    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 404, code: 'not_found' });
    expect(await list(moderator, id)).toHaveLength(1);
    expect(await refusalOf(save(moderator, id, { language: 'pt' }))).toMatchObject({ status: 404 });
    expect(await remove(maker, id, 'pt')).toEqual({ removed: false });
  });

  it('go with the clip when it is opened to everybody', async () => {
    const id = await studio.clip(maker);
    await save(maker, id);
    await studio.listed(maker, moderator, { mediaId: id });
    await app.settle();

    const { captions } = await play(rival, id);

    expect(await (await rival.fetch(captions[0]?.url ?? '')).text()).toBe(VTT);
  });

  it('of a trimmed clip are shown in the time that plays and kept in the original’s', async () => {
    const id = await studio.clip(maker);
    const two = 'WEBVTT\n\n00:00.000 --> 00:00.400\nhidden\n\n00:00.600 --> 00:00.900\nseen\n';
    const first = await save(maker, id, { text: two });
    const setTrim = (trim: object | null) =>
      sql`update media set package = package || ${JSON.stringify({ trim })}::jsonb where id = ${id}`.execute(
        app.database.db,
      );
    await setTrim({ startMs: 500, endMs: 1000 });

    const trimmed = (await list(maker, id))[0]?.text;
    const edited = await save(maker, id, { revision: first.revision, text: trimmed?.replace('seen', 'there') ?? '' });
    await setTrim(null);

    expect(trimmed).toBe('WEBVTT\n\n00:00:00.100 --> 00:00:00.400\nseen\n');
    expect(edited.text).toBe('WEBVTT\n\n00:00:00.100 --> 00:00:00.400\nthere\n');
    expect((await list(maker, id))[0]?.text).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:00.400\nhidden\n\n00:00:00.600 --> 00:00:00.900\nthere\n',
    );
  });
});

describe('chapters', () => {
  it('are replaced as a whole and come with the clip', async () => {
    const id = await studio.clip(maker);

    const saved = await chapters(maker, id, [0, ' Clay '], [500, 'Fire']);

    expect(saved.view?.chapters).toEqual([
      { startMs: 0, title: 'Clay' },
      { startMs: 500, title: 'Fire' },
    ]);
    expect((await play(maker, id)).chapters).toHaveLength(2);
    expect((await chapters(maker, id)).view?.chapters).toEqual([]);
  });

  it('of two who change what they both read, one is told what is there now', async () => {
    const id = await studio.clip(maker);
    const write = (title: string) =>
      maker.client.call('PUT /media/:id/chapters', {
        params: { id },
        body: { chapters: [{ startMs: 0, title }], before: [] },
      });

    const answers = await Promise.allSettled([write('Clay'), write('Fire')]);

    const [kept] = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.view?.chapters] : []));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused).toMatchObject([{ code: 'version_conflict', details: { current: kept } }]);
    expect((await play(maker, id)).chapters).toEqual(kept);
  });

  it.each<[string, [number, string][]]>([
    ['chapters.0.startMs', [[100, 'Late']]],
    [
      'chapters.2.startMs',
      [
        [0, 'a'],
        [200, 'b'],
        [200, 'c'],
      ],
    ],
    [
      'chapters.1.startMs',
      [
        [0, 'a'],
        [3_600_000, 'b'],
      ],
    ],
    ['chapters.0.title', [[0, '  ']]],
  ])('are refused at %s when they are not in order', async (path, given) => {
    const id = await studio.clip(maker);

    expect(await refusalOf(chapters(maker, id, ...given))).toMatchObject({
      code: 'validation_failed',
      fields: [{ path }],
    });
  });

  it('and captions wait for something that plays', async () => {
    const { mediaId } = await maker.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'a.mp4', bytes: 100 },
    });

    expect(await refusalOf(chapters(maker, mediaId, [0, 'a']))).toMatchObject({ code: 'media_not_ready' });
    expect(await refusalOf(save(maker, mediaId))).toMatchObject({ code: 'media_not_ready' });
  });
});
