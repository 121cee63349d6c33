// What is seen of clips, frame by frame, and what leads through them: fingers, wheel, keys, buttons.
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { makeClip } from '../apps/server/src/content/media/test-clips.ts';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { COLOURS, listColours } from './stage/colours.ts';
import { recordScreen, strayFrames } from './stage/frames.ts';
import { slowLine } from './stage/network.ts';
import { hasPlayed } from './stage/player.ts';
import { PHONE, useStage } from './stage/stage.ts';
import { listStory } from './stage/stories.ts';

const stage = useStage();
const MINUTE_MS = 60_000;
let longStory: string;

beforeAll(async () => {
  const maker = await stage.join('Ines Duarte', ['maker']);
  const moderator = await stage.join('Noor Haddad', ['moderator']);
  // At the feed's end, and longer than what is played from one file, so that it comes in segments.
  const file = makeClip(stage.folder, 'long.mp4', { size: '180x320', rate: '5', seconds: 64 });
  longStory = await listStory({ maker, moderator }, file, { title: 'A day at the kiln' }, null);
  await listColours(stage.folder, { maker, moderator });
});

const clip = (page: Page, title: string) => page.getByLabel(title, { exact: true }).and(page.locator('video'));
type Seen = { paused: boolean; muted: boolean };
const look = async (page: Page, title: string): Promise<Seen> =>
  await clip(page, title).evaluate(({ paused, muted }: Seen) => ({ paused, muted }));

/** A finger draws the next clip in, further than half its height. */
const swipe = async (page: Page) => {
  const finger = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 180, y }] });
  await touch('touchStart', 720);
  for (let y = 690; y >= 120; y -= 30) await touch('touchMove', y);
  await touch('touchEnd');
  await finger.detach();
};

/** Takes away what lies over the clips, so that a frame has their colours and nothing else. */
const bare = (page: Page) =>
  page.addStyleTag({ content: '.clip-frame > [data-theme], .scrubber { visibility: hidden !important }' });

it('opens with the first clip’s picture before the app is there, and shows nothing else until the film plays', async () => {
  const { page } = await stage.open(null, PHONE);
  const app = Promise.withResolvers<void>();
  await page.route('**/assets/*.js', async (route) => {
    await app.promise;
    await route.continue();
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const picture = page.locator('#first-picture img');

  const frames = await recordScreen(page, async () => {
    await page.goto('/', { waitUntil: 'commit' });
    await eventually(async () =>
      expect(await picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(0),
    );
    app.resolve();
    await hasPlayed(page, 'Madder');
    await picture.waitFor({ state: 'detached' });
  });

  const blank = (await strayFrames(page, frames, [COLOURS.Madder])).map((stray) => Number(stray.split(':')[0]));
  const opened = frames.findIndex((_, n) => !blank.includes(n));
  expect(opened).toBeGreaterThanOrEqual(0);
  expect(blank.filter((n) => n > opened)).toEqual([]);
  // What the page brought is not asked for.
  expect(asked.filter((path) => /\/(feed|site|auth)\b/.test(path))).toEqual([]);
});

it('shows nothing but the two clips in a swipe: no black and no blank frame between poster and film', async () => {
  const { page, visit } = await stage.open(null, PHONE);
  await visit('/');
  await hasPlayed(page, 'Madder');
  await eventually(async () =>
    expect(await clip(page, 'Moss').evaluate((video: { readyState: number }) => video.readyState)).toBe(4),
  );
  await bare(page);

  const frames = await recordScreen(page, async () => {
    await page.keyboard.press('j');
    await hasPlayed(page, 'Moss');
  });

  expect(frames.length).toBeGreaterThan(5);
  expect(await strayFrames(page, frames, [COLOURS.Madder, COLOURS.Moss])).toEqual([]);
});

it('shows no blank place in quick steps, and a clip of which nothing is there as itself, never as the one before', async () => {
  const { page, visit } = await stage.open(null, PHONE);
  await visit('/');
  await hasPlayed(page, 'Madder');
  await bare(page);
  const place = await clip(page, 'Madder').boundingBox();
  const release = await slowLine(page, { bytesPerSecond: 20_000, roundTripMs: 300 });

  const under = await recordScreen(page, async () => {
    for (let steps = 0; steps < 3; steps++) await page.keyboard.press('j');
    await eventually(async () => expect(await clip(page, 'Saffron').boundingBox()).toEqual(place));
  });
  const arrived = await recordScreen(page, async () => {
    await release();
    await hasPlayed(page, 'Saffron');
  });

  expect(under.length).toBeGreaterThan(3);
  expect(await strayFrames(page, under, Object.values(COLOURS))).toEqual([]);
  expect(arrived.length).toBeGreaterThan(3);
  expect(await strayFrames(page, arrived, [COLOURS.Saffron])).toEqual([]);
});

it('is led by a finger, a tap and buttons on a phone', async () => {
  const { page, visit } = await stage.open(null, PHONE);
  await visit('/');
  await hasPlayed(page, 'Madder');

  await swipe(page);
  await hasPlayed(page, 'Moss');
  await page.touchscreen.tap(180, 300);
  await eventually(async () => expect((await look(page, 'Moss')).paused).toBe(true));
  await page.touchscreen.tap(180, 300);
  await hasPlayed(page, 'Moss');
  for (const [name, title] of [
    ['Next clip', 'Indigo'],
    ['Previous clip', 'Moss'],
  ] as const) {
    await page.getByRole('button', { name: 'How it plays' }).and(page.locator(':not([inert] *)')).click();
    await page.getByRole('dialog').getByRole('button', { name }).click();
    await hasPlayed(page, title);
  }
});

it('is led by the wheel, arrows and buttons on a desk, and remembers the sound', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Madder');
  expect((await look(page, 'Madder')).muted).toBe(true);

  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, 120);
  await hasPlayed(page, 'Moss');
  await page.keyboard.press('ArrowDown');
  await hasPlayed(page, 'Indigo');
  await page.keyboard.press('ArrowUp');
  await hasPlayed(page, 'Moss');
  await page.getByRole('button', { name: 'Previous clip (K)' }).click();
  await hasPlayed(page, 'Madder');
  await page.getByRole('button', { name: 'Turn the sound on (M)' }).click();
  expect((await look(page, 'Madder')).muted).toBe(false);
  await page.reload();

  // No browser plays sound on a page that nobody has touched yet: it plays without, and with the first touch loud.
  await hasPlayed(page, 'Madder');
  await page.getByRole('button', { name: 'Turn the sound off (M)' }).first().waitFor();
  await page.keyboard.press('k');
  await eventually(async () => expect((await look(page, 'Madder')).muted).toBe(false));
  await hasPlayed(page, 'Madder');
});

it('shows that it is paused where the browser lets nothing play by itself', async () => {
  const { page, visit } = await stage.open(null, PHONE);
  // An iPhone that saves power refuses like this.
  await page.addInitScript(`
    const play = HTMLMediaElement.prototype.play;
    let touched = false;
    addEventListener('pointerdown', () => { touched = true; }, true);
    HTMLMediaElement.prototype.play = function () {
      return touched ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'));
    };`);
  await visit('/');

  await page.getByRole('button', { name: 'Play', exact: true }).first().waitFor();
  await page.touchscreen.tap(180, 300);

  await hasPlayed(page, 'Madder');
});

it('has one seek under way at a time, and comes to the last of many', async () => {
  const { page, visit } = await stage.open(null);
  await visit('/');
  await hasPlayed(page, 'Madder');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.evaluate(`
    globalThis.under = 0;
    globalThis.most = 0;
    const video = document.querySelector('video[aria-label=Madder]');
    video.addEventListener('seeking', () => { most = Math.max(most, ++under); });
    video.addEventListener('seeked', () => { under--; });`);
  const bar = page.getByRole('slider', { name: 'Position in the clip' });
  await bar.focus();

  // In one moment, as nobody's fingers can: Chromium's own seeks hang when they overlap, now and then.
  for (const keys of ['ArrowRight PageDown ArrowRight PageDown', 'PageDown ArrowRight ArrowLeft ArrowRight']) {
    await page.evaluate(`for (const key of ${JSON.stringify(keys)}.split(' '))
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))`);
    await hasPlayed(page, 'Madder');
  }
  await page.keyboard.press('Space');
  await page.evaluate(`for (const key of ['PageDown', 'ArrowRight', 'PageDown', 'ArrowRight'])
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))`);

  await eventually(async () => expect(await bar.getAttribute('aria-valuetext')).toBe('0:05 of 0:06'));
  await eventually(async () => expect(await page.evaluate('under')).toBe(0));
  expect(await clip(page, 'Madder').evaluate((video: { currentTime: number }) => video.currentTime)).toBe(5);
  expect(await page.evaluate('most')).toBe(1);
});

it('plays on without a stall when a grant ends', async () => {
  const visitor = await stage.open(null);
  const { page } = visitor;
  visitor.expectProblem(/^403 GET \/media\//);
  await visitor.visit(`/s/${longStory}`);
  await hasPlayed(page, 'A day at the kiln');
  await page.evaluate(`
    globalThis.stalls = 0;
    document.querySelector('video').addEventListener('waiting', () => stalls++);`);
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('>');

  const refused = page.waitForResponse((response) => response.status() === 403, { timeout: 60_000 });
  await shiftClock(stage.app().database, 11 * MINUTE_MS);
  await refused;
  const granted = page.waitForResponse((response) => response.ok() && response.url().endsWith('.m4s'), {
    timeout: 60_000,
  });
  await granted;
  await hasPlayed(page, 'A day at the kiln');
  expect(await page.evaluate('stalls')).toBe(0);
});
