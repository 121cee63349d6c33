// Signing in by a code from a mail, coming back to where one was, signing out.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { useStage } from './stage/stage.ts';

const stage = useStage();

/** Reads the newest code on the sandbox's inbox page, which the banner leads to. */
const readCode = async (page: Page, email: string): Promise<string> => {
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Read the mail' }).click();
  const inbox = await opened;
  const mail = inbox.getByRole('link', { name: /^\d{6} / }).first();
  await inbox.getByRole('searchbox', { name: 'Only mail for' }).fill(email);
  await eventually(async () => {
    await inbox.getByRole('button', { name: 'Filter' }).click();
    await mail.waitFor({ timeout: 300 });
  }, 15_000);
  await mail.click();
  const subject = await inbox.getByRole('heading', { level: 1 }).textContent();
  await inbox.close();
  return subject?.slice(0, 6) ?? '';
};

it('lets a new person in by a code from the mail, back to the page they wanted, and out again', async () => {
  const somebody = await stage.open(null);
  const { page } = somebody;
  const email = 'vera@people.test';

  await somebody.visit('/orders?tab=offers');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('button', { name: 'Send the code' }).click();
  const code = await readCode(page, email);
  const wrong = code === '000000' ? '111111' : '000000';
  somebody.expectProblem(/^4\d\d POST \/api\/v1\/auth\/otp\/verify$/);
  await page.getByRole('textbox', { name: 'Code from the mail' }).fill(wrong);
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Code from the mail' }).fill(code);
  await page.getByRole('tab', { name: 'Offers', selected: true }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/orders?tab=offers');

  await page.getByRole('link', { name: 'You', exact: true }).click();
  await page.getByText(`Signed in as ${email}.`).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await somebody.visit('/orders');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

it('leads nobody to another site after signing in', async () => {
  const somebody = await stage.open(null);
  const { page } = somebody;
  const email = 'wim@people.test';

  await somebody.visit('/sign-in?back=//elsewhere.test/');
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByRole('textbox', { name: 'Code from the mail' }).fill(await readCode(page, email));
  await page.getByRole('link', { name: 'Inbox' }).waitFor();

  await eventually(() => expect(page.url()).toBe(`${stage.site().url}/`));
});
