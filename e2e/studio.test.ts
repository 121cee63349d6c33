// The maker's studio: a queue of uploads that can be paused, cancelled and taken up again after a restart.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import type { Account } from './stage/accounts.ts';
import { slowUplink } from './stage/network.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage, type Visitor } from './stage/stage.ts';
import { draftStory, listStory, sendClip, upload } from './stage/stories.ts';

const SLOW = 60_000;
const FILE_BYTES = 3_000_000;
const stage = useStage({ MEDIA_FILE_BYTES: String(FILE_BYTES) });
let ines: Account;
/** Some 400 kB each, so that they are on their way for seconds on a slow line. */
let clips: string[];

beforeAll(async () => {
  ines = await stage.joinAsMaker('Ines Duarte');
  clips = ['moon_jar.mp4', 'tea bowl.mp4', 'oak-stool.mp4'].map((name) => stage.clip(name, 2));
});

const row = (page: Page, list: 'On their way' | 'Unfinished uploads', name: string) =>
  list === 'On their way'
    ? page.locator('section', { has: page.getByRole('heading', { name: list }) }).locator('li', { hasText: name })
    : page.getByRole('list', { name: list }).locator('li', { hasText: name });
const percentOf = async (page: Page, name: string) =>
  Number(await page.getByRole('progressbar', { name: new RegExp(`: ${name}$`) }).getAttribute('aria-valuenow'));

/** Drops files where a person would: the browser's own events, with files made in the page. */
async function drop(page: Page, files: { name: string; bytes: Buffer }[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }));
  const transfer = await page.evaluateHandle(`(async () => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of ${JSON.stringify(given)}) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: 'video/mp4', lastModified: 1 }));
    }
    return transfer;
  })()`);
  const target = page.getByText(/Or drop it here/);
  for (const event of ['dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer: transfer });
}

/** The browser is closed and opened again. Paused first: a page that closes lets go at once of what a slow line held back. */
async function restart({ context, page }: Visitor): Promise<Page> {
  await page.getByRole('button', { name: /^Pause/ }).click();
  await page.getByText('Paused').waitFor();
  await page.close();
  const next = await context.newPage();
  await next.goto('/studio');
  return next;
}

describe('several files', () => {
  it('are dropped at once: each becomes a draft, can be paused, go on and be cancelled; too large is said first', async () => {
    const maker = await stage.open(ines);
    const { page } = maker;
    await maker.visit('/create');
    const release = await slowUplink(page, SLOW);
    const files = clips.map((path) => ({ name: path.split('/').at(-1) ?? '', bytes: readFileSync(path) }));

    await drop(page, [...files, { name: 'whole day.mp4', bytes: Buffer.alloc(FILE_BYTES * 2) }]);

    const refused = page.getByRole('alert').filter({ hasText: 'whole day.mp4 was not sent' });
    await refused.getByText('It has 6 MB; this server takes 3 MB a file.').waitFor();
    await page.getByRole('link', { name: 'My stories' }).click();
    await row(page, 'On their way', 'oak-stool.mp4').getByText('Waiting for its turn').waitFor();
    await eventually(async () => expect(await percentOf(page, 'moon_jar.mp4')).toBeGreaterThan(0), 10_000);
    await row(page, 'On their way', 'moon_jar.mp4')
      .getByText(/of .* · .*\/s · .* left/)
      .waitFor();

    await page.getByRole('button', { name: 'Pause moon_jar.mp4' }).click();
    await row(page, 'On their way', 'moon_jar.mp4').getByText('Paused').waitFor();
    await row(page, 'On their way', 'oak-stool.mp4').getByText('Sending').waitFor();
    await page.getByRole('button', { name: 'Cancel tea bowl.mp4' }).click();
    await page.getByText('tea bowl.mp4').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^tea bowl/ }).waitFor({ state: 'detached' }); // nobody has written in its draft
    await page.getByRole('button', { name: 'Go on with moon_jar.mp4' }).click();
    await release();

    await row(page, 'On their way', 'moon_jar.mp4').waitFor({ state: 'detached', timeout: 30_000 });
    await row(page, 'On their way', 'oak-stool.mp4').waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('link', { name: /^moon jar/ }).waitFor();
    await page.getByRole('link', { name: /^oak stool/ }).waitFor();
    const { items } = await ines.client.call('GET /media', { query: {} });
    const kept = items.filter(({ state }) => state !== 'deleting').map(({ filename }) => filename);
    expect(kept.sort()).toEqual(['moon_jar.mp4', 'oak-stool.mp4']);
  });
});

describe('an upload that was cut off by closing the browser', () => {
  it('goes on with the same file chosen again; another file is refused by name', async () => {
    const [jar = '', bowl = ''] = clips;
    const tomas = await stage.joinAsMaker('Tomas Reis');
    const maker = await stage.open(tomas);
    await maker.visit('/create');
    await slowUplink(maker.page, SLOW);
    await maker.page.getByLabel('Choose a video').setInputFiles(jar);
    await maker.page.getByRole('textbox', { name: 'Title' }).waitFor();
    await eventually(async () => expect(await percentOf(maker.page, 'moon_jar.mp4')).toBeGreaterThan(10), 15_000);
    const address = maker.page.url();
    const page = await restart(maker);
    const unfinished = row(page, 'Unfinished uploads', 'moon_jar.mp4');
    await unfinished.getByText(/^[\d.]+ kB of .* kept until/).waitFor();
    expect(await percentOf(page, 'moon_jar.mp4')).toBeGreaterThan(0);
    await page.getByLabel('The file moon_jar.mp4').setInputFiles(bowl);
    await unfinished.getByText(/^That is another file: tea bowl.mp4/).waitFor();
    await page.goto(address);
    await page.getByLabel('The file moon_jar.mp4').setInputFiles(jar);

    await page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 60_000 });
    const { items } = await tomas.client.call('GET /media', { query: {} });
    expect(items.map(({ state }) => state)).toEqual(['ready']);
  });

  it('goes on by one press where the browser keeps the file', async () => {
    const lina = await stage.joinAsMaker('Lina Kroll');
    const maker = await stage.open(lina);
    // The dialog itself cannot be driven; what it would answer is a real handle, of a file in the page's own folder.
    await maker.context.addInitScript(`window.showOpenFilePicker = async () => {
      const folder = await navigator.storage.getDirectory();
      return [await folder.getFileHandle('kept.mp4')];
    }`);
    await maker.visit('/create');
    const base64 = readFileSync(clips[2] ?? '').toString('base64');
    await maker.page.evaluate(`(async () => {
      const folder = await navigator.storage.getDirectory();
      const writing = await (await folder.getFileHandle('kept.mp4', { create: true })).createWritable();
      await writing.write(Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0)));
      await writing.close();
    })()`);
    await slowUplink(maker.page, SLOW);
    await maker.page.getByText('Choose a video', { exact: true }).click();
    await maker.page.getByRole('textbox', { name: 'Title' }).waitFor();
    await eventually(async () => expect(await percentOf(maker.page, 'kept.mp4')).toBeGreaterThan(10), 15_000);
    const page = await restart(maker);
    await page.getByRole('button', { name: 'Go on with kept.mp4' }).click();

    await eventually(async () => {
      const { items } = await lina.client.call('GET /media', { query: {} });
      expect(items.map(({ filename, state }) => [filename, state])).toEqual([['kept.mp4', 'ready']]);
    }, 60_000);
  });
});

describe('beside the playing clip', () => {
  const SRT = '1\n00:00:00,200 --> 00:00:01,000\nUm puxão.\n\n2\n00:00:01,200 --> 00:00:02,000\nMais nada.\n';
  let mediaId: string;
  let path: string;

  beforeAll(async () => {
    mediaId = await upload(ines, clips[0] ?? '');
    path = `/studio/stories/${(await draftStory(ines, mediaId, { title: 'Moon jar' })).id}?part=clip`;
  });

  const kept = async () => (await ines.client.call('GET /media/:id/captions', { params: { id: mediaId } })).captions;
  const line = (page: Page, number: number) => page.getByRole('textbox', { name: `Words of line ${number}` });
  const bring = (page: Page, name: string, text: string) =>
    page.getByLabel('Captions file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

  it('captions are written with the keyboard, brought from a file, and deleted', async () => {
    const { page, visit } = await stage.open(ines);
    await visit(path);
    await page.getByRole('combobox', { name: 'Language' }).selectOption('en');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(async () => expect(await page.getByText('0:02.0', { exact: true }).count()).toBe(1), 10_000);

    await page.getByRole('button', { name: 'Add a line here' }).focus();
    await page.keyboard.press('Enter');
    await line(page, 1).waitFor();
    await page.keyboard.type('One pull, <3 & no second.');
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.press('Alt+KeyO');
    await page.keyboard.press('Alt+Enter');
    await line(page, 2).waitFor();
    await page.keyboard.type('Then fire.');
    await page.getByRole('button', { name: 'Save English' }).click();
    await page.getByText('The captions in English are saved.').waitFor();
    const [english] = await kept();
    const files = [];
    for (const format of ['WebVTT (.vtt)', 'SubRip (.srt)']) {
      await page.getByRole('button', { name: 'Get a file' }).click();
      const file = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: format }).click();
      const taken = await file;
      files.push([taken.suggestedFilename(), readFileSync(await taken.path(), 'utf8')]);
    }

    await page.getByRole('combobox', { name: 'Another language' }).selectOption('pt');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await bring(page, 'broken.srt', SRT.replace('00:00:01,200', '00:71:01,200'));
    await page.getByText('broken.srt, line 6: Minutes and seconds go up to 59.').waitFor();
    await bring(page, 'fala.srt', SRT);
    await expect(line(page, 2).inputValue()).resolves.toBe('Mais nada.');
    await page.getByRole('button', { name: 'Save Portuguese' }).click();
    await page.getByText('The captions in Portuguese are saved.').waitFor();
    const both = await kept();
    await page.getByRole('button', { name: 'Delete Portuguese' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    // It stays until the server has answered; behind it no tab has a role.
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Portuguese' }).waitFor({ state: 'detached' });

    expect(files).toEqual([
      ['captions.en.vtt', english?.text],
      [
        'captions.en.srt',
        '1\n00:00:00,000 --> 00:00:01,000\nOne pull, <3 & no second.\n\n2\n00:00:01,000 --> 00:00:02,000\nThen fire.\n',
      ],
    ]);
    expect(english?.text).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nOne pull, &lt;3 &amp; no second.\n\n00:00:01.000 --> 00:00:02.000\nThen fire.\n',
    );
    expect(both.map(({ language, label }) => [language, label]).sort()).toEqual([
      ['en', 'English'],
      ['pt', 'Português'],
    ]);
    expect((await kept()).map(({ language }) => language)).toEqual(['en']);
  });

  it('a draft that is not wanted any more is discarded with its video, after a question', async () => {
    const { page, visit, expectProblem } = await stage.open(ines);
    expectProblem(/^40[49] GET \/api\/v1\/media\/:id/); // it goes while the page is still there
    const id = await upload(ines, clips[2] ?? '');
    const story = await draftStory(ines, id, { title: 'Not this one' });
    await visit(`/studio/stories/${story.id}`);

    await page.getByRole('button', { name: 'Discard draft' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard it' }).click();
    await page.getByText('The draft is gone.').first().waitFor();
    await page.getByRole('heading', { name: 'Studio' }).waitFor();

    expect(await page.getByText('Not this one').count()).toBe(0);
    await expect
      .poll(() =>
        ines.client.call('GET /media/:id', { params: { id } }).then(
          ({ state }) => state,
          () => 'gone',
        ),
      )
      .toMatch(/deleting|gone/);
  });

  it('the work on a clip is stopped by its maker, and begun again', async () => {
    const { page, visit } = await stage.open(ines);
    const id = await sendClip(ines, stage.clip('long take.mp4', 6));
    const story = await draftStory(ines, id, { title: 'Long take' });
    await visit(`/studio/stories/${story.id}`);

    await page.getByRole('button', { name: 'Stop the work on it' }).click();
    await page.getByText('The video is not made ready').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 60_000 });
  });

  it('the clip is cut and gets another cover while the one before plays; nothing is sent again', async () => {
    const { page, visit } = await stage.open(ines);
    const id = await upload(ines, clips[1] ?? '');
    const story = await draftStory(ines, id, { title: 'Tea bowl' });
    await visit(`/studio/stories/${story.id}?part=clip`);
    const view = async () => (await ines.client.call('GET /media/:id', { params: { id } })).view;
    const before = await view();

    await page.getByRole('tab', { name: 'Cut and cover' }).click();
    await page.getByRole('textbox', { name: 'It begins at' }).fill('0:00.5');
    await page.keyboard.press('Enter');
    await page.getByRole('slider', { name: 'Place in the clip' }).fill('1000');
    await page.getByRole('button', { name: 'Take this frame' }).click();
    await page.getByText('The frame at 0:01.0.').waitFor();
    await page.getByRole('img', { name: 'The frame at 0:01.0' }).and(page.locator('[src^="data:"]')).waitFor();
    await page.getByRole('button', { name: 'Make this version' }).click();
    await page.getByRole('progressbar', { name: 'Making the new version' }).waitFor();
    const meanwhile = await view();
    await page.getByRole('button', { name: 'Back to the whole video' }).waitFor({ timeout: 60_000 });
    const { edits, view: after } = await ines.client.call('GET /media/:id', { params: { id } });

    expect(meanwhile?.hlsUrl).toBe(before?.hlsUrl);
    expect(edits).toMatchObject({ trim: { startMs: 500 }, coverMs: 1000 });
    expect(after?.durationMs).toBeLessThan((before?.durationMs ?? 0) - 400);
    await page.getByText('0:01.5', { exact: true }).first().waitFor();
  });

  it('captions and chapters that two tabs change are shown side by side, and neither is lost unseen', async () => {
    const maker = await stage.open(ines);
    maker.expectProblem(/^409 PUT/);
    const { page } = maker;
    await maker.visit(path);
    await line(page, 1).fill('Written here.');
    // A device of its own: a browser lets the tab behind another one sleep.
    const { page: other, visit } = await stage.open(ines);
    await visit(path);
    await line(other, 1).fill('Written there.');
    await other.getByRole('button', { name: 'Save English' }).click();
    await other.getByText('The captions in English are saved.').waitFor();
    await page.getByRole('button', { name: 'Save English' }).click();
    const conflict = page.getByRole('dialog', { name: 'This was changed somewhere else' });
    await conflict.getByText('Written there.').waitFor();
    await conflict.getByText('Written here.').waitFor();
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await conflict.waitFor({ state: 'detached' });
    expect((await kept())[0]?.text).toContain('Written here.');

    for (const [tab, name] of [
      [page, 'Throwing'],
      [other, 'Firing'],
    ] as const) {
      await tab.getByRole('tab', { name: 'Chapters' }).click();
      await tab.getByRole('button', { name: 'Add a chapter here' }).click();
      await tab.getByRole('textbox', { name: 'Name of chapter 1' }).fill(name);
    }
    await other.getByRole('button', { name: 'Save chapters' }).click();
    await other.getByText('The chapters are saved.').waitFor();
    await page.getByRole('button', { name: 'Save chapters' }).click();
    await conflict.getByText('Firing').waitFor();
    await conflict.getByRole('button', { name: 'Keep the other' }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Name of chapter 1' }).inputValue()).toBe('Firing');
  });
});

it('an admin sees what becomes of everybody’s uploads, stops one and begins it again', async () => {
  const ada = await stage.join('Ada Keeper', ['admin']);
  const oskar = await stage.joinAsMaker('Oskar Blom');
  const mediaId = await sendClip(oskar, stage.clip('long film.mp4', 9));
  const stateOf = async () => (await oskar.client.call('GET /media/:id', { params: { id: mediaId } })).state;
  const { page, visit } = await stage.open(ada);
  await visit('/');

  await page.getByRole('link', { name: 'Media' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'Oskar Blom' });
  await card.getByRole('button', { name: 'Stop: clip.mp4' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click();
  await card.getByText('Stopped by hand.').waitFor();
  const stopped = await stateOf();
  await card.getByRole('button', { name: 'Try again: clip.mp4' }).click();
  await card.getByText(/^(In line|Being made)$/).waitFor();
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Ready' });

  await card.getByText('Ready', { exact: true }).waitFor({ timeout: 60_000 });
  expect(stopped).toBe('failed');
  const refused = await stage.open(oskar);
  await refused.visit('/admin/media');
  await refused.page.getByRole('heading', { name: 'We could not find this' }).waitFor();
});

it('a video takes the place of another while people go on watching the one before, until it is approved', async () => {
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const [jar = '', bowl = ''] = clips;
  const storyId = await listStory({ maker: ines, moderator: noor }, jar, { title: 'Moon jar, ash glaze' }, null);
  const inFeed = async () =>
    (await noor.client.call('GET /feed/story/:id', { params: { id: storyId } })).story.media.id;
  const before = await inFeed();
  const maker = await stage.open(ines);
  // Approved, the clip moves from its private addresses to public ones; the open page follows.
  maker.expectProblem(/^404 GET \/media\/private\//);
  const { page } = maker;
  await maker.visit(`/studio/stories/${storyId}`);

  const release = await slowUplink(page, SLOW);
  await page.getByRole('button', { name: 'Replace the video' }).click();
  await page.getByLabel('Choose a video').setInputFiles(bowl);
  await page.getByText('This is a new version.').waitFor();
  await page.getByRole('progressbar', { name: /^Sending/ }).waitFor();
  const whileSent = await inFeed();
  await release();
  await page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('Until it is approved, people see the version before it.').waitFor();
  const stranger = await stage.open(null);
  await stranger.visit(`/s/${storyId}`);
  await hasPlayed(stranger.page, 'Moon jar, ash glaze');
  const whileReviewed = await inFeed();
  const desk = await stage.open(noor);
  desk.expectProblem(/^404 GET \/media\/private\//);
  await desk.visit('/moderation');
  await desk.page.getByRole('heading', { name: 'Moon jar, ash glaze' }).waitFor();
  await desk.page.keyboard.press('a');
  await desk.page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
  await stranger.page.reload();
  await hasPlayed(stranger.page, 'Moon jar, ash glaze');
  await hasPlayed(page, 'Moon jar, ash glaze');

  expect([whileSent, whileReviewed]).toEqual([before, before]);
  expect(await inFeed()).not.toBe(before);
});
