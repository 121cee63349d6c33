// What a person shows of themselves: a picture, by the keyboard, and where a maker works.
import { expect, it } from 'vitest';
import { useStage } from './stage/stage.ts';

const stage = useStage();
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAAA1BMVEUAiABUIC+ZAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWNgIA0AAAAwAAFDlLdnAAAAAElFTkSuQmCC',
  'base64',
);

it('a picture of oneself is chosen and stands on one’s page', async () => {
  const ines = await stage.open(await stage.joinAsMaker('Ines Duarte'));
  const { page } = ines;
  await ines.visit('/you/profile');
  const choose = page.getByRole('button', { name: 'Choose a picture' });

  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), choose.press('Enter')]);
  await chooser.setFiles({ name: 'diary.png', mimeType: 'image/png', buffer: Buffer.from('Dear diary') });
  await page.getByRole('alert').getByText('Export it as JPEG').waitFor();
  const [again] = await Promise.all([page.waitForEvent('filechooser'), choose.press('Enter')]);
  await again.setFiles({ name: 'me.png', mimeType: 'image/png', buffer: PNG });
  await page.getByRole('button', { name: 'Remove picture' }).waitFor();

  const stranger = await stage.open(null);
  await stranger.visit('/@ines.duarte');
  const seen = () => stranger.page.evaluate("document.querySelector('header img')?.naturalWidth");
  await expect.poll(seen, { timeout: 10_000 }).toBe(16);

  await page.getByRole('button', { name: 'Remove picture' }).press('Enter');
  await choose.waitFor();
});

it('a maker says where they work, in two places, and takes one away', async () => {
  const maker = await stage.joinAsMaker('Rui Prata');
  const { page, visit } = await stage.open(maker);
  const say = async (typed: string, town: string) => {
    await page.getByRole('textbox', { name: 'Town' }).fill(typed);
    await page.getByRole('button', { name: town }).click();
    await page.getByRole('button', { name: 'Save this place' }).click();
    await page.getByRole('button', { name: `Change ${town.split(',')[0]}` }).waitFor();
  };

  await visit('/studio/policies');
  await say('porto', 'Porto, Portugal');
  await page.getByRole('button', { name: 'Add a place' }).click();
  await say('lisbo', 'Lisbon, Portugal');
  await page.getByRole('button', { name: /^Take Porto.* away$/ }).click();
  await page.getByRole('button', { name: /^Take Porto.* away$/ }).waitFor({ state: 'detached' });

  const { places } = await maker.client.call('GET /makers/me/page');
  expect(places.map(({ city }) => city)).toEqual([expect.stringMatching(/^Lisbon/)]);
});
