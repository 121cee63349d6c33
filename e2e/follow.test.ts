// Following somebody from their page: who is not signed in is led there first, and comes back.
import { expect, it } from 'vitest';
import { useStage } from './stage/stage.ts';

const stage = useStage();

it('a viewer follows a maker and ends it again, and both see the count', async () => {
  await stage.joinAsMaker('Ines Duarte');
  const vera = await stage.open(await stage.joinAsMaker('Vera Lindqvist'));
  const { page } = vera;
  await vera.visit('/@ines.duarte');
  const counts = page.locator('header', { has: page.getByRole('heading', { name: 'Ines Duarte' }) });

  await page.getByRole('button', { name: 'Follow', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Following' }).waitFor();
  await counts.getByText('1 follower ·').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Following' }).press('Enter');
  await page.getByRole('button', { name: 'Follow', exact: true }).waitFor();
  await counts.getByText('0 followers ·').waitFor();

  const stranger = await stage.open(null);
  await stranger.visit('/@ines.duarte');
  await stranger.page.getByRole('button', { name: 'Follow', exact: true }).click();
  await stranger.page.waitForURL(/\/sign-in/);
  expect(new URL(stranger.page.url()).searchParams.get('back')).toBe('/@ines.duarte');
});
