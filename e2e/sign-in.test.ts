// Signing in by a code from a mail, coming back to where one was, signing out.
import { join } from 'node:path';
import { newestCode } from '@videowindow/sandbox/visitor';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { arrival } from './stage/accounts.ts';
import { PHONE, useStage } from './stage/stage.ts';

const SHOTS = process.env.SHOTS;
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

/** Where the newest mail that leads to a change of the address leads. */
const linkIn = async (email: string): Promise<string> => {
  let link: string | undefined;
  await eventually(async () => {
    const answer = await fetch(`${stage.site().url}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
    const { mails } = (await answer.json()) as { mails: { text: string }[] }; // our own page
    link = mails.map(({ text }) => /\/email-change#[\w-]+/.exec(text)?.[0]).find(Boolean);
    expect(link).toBeDefined();
  });
  return link ?? '';
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

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'You' }).click();
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

it('takes a password too; what is grave asks who is there, and goes on; other places are signed out; the address is changed at both ends', async () => {
  const [here, there] = [await stage.open(null), await stage.open(null, PHONE)];
  const { page } = here;
  const email = 'pia@people.test';

  await here.visit('/sign-in');
  await page.getByRole('button', { name: 'Use a password' }).click();
  await page.getByRole('button', { name: 'New here?' }).click();
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('textbox', { name: 'New password' }).fill('password123');
  here.expectProblem(/^422 POST \/api\/v1\/auth\/register$/);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Others would guess this password.').waitFor();
  await page.getByRole('textbox', { name: 'New password' }).fill('four quiet kilns');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('textbox', { name: 'Code from the mail' }).fill(await readCode(page, email));
  await page.getByRole('link', { name: 'You', exact: true }).click();
  await page.getByRole('link', { name: 'Sign-in and security' }).click();
  await page.getByText('This one').waitFor();

  await there.visit('/sign-in?back=/you');
  await there.page.getByRole('button', { name: 'Use a password' }).click();
  await there.page.getByRole('textbox', { name: 'Email' }).fill(email);
  await there.page.getByRole('textbox', { name: 'Password' }).fill('four quiet kilns');
  await there.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await there.page.getByText(`Signed in as ${email}.`).waitFor();

  await shiftClock(stage.app().database, 6 * 60_000);
  here.expectProblem(/^403 PUT \/api\/v1\/auth\/password$/);
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByRole('textbox', { name: 'New password' }).fill('five quiet kilns');
  await page.getByRole('button', { name: 'Set the password' }).click();
  const sheet = page.getByRole('dialog', { name: 'Is it you?' });
  await sheet.getByRole('textbox', { name: 'Password' }).fill('four quiet kilns');
  await sheet.getByRole('button', { name: 'It is me' }).click();
  await page.getByText('Your password is set.').waitFor();
  await there.visit('/orders');
  await there.page.getByRole('heading', { name: 'Sign in' }).waitFor();

  await there.page.getByRole('button', { name: 'Use a password' }).click();
  await there.page.getByRole('button', { name: 'Forgot your password?' }).click();
  await there.page.getByRole('textbox', { name: 'Email' }).fill(email);
  await there.page.getByRole('button', { name: 'Send the code' }).click();
  await there.page.getByRole('textbox', { name: 'Code from the mail' }).fill(await readCode(there.page, email));
  await there.page.getByRole('textbox', { name: 'New password' }).fill('six quiet kilns');
  await there.page.getByRole('button', { name: 'Set it and sign in' }).click();
  await there.page.getByRole('tablist').waitFor();
  await here.visit('/you/security');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  const { page: phone } = there;
  await there.visit('/you/security');
  await phone.getByRole('button', { name: 'Change your address' }).click();
  await phone.getByRole('textbox', { name: 'Your new address' }).fill('pia@elsewhere.test');
  await phone.getByRole('button', { name: 'Send a code there' }).click();
  await phone.getByRole('textbox', { name: /^Code sent to/ }).fill(await readCode(phone, 'pia@elsewhere.test'));
  await phone.getByRole('button', { name: 'Keep the old one' }).waitFor();
  if (SHOTS) await phone.screenshot({ path: join(SHOTS, 'email-waits.png'), fullPage: true });
  await there.visit(await linkIn(email));
  if (SHOTS) await phone.screenshot({ path: join(SHOTS, 'email-change.png'), fullPage: true });
  await phone.getByRole('button', { name: 'Yes, that was me' }).click();
  await phone.getByRole('heading', { name: 'The new address holds' }).waitFor();
  await phone.getByRole('link', { name: 'Sign-in and security' }).click();
  await phone.getByText('pia@elsewhere.test').waitFor();
  await shiftClock(stage.app().database, -6 * 60_000);
});

it('takes a number for the phone, proves it by a code, and lets in by it', async () => {
  const person = await stage.join('Tom Berger');
  const known = await stage.open(person, PHONE);
  const number = '+351 912 345 678';
  const codeSent = (but: string | null = null) =>
    arrival(async () => {
      const code = await newestCode(stage.site().url, number.replaceAll(' ', ''));
      return code === but ? null : code;
    });
  await known.visit('/you/security');
  const section = known.page.locator('section', { has: known.page.getByRole('heading', { name: 'Phone' }) });
  await section.getByText('No number').waitFor();
  await section.getByRole('button', { name: 'Add one' }).press('Enter');
  const field = known.page.getByRole('textbox', { name: 'Your number' });

  await field.fill('912 345 678');
  await field.press('Enter');
  known.expectProblem(/^400 POST \/api\/v1\/auth\/phone$/);
  await known.page.getByText('This does not look like a number with its country first').waitFor();
  await field.fill(number);
  await field.press('Enter');
  const proof = known.page.getByRole('textbox', { name: `Code sent to ${number}` });
  await proof.waitFor();
  if (SHOTS) await known.page.screenshot({ path: join(SHOTS, 'phone-code.png'), fullPage: true });
  const first = await codeSent();
  known.expectProblem(/^4\d\d POST \/api\/v1\/auth\/verify-phone$/);
  await proof.fill(first === '000000' ? '111111' : '000000');
  await known.page.getByRole('alert').first().waitFor();
  await proof.fill(first);
  await known.page.getByText('Your number is set.').waitFor();
  await section.getByRole('button', { name: 'Change it' }).waitFor();
  if (SHOTS) await known.page.screenshot({ path: join(SHOTS, 'phone-set.png'), fullPage: true });

  const fresh = await stage.open(null, PHONE);
  await fresh.visit('/sign-in?back=/you');
  await fresh.page.getByRole('button', { name: 'Use my phone' }).click();
  await fresh.page.getByRole('textbox', { name: 'Phone' }).fill(number);
  if (SHOTS) await fresh.page.screenshot({ path: join(SHOTS, 'phone-sign-in.png'), fullPage: true });
  await fresh.page.getByRole('button', { name: 'Send the code' }).click();
  const code = fresh.page.getByRole('textbox', { name: 'Code from the text' });
  await code.waitFor();
  await code.fill(await codeSent(first));
  await fresh.page.getByText(`Signed in as ${person.email}.`).waitFor();

  await known.visit('/you/security');
  await section.getByRole('button', { name: 'Remove the number' }).press('Enter');
  await known.page.getByText('Your number is forgotten.').waitFor();
  await section.getByText('No number').waitFor();
});

it('gives a new place to who installed it, who sees what it stands on and tries a mail', async () => {
  const code = await stage.app().identity.setupCode(stage.app().database.db);
  const ada = await stage.open(null);
  await ada.visit('/setup');
  await ada.page.getByText('by the link that the server printed').waitFor();
  await ada.visit(`/setup#${code}`);
  await ada.page.reload(); // only what is behind the # has changed
  await ada.page.getByRole('textbox', { name: 'Your email' }).fill('ada@people.test');
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('heading', { name: 'This place is yours' }).waitFor();
  await ada.page.getByText('Database').waitFor();
  await ada.page.getByRole('button', { name: 'Send me a mail to try' }).click();
  await ada.page.getByText('Sent to ada@people.test').waitFor();
  if (SHOTS) await ada.page.screenshot({ path: join(SHOTS, 'setup.png'), fullPage: true });

  const stranger = await stage.open(null);
  await stranger.visit('/setup');
  await stranger.page.getByRole('heading', { name: 'This is done' }).waitFor();
  await ada.visit('/admin/health');
  await ada.page.getByText('Room on the disk').waitFor();
});
