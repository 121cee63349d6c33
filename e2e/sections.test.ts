// What stands below the clip: words with marks, pictures in their order; and a story whose clip is a recording of sound.
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { ffmpeg } from '../apps/server/src/content/media/test-clips.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage } from './stage/stage.ts';
import { draftStory } from './stage/stories.ts';

const stage = useStage();

const picture = async (name: string, background: string): Promise<string> => {
  const path = join(stage.folder, name);
  await sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .jpeg()
    .toFile(path);
  return path;
};

it('words get marks and pictures get their order by keyboard; who opens the story sees both', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const { id } = await draftStory(ines, await stage.readyClip(ines), { title: 'Moon jar' });
  const { page, visit, expectProblem } = await stage.open(ines);
  expectProblem(/^40[34] GET \/media\/private\//); // they move when it is approved, under the open page
  await visit(`/studio/stories/${id}`);
  const process = page.getByRole('region', { name: 'How it was made' });

  await process.getByRole('textbox', { name: /How it was made/ }).focus();
  await page.keyboard.press('Control+b');
  await page.keyboard.type('Three days');
  await page.keyboard.press('End');
  await page.keyboard.type(' of fire:\noak');
  await process.getByRole('button', { name: 'List' }).press('Enter');
  await page.keyboard.type('\n- ash');
  const files = [await picture('kiln.jpg', '#a52'), await picture('wheel.jpg', '#25a')];
  await page.getByLabel('Pictures for How it was made').setInputFiles(files);
  const rows = process.getByRole('list', { name: 'Pictures of How it was made' }).getByRole('listitem');
  await rows.nth(1).getByRole('img').or(rows.nth(1).locator('img')).waitFor({ timeout: 30_000 });
  await rows.nth(0).getByRole('textbox', { name: 'What it shows' }).fill('The kiln at night');
  await rows.nth(1).getByRole('textbox', { name: 'What it shows' }).fill('The wheel');
  await process.getByRole('button', { name: 'Picture 2 earlier' }).press('Enter');
  await page.getByText('Picture 1 of 2').waitFor({ state: 'attached' });
  await page.getByText('Saved', { exact: true }).waitFor();
  const focused = await page.locator(':focus').getAttribute('aria-label');
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByRole('img', { name: 'The wheel' }).waitFor();
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('A moderator looks at it now.').waitFor();
  const desk = await stage.open(noor);
  desk.expectProblem(/^40[34] GET \/media\/private\//);
  await desk.visit('/moderation');
  await desk.page.getByRole('img', { name: 'The kiln at night' }).waitFor();
  await desk.page.keyboard.press('a');
  await desk.page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
  const stranger = await stage.open(null);
  await stranger.visit(`/s/${id}`);
  const shown = stranger.page.locator('section', {
    has: stranger.page.getByRole('heading', { name: 'How it was made' }),
  });
  await shown.getByRole('img', { name: 'The kiln at night' }).scrollIntoViewIfNeeded();

  expect(focused).toBe('Picture 1 later');
  expect(await shown.locator('strong').textContent()).toBe('Three days');
  expect(await shown.getByRole('listitem').allTextContents()).toEqual(['oak', 'ash']);
  const alts = await shown.locator('img').evaluateAll((all) => all.map((one) => one.getAttribute('alt')));
  expect(alts).toEqual(['The wheel', 'The kiln at night']);
  await expect
    .poll(() =>
      shown.locator('img').evaluateAll((all: { naturalWidth?: number }[]) => all.every((one) => one.naturalWidth)),
    )
    .toBe(true);
});

it('a recording of sound is chosen, drawn and played in the studio', async () => {
  const lina = await stage.joinAsMaker('Lina Berg');
  const sound = join(stage.folder, 'wheel at work.wav');
  ffmpeg(stage.folder, ['-f', 'lavfi', '-i', 'sine=frequency=330:duration=3', sound]);
  const { page, visit } = await stage.open(lina);
  await visit('/create');

  await page.getByLabel('Choose a video').setInputFiles(sound);
  await page.getByRole('textbox', { name: 'Title' }).fill('The wheel at work');
  await page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 60_000 });

  await hasPlayed(page, 'The wheel at work');
  const { items } = await lina.client.call('GET /media', { query: {} });
  expect(items.map(({ purpose, state }) => [purpose, state])).toEqual([['audio', 'ready']]);
});
