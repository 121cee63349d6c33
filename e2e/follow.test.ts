// Following somebody from their page: who is not signed in is led there first, and comes back.
import { expect, it } from 'vitest';
import { PHONE, useStage } from './stage/stage.ts';

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

it('an account that is private is asked, and says yes; what one chooses goes along to another device', async () => {
  const otto = await stage.join('Otto Krause');
  const ulla = await stage.join('Ulla Berg');
  const theirs = await stage.open(otto);
  await theirs.visit('/you/privacy');
  await Promise.all([
    theirs.page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()),
    theirs.page.getByRole('switch', { name: 'Private account' }).click(),
  ]);

  const hers = await stage.open(ulla, PHONE);
  await hers.visit('/@otto.krause');
  await hers.page.getByText('This account is private').waitFor();
  await hers.page.getByRole('button', { name: 'Ask to follow' }).press('Enter');
  await hers.page.getByRole('button', { name: 'Asked' }).waitFor();
  await theirs.visit('/you/privacy');
  await theirs.page.getByRole('button', { name: 'Let follow' }).press('Enter');
  await theirs.page.getByText('Ulla Berg').waitFor({ state: 'detached' });
  await hers.visit('/@otto.krause');
  await hers.page.getByRole('button', { name: 'Following' }).waitFor();

  await hers.visit('/you/settings');
  await hers.page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  const told = (words: string) =>
    hers.page.waitForResponse((answer) => answer.request().postData()?.includes(words) === true && answer.ok());
  await Promise.all([told('dataSaver'), hers.page.getByRole('switch', { name: 'Save data' }).click()]);
  const second = await stage.open(ulla);
  await second.visit('/you/settings');
  await second.page.getByRole('switch', { name: 'Save data', checked: true }).waitFor();
  await second.page.getByRole('radio', { name: 'Dark', checked: true }).waitFor({ state: 'attached' });
});

it('somebody deletes their account, and is signed out of it', async () => {
  const mia = await stage.open(await stage.join('Mia Holm'));
  const { page } = mia;
  await mia.visit('/you/account');
  await page.getByRole('button', { name: 'Delete my account' }).press('Enter');
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('checkbox', { name: 'I have taken along what I want to keep' }).press('Space');
  await sheet.getByRole('button', { name: 'Delete my account' }).press('Enter');

  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  const stranger = await stage.open(null);
  stranger.expectProblem(/^404 GET/);
  await stranger.visit('/@mia.holm');
  await stranger.page.getByRole('heading', { name: 'We could not find this' }).waitFor();
});
