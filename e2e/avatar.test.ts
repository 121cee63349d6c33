// A person's picture, by the keyboard: chosen, seen by others, refused when it is none, taken off again.
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
