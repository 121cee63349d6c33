// The player in the feed, as somebody uses it: clip after clip, captions, speed, seeking, ends of grants, failures.
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { makeClip } from '../apps/server/src/content/media/test-clips.ts';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import type { Account } from './stage/accounts.ts';
import { tabTo } from './stage/focus.ts';
import { hasPlayed } from './stage/player.ts';
import { AXE, violations } from './stage/rules.ts';
import { DESK, PHONE, useStage } from './stage/stage.ts';
import { listClip, upload } from './stage/stories.ts';

const stage = useStage();
/** In the feed's order. */
const TITLES = ['Moon jar', 'Tea bowl', 'Oak stool', 'Linen throw'];
const MINUTE_MS = 60_000;
const media = new Map<string, string>();
let maker: Account;
let longStory: string;

beforeAll(async () => {
  maker = await stage.join('Ines Duarte', ['maker']);
  const moderator = await stage.join('Noor Haddad', ['moderator']);
  // Longer than what is played from one file, so that it comes in segments.
  const long = makeClip(stage.folder, 'long.mp4', { size: '180x320', rate: '5', seconds: 64 });
  const file = makeClip(stage.folder, 'short.mp4', { size: '360x640', rate: '10', seconds: 8 });
  const titles = ['A day at the kiln', ...TITLES.toReversed()];
  const [film = '', short = ''] = await Promise.all([upload(maker, long), upload(maker, file)]);
  const clips = [film, short];
  while (clips.length < titles.length) clips.push(await stage.sameClip(short));
  for (const [at, title] of titles.entries()) {
    const storyId = await listClip({ maker, moderator }, clips[at] ?? '', { title }, null);
    const { story } = await maker.client.call('GET /feed/story/:id', { params: { id: storyId } });
    media.set(title, story.media.id);
    if (at === 0) longStory = storyId;
  }
  const id = media.get('Moon jar') ?? '';
  const captions = { en: 'First we pull the walls.', de: 'Zuerst ziehen wir die Wand.' };
  for (const [language, text] of Object.entries(captions)) {
    await maker.client.call('PUT /media/:id/captions/:language', {
      params: { id, language },
      body: {
        label: language === 'en' ? 'English' : 'Deutsch',
        text: `WEBVTT\n\n00:00.000 --> 00:08.000\n${text}\n`,
        revision: 0,
      },
    });
  }
  const chapters = [
    { startMs: 0, title: 'Clay' },
    { startMs: 4_000, title: 'Fire' },
  ];
  await maker.client.call('PUT /media/:id/chapters', { params: { id }, body: { chapters } });
});

/** A video element, as far as is looked at here; the DOM's own types are not those of this program. */
type Clip = { currentTime: number; paused: boolean; playbackRate: number };

const clip = (page: Page, title: string) => page.getByLabel(title, { exact: true }).and(page.locator('video'));
const look = async <K extends keyof Clip>(page: Page, title: string, at: K): Promise<Clip[K]> => {
  const seen = await clip(page, title).evaluate((video: Clip) => ({
    currentTime: video.currentTime,
    paused: video.paused,
    playbackRate: video.playbackRate,
  }));
  return seen[at];
};
const openSettings = async (page: Page) => {
  await page.getByRole('button', { name: 'How it plays' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'How it plays' });
  await sheet.waitFor();
  return sheet;
};

it('plays clip after clip in three elements that are used again, and never one under the title of another', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Moon jar');
  // In words, as the DOM's types are not those of this program.
  await page.evaluate(`
    globalThis.elements = new Set();
    globalThis.strangers = [];
    const clips = new Map(${JSON.stringify([...media])});
    const look = () => {
      for (const video of document.querySelectorAll('video')) {
        elements.add(video);
        const isSeen = getComputedStyle(video).opacity !== '0';
        if (isSeen && !video.currentSrc.startsWith('blob:') && !video.currentSrc.includes(clips.get(video.ariaLabel))) strangers.push(video.ariaLabel);
      }
      requestAnimationFrame(look);
    };
    look();`);

  for (const title of TITLES.slice(1)) {
    await page.keyboard.press('j');
    await hasPlayed(page, title);
  }
  await page.keyboard.press('k');
  await hasPlayed(page, 'Oak stool');

  expect(await page.evaluate('elements.size')).toBeLessThanOrEqual(3);
  expect(await page.evaluate('strangers')).toEqual([]);
});

it('shows captions in the language one chose, and remembers it', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Moon jar');
  await page.getByText('First we pull the walls.').waitFor({ state: 'detached' });

  await page.keyboard.press('c');
  await page.getByText('First we pull the walls.').waitFor();
  const sheet = await openSettings(page);
  await sheet.getByText('Deutsch').click();
  await page.keyboard.press('Escape');
  await page.getByText('Zuerst ziehen wir die Wand.').waitFor();
  await page.reload();
  await page.getByText('Zuerst ziehen wir die Wand.').waitFor();
  await page.getByRole('button', { name: 'Captions (C)', pressed: true }).click();

  await page.getByText('Zuerst ziehen wir die Wand.').waitFor({ state: 'detached' });
});

it('is worked by keys: pause, speed, seeking, also while the bar has the focus', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Moon jar');

  await page.keyboard.press('>');
  await eventually(async () => expect(await look(page, 'Moon jar', 'playbackRate')).toBe(1.25));
  await page.keyboard.press('<');
  await page.keyboard.press('Space');
  await eventually(async () => expect(await look(page, 'Moon jar', 'paused')).toBe(true));
  const before = await look(page, 'Moon jar', 'currentTime');
  await page.keyboard.press(before > 2.9 ? 'ArrowLeft' : 'ArrowRight');
  await eventually(async () =>
    expect(Math.abs((await look(page, 'Moon jar', 'currentTime')) - before)).toBeGreaterThan(1),
  );

  const bar = page.getByRole('slider', { name: 'Position in the clip' });
  await tabTo(page, bar);
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageUp');
  await eventually(async () => {
    expect(await look(page, 'Moon jar', 'currentTime')).toBe(4);
    expect(await bar.getAttribute('aria-valuetext')).toBe('0:04 of 0:08, Fire');
  });
  await page.keyboard.press('Space');
  await hasPlayed(page, 'Moon jar');
});

it('shows a small picture, the chapter and the time of a moment that the pointer is on', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Moon jar');
  const bar = page.getByRole('slider', { name: 'Position in the clip' });
  const box = await bar.boundingBox();
  if (!box) throw new Error('the bar has a place');
  const sprite = page.waitForResponse((response) => /sprite|storyboard.*\.(webp|jpg|avif)/.test(response.url()));

  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height - 4);

  const preview = page.locator('.scrub-preview');
  await preview.getByText('Fire').waitFor();
  await preview.getByText('0:06').waitFor();
  expect((await sprite).status()).toBe(200);
  await page.mouse.click(box.x + box.width * 0.75, box.y + box.height - 4);
  await eventually(async () => expect(await look(page, 'Moon jar', 'currentTime')).toBeGreaterThan(5.9));
});

it('loads hls.js for a long clip where the browser has no HLS of its own, and nowhere else', async () => {
  const askedAt = async (path: string, isThere: RegExp, script = '') => {
    const visitor = await stage.open(null);
    const asked: string[] = [];
    visitor.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    visitor.expectProblem(/./); // a browser that only says it plays HLS may fail at it: what it asks for counts here
    await visitor.page.addInitScript(script);
    await visitor.visit(path);
    await eventually(async () => expect(asked.join(' ')).toMatch(isThere));
    return asked.filter((file) => /\/hls[^/]*\.js$/.test(file)).length;
  };
  const asWebKit = `
    HTMLVideoElement.prototype.webkitShowPlaybackTargetPicker = () => {};
    HTMLMediaElement.prototype.canPlayType = () => 'maybe';`;

  const ofLong = await askedAt(`/s/${longStory}`, /\.m4s/);
  const ofShort = await askedAt('/', /\.mp4/);
  const inWebKit = await askedAt(`/s/${longStory}`, /\/master\.m3u8/, asWebKit);

  expect(ofLong).toBeGreaterThan(0);
  expect([ofShort, inWebKit]).toEqual([0, 0]);
});

it('plays by itself what a page that slept too long was not granted any more', async () => {
  const visitor = await stage.open(null);
  const { page } = visitor;
  visitor.expectProblem(/^403 GET \/media\//);
  await visitor.visit('/');
  await hasPlayed(page, 'Moon jar');
  const refused = page.waitForResponse((response) => response.status() === 403);

  await shiftClock(stage.app().database, 11 * MINUTE_MS);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await hasPlayed(page, 'Oak stool');
  await refused;

  expect(await page.getByText('This clip does not play').count()).toBe(0);
});

it('says when a clip does not come, and plays when it is tried again', async () => {
  const visitor = await stage.open(null);
  const { page } = visitor;
  visitor.expectProblem(/net::ERR_FAILED/);
  await page.route('**/mp4/*', (route) => route.abort());
  await visitor.visit('/');

  const problem = page.getByText('This clip does not play');
  await problem.waitFor();
  await page.unroute('**/mp4/*');
  await page
    .getByRole('button', { name: /Try again/ })
    .first()
    .click();

  await hasPlayed(page, 'Moon jar');
  await problem.waitFor({ state: 'detached' });
});

it('asks anew when a connection has gone silent, and plays on by itself', async () => {
  const { page, visit } = await stage.open(null);
  let asked = 0;
  await page.route('**/mp4/*', (route) => (++asked === 1 ? undefined : route.continue()));
  await visit('/');

  await hasPlayed(page, 'Moon jar');

  expect(asked).toBeGreaterThan(1);
  expect(await page.getByText('This clip does not play').count()).toBe(0);
});

it('fetches nothing ahead for who saves data', async () => {
  const { page, visit } = await stage.open(null);
  const fetched: string[] = [];
  page.on('request', (request) => {
    const [, id] = /media\/public\/([^/]+)\/\d+\/mp4\//.exec(request.url()) ?? [];
    for (const [title, known] of media) if (known === id) fetched.push(title);
  });
  await visit('/');
  await hasPlayed(page, 'Moon jar');
  await eventually(async () => expect(fetched).toContain('Tea bowl'));

  const sheet = await openSettings(page);
  await sheet.getByRole('switch', { name: 'Save data' }).click();
  fetched.length = 0;
  await page.reload();
  await hasPlayed(page, 'Moon jar');
  await page.keyboard.press('j');
  await hasPlayed(page, 'Tea bowl');

  expect(new Set(fetched)).toEqual(new Set(['Moon jar', 'Tea bowl']));
});

it('tells the device what plays, floats above other windows, and hears its keys', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Moon jar');

  expect(await page.evaluate('navigator.mediaSession.metadata.title')).toBe('Moon jar');
  expect(await page.evaluate('navigator.mediaSession.metadata.artist')).toBe('Ines Duarte');
  await page.keyboard.press('p');
  await eventually(async () =>
    expect(await page.evaluate('document.pictureInPictureElement?.ariaLabel')).toBe('Moon jar'),
  );
  await page.keyboard.press('p');
  await eventually(async () => expect(await page.evaluate('document.pictureInPictureElement')).toBeNull());
  await page.keyboard.press('j');
  await eventually(async () => expect(await page.evaluate('navigator.mediaSession.metadata.title')).toBe('Tea bowl'));
});

it('plays at twice the speed while it is held, and a hold is no press', async () => {
  const { page, visit } = await stage.open(null, PHONE);
  await visit('/');
  await hasPlayed(page, 'Moon jar');

  await page.mouse.move(200, 300);
  await page.mouse.down();
  await page.getByText('2× speed').waitFor();
  expect(await look(page, 'Moon jar', 'playbackRate')).toBe(2);
  await page.mouse.up();

  await page.getByText('2× speed').waitFor({ state: 'detached' });
  expect(await look(page, 'Moon jar', 'playbackRate')).toBe(1);
  expect(await look(page, 'Moon jar', 'paused')).toBe(false);
});

it.each([
  { device: 'a phone', options: PHONE },
  { device: 'a desk', options: DESK },
])(
  'breaks no rule of WCAG 2.2 AA on $device, with captions and settings open, in light and in dark',
  async ({ options }) => {
    const { page, context, visit } = await stage.open(null, { ...options, reducedMotion: 'reduce' });
    await context.addInitScript(AXE);
    await visit('/');
    await hasPlayed(page, 'Moon jar');
    await page.keyboard.press('c');
    await page.getByText('First we pull the walls.').waitFor();
    const found: string[] = [];
    const check = async (state: string, theme: 'light' | 'dark') =>
      found.push(...(await violations(page, theme)).map((what) => `${state} ${theme}: ${what}`));

    for (const colorScheme of ['light', 'dark'] as const) {
      await check('feed', colorScheme);
      await openSettings(page);
      await check('settings', colorScheme);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }

    expect(found).toEqual([]);
  },
);
