// A film that is watched while it is still made, and what comes in segments and fails.
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { makeClip } from '../apps/server/src/content/media/test-clips.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import type { Account } from './stage/accounts.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage } from './stage/stage.ts';
import { draftStory, sendClip } from './stage/stories.ts';

/** One worker: the film's parts are made one after the other, as on a busy machine. */
const stage = useStage({ MEDIA_AT_ONCE: '1' });
const TITLE = 'A day at the kiln';
const SECONDS = 70;
let maker: Account;
let mediaId: string;

beforeAll(async () => {
  maker = await stage.join('Ines Duarte', ['maker']);
});

type Clip = { currentTime: number; paused: boolean };
const clip = (page: Page) => page.getByLabel(TITLE, { exact: true }).and(page.locator('video'));
const at = (page: Page) => clip(page).evaluate(({ currentTime }: Clip) => currentTime);
const viewed = async () => (await maker.client.call('GET /media/:id', { params: { id: mediaId } })).view;

it('follows a film that is watched while it is made: how much there is, on by itself, to its end', async () => {
  const file = makeClip(stage.folder, 'film.mp4', { size: '360x640', rate: '20', seconds: SECONDS });
  mediaId = await sendClip(maker, file);
  const story = await draftStory(maker, mediaId, { title: TITLE });
  const { page, visit } = await stage.open(maker);
  page.setDefaultTimeout(60_000);

  await visit(`/studio/stories/${story.id}`);
  await hasPlayed(page, TITLE);
  const bar = page.getByRole('slider', { name: 'Position in the clip' });
  await page.getByText(/^Still being made\. Ready up to 0:\d\d$/).waitFor();
  await eventually(async () =>
    expect(await bar.getAttribute('aria-valuetext')).toMatch(/^0:0\d of 1:10, ready up to 0:\d\d$/),
  );
  // As far as there is anything yet, and no further.
  for (let presses = 0; presses < 6; presses++) await bar.press('PageUp');
  await page.getByText('You are up to date. It goes on by itself.').waitFor();
  const end = await at(page);
  expect((await viewed())?.playableMs).not.toBeNull();
  await page.evaluate(`globalThis.film = document.querySelector('video')`);

  await eventually(async () => expect(await at(page)).toBeGreaterThan(end + 2), 60_000);
  await eventually(async () => expect((await viewed())?.playableMs).toBeNull(), 60_000);

  await eventually(async () => expect(await bar.getAttribute('aria-valuetext')).toMatch(/^0:\d\d of 1:10$/), 20_000);
  expect(await page.getByText('Still being made').count()).toBe(0);
  // It went on where it was, in the same element, with the same bytes.
  expect(await at(page)).toBeGreaterThan(end);
  expect(await page.evaluate(`film.isConnected && film === document.querySelector('video')`)).toBe(true);
  await bar.fill(String((SECONDS - 3) * 1000));
  await eventually(async () => expect(await at(page)).toBeGreaterThan(SECONDS - 3), 20_000);
  await eventually(async () => expect(await at(page)).toBeLessThan(5), 20_000);
  await hasPlayed(page, TITLE);
});

it('says so when segments are refused for good, and plays when they come again', async () => {
  const visitor = await stage.open(maker);
  const { page } = visitor;
  visitor.expectProblem(/^403 GET \/media\//);
  const { items } = await maker.client.call('GET /stories', { query: {} });
  await page.route('**/*.m4s', (route) => route.fulfill({ status: 403 }));

  await visitor.visit(`/studio/stories/${items[0]?.id}`);
  await page.getByText('This clip does not play').waitFor({ timeout: 60_000 });
  await page.unroute('**/*.m4s');
  await page.getByRole('button', { name: /Try again/ }).click();

  await hasPlayed(page, TITLE);
});

it('plays on by itself when a segment came broken', async () => {
  const { page, visit } = await stage.open(maker);
  const { items } = await maker.client.call('GET /stories', { query: {} });
  let broken = 0;
  await page.route('**/0001.m4s', (route) =>
    ++broken === 1
      ? route.fulfill({ body: Buffer.alloc(50_000, 7), contentType: 'video/iso.segment' })
      : route.continue(),
  );

  await visit(`/studio/stories/${items[0]?.id}`);
  await hasPlayed(page, TITLE);
  await eventually(async () => expect(await at(page)).toBeGreaterThan(9), 40_000);

  expect(broken).toBeGreaterThan(1);
  expect(await page.getByText('This clip does not play').count()).toBe(0);
});
