// A card is saved on the provider's page only, shows up under You, and is removed; what was paid is listed beside it.
import { expect, it } from 'vitest';
import { PHONE, useStage } from './stage/stage.ts';

const stage = useStage();

it('somebody saves a card that its bank allows, and removes it by keyboard', async () => {
  const vera = await stage.open(await stage.join('Vera Lindqvist'), PHONE);
  vera.expectProblem(/402/); // the declined card
  const { page } = vera;
  await vera.visit('/you');
  await page.getByRole('link', { name: /Cards/ }).click();
  await page.getByText('No card saved').waitFor();

  await page.getByRole('button', { name: 'Add a card' }).press('Enter');
  await page.getByRole('heading', { name: 'Save a card' }).waitFor();
  await page.getByRole('radio', { name: /0000 0002/ }).check();
  await page.getByRole('button', { name: 'Save this card' }).click();
  await page.getByRole('alert').getByText('Nothing was saved').waitFor();
  await page.getByRole('radio', { name: /4242/ }).check();
  await page.getByRole('button', { name: 'Save this card' }).press('Enter');

  await page.waitForURL(/\/you\/cards/);
  await page.getByText('Good until 12/2034').waitFor();
  await page.getByRole('button', { name: 'Remove Visa ending in 4242' }).press('Enter');
  await page.getByRole('button', { name: 'Remove it' }).press('Enter');
  await page.getByText('No card saved').waitFor();

  await vera.visit('/you/payments');
  await page.getByText('Nothing paid yet').waitFor();
  expect(await page.title()).toContain('Payments');
});
