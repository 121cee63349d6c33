/** What people do at the counter, as several journeys need it: offer, bid, pay. Each takes an open page. */
import type { Page } from 'playwright-core';

/** Makes an offer on the story that is open. @param amount as typed, e.g. `50` */
export async function offer(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'Make an offer' }).click();
  const sheet = page.getByRole('dialog', { name: 'Make an offer' });
  await sheet.getByText('Other', { exact: true }).click();
  await sheet.getByRole('textbox', { name: 'Your own amount' }).fill(amount);
  await sheet.getByRole('button', { name: /^Offer/ }).click();
}

/** Bids on the story that is open; with `maximum` only as much as it takes. Resolves when the server has said `answer`. */
export async function bid(
  page: Page,
  amount: string,
  { maximum = false, answer = /^You're the highest bidder at/ } = {},
): Promise<void> {
  await page.getByRole('button', { name: /^Bid|^Raise/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText('Other', { exact: true }).click();
  await sheet.getByRole('textbox', { name: 'Your own amount' }).fill(amount);
  if (maximum) await sheet.getByRole('switch', { name: /Only as much as it takes/ }).click();
  await sheet.getByRole('button', { name: /^Bid|^Go up to/ }).click();
  await page.getByText(answer).first().waitFor();
}

/** From the page that asks for payment to the provider's. */
export async function goToCheckout(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.getByText('Test card', { exact: true }).waitFor();
}

/** Fills in the provider's page and pays. */
export async function payAtProvider(page: Page, card: RegExp = /4242 4242 4242 4242/): Promise<void> {
  const email = page.getByRole('textbox', { name: 'Email' });
  if (await email.isEditable()) await email.fill('buyer@people.test');
  await page.getByRole('radio', { name: card }).check();
  await page.getByRole('button', { name: /^Pay / }).click();
}
