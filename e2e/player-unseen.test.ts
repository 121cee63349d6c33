// A clip whose page is out of sight: another tab, a locked screen, a small window; and the keys of the device.
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { listColours } from './stage/colours.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage } from './stage/stage.ts';
import { openTab, type Tab } from './stage/tabs.ts';

const stage = useStage();
let tab: Tab;
let page: Page;

beforeAll(async () => {
  const maker = await stage.join('Ines Duarte', ['maker']);
  const moderator = await stage.join('Noor Haddad', ['moderator']);
  await listColours(stage.folder, { maker, moderator });
});

beforeEach(async () => {
  tab = await openTab();
  page = tab.page;
  // The device's keys end in the handlers that a page gives to the browser; a test has no such keys.
  await page.addInitScript(`
    globalThis.keys = {};
    const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
    navigator.mediaSession.setActionHandler = (action, handler) => { keys[action] = handler; set(action, handler); };`);
  await page.goto(stage.site().url);
  await hasPlayed(page, 'Madder');
});
afterEach(async () => {
  await tab.close();
  expect(tab.problems).toEqual([]);
});

const clip = (title: string) => page.getByLabel(title, { exact: true }).and(page.locator('video'));
type Seen = { paused: boolean; muted: boolean; currentTime: number };
const look = async (title: string): Promise<Seen> =>
  await clip(title).evaluate(({ paused, muted, currentTime }: Seen) => ({ paused, muted, currentTime }));
const press = (key: string) => page.evaluate(`keys[${JSON.stringify(key)}]({ action: ${JSON.stringify(key)} })`);
/** Its time goes on, seen or not. */
const goesOn = async (title: string) => {
  const before = (await look(title)).currentTime;
  await eventually(async () => expect(Math.abs((await look(title)).currentTime - before)).toBeGreaterThan(0.3));
};
const playUnseen = async () => {
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'How it plays' }).first().click();
  await page.getByRole('switch', { name: 'Play on unseen' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};

it('holds a clip while its page is hidden, and goes on where it was', async () => {
  await page.keyboard.press('m');

  await tab.hide();
  await eventually(async () => expect((await look('Madder')).paused).toBe(true));
  const held = (await look('Madder')).currentTime;
  await tab.show();
  await eventually(async () => expect((await look('Madder')).paused).toBe(false));

  expect((await look('Madder')).currentTime - held).toBeLessThan(1);
  expect(await page.getByRole('button', { name: 'Pause' }).first().isVisible()).toBe(true);
  await hasPlayed(page, 'Madder');
});

it('goes on as sound where somebody wants that, and is in step when they are back', async () => {
  await playUnseen();

  await tab.hide();
  await goesOn('Madder');
  expect(await look('Madder')).toMatchObject({ paused: false, muted: false });
  await tab.show();

  await hasPlayed(page, 'Madder');
  await eventually(async () => {
    // In words, as the DOM's types are not those of this program.
    const apart = await page.evaluate(`new Promise((resolve) => {
      const video = document.querySelector('video[aria-label=Madder]');
      video.requestVideoFrameCallback((_, { mediaTime }) => resolve(Math.abs(mediaTime - video.currentTime)));
    })`);
    expect(apart).toBeLessThan(0.3);
  });
});

it('is led by the keys of the device while nobody sees it, and shows that clip when one is back', async () => {
  await playUnseen();
  await tab.hide();

  await press('nexttrack');
  await goesOn('Moss');
  expect((await look('Madder')).paused).toBe(true);
  expect(await page.evaluate('navigator.mediaSession.metadata.title')).toBe('Moss');
  await press('nexttrack');
  await goesOn('Indigo');
  await press('previoustrack');
  await goesOn('Moss');
  await press('pause');
  await eventually(async () => expect((await look('Moss')).paused).toBe(true));
  await tab.show();

  await eventually(async () => expect(Math.abs((await clip('Moss').boundingBox())?.y ?? -1000)).toBeLessThan(100));
  await page.getByRole('button', { name: 'Play' }).first().waitFor();
  expect((await look('Moss')).paused).toBe(true);
  await page.keyboard.press('Space');
  await hasPlayed(page, 'Moss');
});

it('plays unseen what the keys of the device ask for, though it would be held else', async () => {
  await page.keyboard.press('m');
  await tab.hide();
  await eventually(async () => expect((await look('Madder')).paused).toBe(true));

  await press('play');
  await goesOn('Madder');
  await press('nexttrack');
  await goesOn('Moss');
  await tab.show();
  await hasPlayed(page, 'Moss');
  await tab.hide();

  await eventually(async () => expect((await look('Moss')).paused).toBe(true));
});

it('keeps the small window through the feed, on the clip that is watched, also under another tab', async () => {
  const floats = () => page.evaluate('document.pictureInPictureElement?.ariaLabel ?? null');
  await page.keyboard.press('p');
  await eventually(async () => expect(await floats()).toBe('Madder'));

  for (const title of ['Moss', 'Indigo', 'Saffron']) {
    await page.keyboard.press('j');
    await hasPlayed(page, title);
    await eventually(async () => expect(await floats()).toBe(title));
  }
  await page.keyboard.press('k');
  await eventually(async () => expect(await floats()).toBe('Indigo'));
  await tab.hide();
  await goesOn('Indigo');
  await press('previoustrack');
  await goesOn('Moss');
  await eventually(async () => expect(await floats()).toBe('Moss'));
  await tab.show();
  await page.keyboard.press('p');

  await eventually(async () => expect(await floats()).toBeNull());
  await hasPlayed(page, 'Moss');
});
