// The ways in beside a code, in a real browser: Apple and Google by their own pages, a passkey, an authenticator app.
import { newestCode } from '@videowindow/sandbox/visitor';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { codeAt, stepAt } from '../apps/server/src/people/identity/second-factor/totp.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { PHONE, useStage } from './stage/stage.ts';

const stage = useStage({ STAFF_SECOND_FACTOR: 'true' });
/** Our own place by its name; the sandbox's issuers are at the number, so that theirs is another site. */
const named = (path: string) => stage.site().url.replace('127.0.0.1', 'localhost') + path;

const signedInAs = (page: Page, email: string) => page.getByText(`Signed in as ${email}.`).waitFor();
const signOut = async (page: Page) => {
  await page.goto(named('/you'), { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
};

/** The key that an app is given, from the sheet that has just come up. */
const secretOn = async (page: Page): Promise<Buffer> => {
  await page.getByRole('img', { name: 'Picture for your authenticator app' }).waitFor();
  await page.getByText('The app is on this device: type the key').click();
  const key = ((await page.locator('.font-mono').textContent()) ?? '').replace(/\s/g, '');
  const bits = [...key].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'));
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  );
};

it('lets people in with Google, back to where they wanted to go, and says so when they turn back', async () => {
  const somebody = await stage.open(null);
  const { page } = somebody;

  await somebody.visit('/orders?tab=offers');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  somebody.expectProblem(/^422 POST \/api\/v1\/auth\/social\/callback$/);
  await page.getByRole('heading', { name: 'You turned back' }).waitFor();

  await somebody.visit('/orders?tab=offers');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: /Gwen Hale/ }).click();
  await page.getByRole('tab', { name: 'Offers', selected: true }).waitFor();
  await somebody.visit('/you');
  await signedInAs(page, 'gwen.hale@gmail.test');
});

it('Apple’s form comes from another site and lets in; then a passkey, pressed or offered by the field, and an app that is asked for', async () => {
  const somebody = await stage.open(null);
  const { page, context } = somebody;
  const email = 'ana.silva@icloud.test';
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });

  // Apple: the answer is posted by a page of another site.
  await page.goto(named('/sign-in?back=/you'));
  await page.getByRole('button', { name: 'Continue with Apple' }).click();
  await page.getByRole('button', { name: /Ana Silva/ }).click();
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
  await page.getByRole('button', { name: 'Continue' }).click();
  await signedInAs(page, email);

  // A passkey is made, and lets in.
  await page.goto(named('/you/security'));
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('textbox', { name: 'What do you call it?' }).fill('Bench laptop');
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByText('Bench laptop', { exact: true }).waitFor();
  await signOut(page);
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
  await page.goto(named('/sign-in?back=/you'));
  const byButton = page.getByRole('button', { name: 'Use a passkey' });
  await byButton.waitFor();
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
  // The field may offer it, and be taken, at this very moment.
  await byButton.click({ timeout: 3000 }).catch(() => {});
  await signedInAs(page, email);
  // Also where nothing is pressed but what the field of the address offers.
  await signOut(page);
  await page.goto(named('/sign-in?back=/you'));
  await signedInAs(page, email);
  await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });

  // An app is set up, and asked for the next time.
  await page.goto(named('/you/security'));
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const secret = await secretOn(page);
  await page
    .getByRole('textbox', { name: 'Six digits that the app shows now' })
    .fill(codeAt(secret, stepAt(new Date()) - 1));
  const paper = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await paper.first().waitFor();
  expect(await paper.count()).toBe(10);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  await page.getByText('10 of 10 are left').waitFor();

  await signOut(page);
  await page.goto(named('/sign-in?back=/you'));
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('button', { name: 'Send the code' }).click();
  let code: string | null = null;
  await eventually(async () => {
    code = await newestCode(stage.site().url, email);
    expect(code).not.toBeNull();
  });
  somebody.expectProblem(/^401 POST \/api\/v1\/auth\/otp\/verify$/);
  await page.getByRole('textbox', { name: 'Code from the mail' }).fill(code ?? '');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await page.getByRole('textbox', { name: 'Code from the app' }).fill(codeAt(secret, stepAt(new Date())));
  await signedInAs(page, email);
});

it('a new device is let in by one that is signed in, by the number that it shows', async () => {
  const person = await stage.join('Dora Lind');
  const [known, fresh] = [await stage.open(person), await stage.open(null, PHONE)];

  await fresh.visit('/sign-in');
  await fresh.page.getByRole('link', { name: 'With a device that is signed in' }).click();
  await fresh.page.getByRole('img', { name: 'Picture to scan with the other device' }).waitFor();
  const code = (await fresh.page.getByText(/^[A-Z]{4}-[A-Z]{4}$/).textContent()) ?? '';
  const number = (await fresh.page.getByText(/^\d\d$/).textContent()) ?? '';

  await known.visit('/you/security');
  await known.page.getByRole('link', { name: 'Let a device in' }).click();
  await known.page.getByRole('textbox', { name: 'Code that it shows' }).fill(code.toLowerCase());
  await known.page.getByRole('button', { name: 'Look' }).click();
  await known.page.getByRole('button', { name: number, exact: true }).click();
  await known.page.getByRole('heading', { name: 'It is in' }).waitFor();

  await fresh.page.waitForURL((url) => url.pathname === '/');
  await fresh.visit('/you');
  await signedInAs(fresh.page, person.email);
});

it('an admin without a second lock is led to add one, and comes back to the page that they opened', async () => {
  const admin = await stage.open(await stage.join('Ada Venn', ['admin']), PHONE);
  const { page } = admin;

  await admin.visit('/admin/users?q=ada');
  await page.getByRole('heading', { name: 'Your second lock' }).waitFor();
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const secret = await secretOn(page);
  const digits = page.getByRole('textbox', { name: 'Six digits that the app shows now' });
  await digits.fill(codeAt(secret, stepAt(new Date())));
  await page.getByRole('button', { name: 'I have written them down' }).click();

  await page.getByText('ada.venn@people.test').waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/admin/users?q=ada');
});
