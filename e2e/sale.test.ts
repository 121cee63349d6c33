// A piece is sold: offer, auction with two bidders, a late bid, payment, parcel, and the maker's money.

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { bid, goToCheckout, offer, payAtProvider } from './stage/counter.ts';
import { useStage } from './stage/stage.ts';
import { listClip } from './stage/stories.ts';

const SHOTS = process.env.SHOTS;
const stage = useStage();
const HOUR_MS = 3_600_000;
const OUTBID_WITHIN_MS = 1_000;

/** When a text is first seen, in milliseconds. */
const seenAt = async (page: Page, text: string | RegExp) => {
  await page.getByText(text).first().waitFor();
  return performance.now();
};

it('goes from an offer to the money of the maker, with three people at their browsers', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const storyId = await listClip({ maker: ines, moderator: noor }, await stage.readyClip(ines), { title: 'Moon jar' });
  const maker = await stage.open(ines);
  const anna = await stage.open(await stage.join('Anna Berg'));
  const bruno = await stage.open(await stage.join('Bruno Costa'));
  await Promise.all([maker, anna, bruno].map((visitor) => visitor.visit(`/s/${storyId}`)));

  // The first good offer opens the auction, also in the page that Bruno has open.
  await bruno.page.getByRole('button', { name: 'Make an offer' }).waitFor();
  await offer(anna.page, '50');
  await anna.page.getByRole('link', { name: 'Watch the auction' }).click();
  await anna.page.getByText("You're the highest bidder at $50.00.").waitFor();
  await bruno.page.getByRole('button', { name: /^Bid \$51/ }).waitFor();

  const outbid = seenAt(anna.page, 'You were outbid.');
  const confirmed = seenAt(bruno.page, "You're the highest bidder at $55.00.");
  await bid(bruno.page, '55');
  const told = (await outbid) - (await confirmed);
  expect(told).toBeLessThan(OUTBID_WITHIN_MS);

  // Ten minutes before the end: a bid now makes it fifteen.
  await shiftClock(stage.app().database, 24 * HOUR_MS - HOUR_MS / 6);
  await stage.app().settle();
  await anna.page.reload();
  await anna.page.getByText(/^ends in 9:\d\d$/).waitFor();
  await bid(anna.page, '60');
  await anna.page.getByText(/^ends in 1[45]:\d\d$/).waitFor();
  // A maximum costs no more than it takes, and answers the next bid by itself.
  await bid(bruno.page, '70', { maximum: true });
  await bruno.page.getByText("You're the highest bidder at $61.00.").first().waitFor();
  await bid(anna.page, '69', { answer: /^Somebody would go higher, and leads at \$70.00/ });
  if (SHOTS) await anna.page.screenshot({ path: join(SHOTS, 'bid-sheet.png') });
  await anna.page.keyboard.press('Escape');
  await anna.page
    .getByText(/automatic/)
    .first()
    .waitFor();

  await maker.page.getByRole('button', { name: 'Accept $70.00 now' }).click();
  await maker.page.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click();
  await bruno.page.getByRole('link', { name: 'Pay for it' }).click();
  await bruno.page.getByText('Held for you').waitFor();
  await anna.page.getByText('It went to somebody else this time.').waitFor();

  // Declined first: the provider says so, and nothing is charged.
  await goToCheckout(bruno.page);
  bruno.expectProblem(/^402 POST \/sandbox\//);
  await payAtProvider(bruno.page, /4000 0000 0000 0002/);
  await bruno.page.getByRole('alert').filter({ hasText: 'Nothing was charged' }).waitFor();
  await payAtProvider(bruno.page);
  await bruno.page.getByRole('heading', { name: 'Paid, and yours' }).waitFor();
  await bruno.page.getByRole('link', { name: 'See your order' }).click();
  await bruno.page.getByRole('heading', { name: 'Being packed' }).waitFor();

  await maker.visit('/studio/orders');
  await maker.page.getByRole('link', { name: /Moon jar/ }).click();
  await maker.page.getByText('12 Kiln Lane').waitFor();
  await maker.page.getByRole('combobox', { name: 'Carrier' }).fill('CTT');
  await maker.page.getByRole('textbox', { name: 'Tracking number' }).fill('RR482910PT');
  await maker.page.getByRole('button', { name: 'It is sent' }).click();
  await maker.page.getByRole('heading', { name: 'On its way to Bruno' }).waitFor();

  await bruno.page.getByRole('heading', { name: 'On its way to you' }).waitFor();
  await bruno.page.getByText('RR482910PT').first().waitFor();
  await bruno.page.getByRole('button', { name: 'It arrived' }).click();
  await bruno.page.getByRole('button', { name: /^Yes/ }).click();
  await bruno.page.getByRole('heading', { name: 'Yours' }).waitFor();
  await stage.app().settle();

  // 70.00 and 18.00 for the parcel, less the fee of 10% of the piece and 0.30.
  await maker.visit('/studio/balance');
  await maker.page.getByRole('article', { name: 'Sent to your account' }).getByText('$80.70').first().waitFor();
});
