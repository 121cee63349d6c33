// An auction with a reserve and a price for having it at once: watched, bid on, bought while bidding goes on; and a bid
// that is taken back. One visitor's clock is an hour wrong.

import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { expect, it } from 'vitest';
import { bid, goToCheckout, offer, payAtProvider } from './stage/counter.ts';
import { DESK, PHONE, useStage } from './stage/stage.ts';
import { listClip, plainTerms, usd } from './stage/stories.ts';

const SHOTS = process.env.SHOTS;
const stage = useStage();

/** A device whose clock runs an hour ahead of everybody else's. */
const setWrongClock = (context: BrowserContext) =>
  context.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + 3_600_000;
  });

it('has a reserve, a list of what one watches, a way back and a price for having it at once', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const offerPolicy = { ...plainTerms.offerPolicy, reserve: usd(80_00), buyNow: usd(120_00) };
  const storyId = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'Moon jar' },
    { ...plainTerms, offerPolicy },
  );
  const annaAccount = await stage.join('Anna Berg');
  const anna = await stage.open(annaAccount);
  const bruno = await stage.open(await stage.join('Bruno Costa'), PHONE);
  const maker = await stage.open(ines);
  await setWrongClock(bruno.context);
  await anna.visit(`/s/${storyId}`);
  await offer(anna.page, '50');
  await anna.page.getByRole('link', { name: 'Watch the auction' }).click();
  await anna.page.getByText('Reserve not met yet').first().waitFor();

  // The end is told by the server's clock, whatever the device's says.
  await bruno.visit(`/s/${storyId}`);
  await bruno.page
    .getByText(/^ends in 23:5\d:\d\d$/)
    .first()
    .waitFor();

  await bruno.page.getByRole('button', { name: /^Watch it/ }).click();
  await bruno.page.getByRole('button', { name: /^Watching it · on 1 list/ }).waitFor();
  await bruno.visit('/orders?tab=watching');
  await bruno.page.getByRole('link', { name: /Moon jar.*1 bid/s }).waitFor();
  await bruno.page.getByText(/^ends in 23:5\d:\d\d$/).waitFor();
  if (SHOTS) await bruno.page.screenshot({ path: join(SHOTS, 'watchlist-phone.png'), fullPage: true });

  // A maximum that covers the reserve pays the reserve; taken back, it is not met again.
  await bruno.visit(`/s/${storyId}`);
  await bid(bruno.page, '90', { maximum: true });
  await bruno.page.getByText('Reserve met').first().waitFor();
  await bruno.page.getByText("You're the highest bidder at $80.00.").first().waitFor();
  if (SHOTS) await bruno.page.screenshot({ path: join(SHOTS, 'auction-phone.png'), fullPage: true });
  await bruno.page.getByRole('button', { name: 'Take a bid back' }).click();
  const sheet = bruno.page.getByRole('dialog', { name: 'Take a bid back' });
  await sheet.getByLabel('Why?').selectOption({ label: 'I wrote a wrong amount' });
  if (SHOTS) await bruno.page.screenshot({ path: join(SHOTS, 'retract-phone.png') });
  await sheet.getByRole('button', { name: 'Take it back' }).click();
  await anna.page.getByText('Reserve not met yet').first().waitFor();
  await anna.page.getByText("You're the highest bidder at $50.00.").first().waitFor();
  await anna.page.getByText('Bidder 2 took a bid back: a wrong amount').first().waitFor();
  if (SHOTS) await anna.page.screenshot({ path: join(SHOTS, 'auction-desk.png') });
  await maker.visit(`/s/${storyId}`);
  await maker.page.getByText(/^Your reserve is \$80\.00; nobody else sees it\./).waitFor();
  if (SHOTS) await maker.page.screenshot({ path: join(SHOTS, 'auction-maker.png') });

  await anna.page.getByRole('link', { name: 'Every bid' }).click();
  await anna.page.getByText('The auction opened').waitFor();
  if (SHOTS) await anna.page.screenshot({ path: join(SHOTS, 'auction-log.png'), fullPage: true });

  // Bruno has it at once; the auction ends for everybody when he has paid.
  await bruno.page.getByRole('button', { name: /^Buy now for \$120/ }).click();
  if (SHOTS) await bruno.page.screenshot({ path: join(SHOTS, 'buy-now-phone.png') });
  await bruno.page.getByRole('button', { name: 'Buy it now', exact: true }).click();
  await bruno.page.getByRole('heading', { name: 'Pay to have it' }).waitFor();
  if (SHOTS) await bruno.page.screenshot({ path: join(SHOTS, 'buy-now-pay-phone.png'), fullPage: true });
  await goToCheckout(bruno.page);
  await payAtProvider(bruno.page);
  await bruno.page
    .getByText(/Thank you|It is paid|is yours/)
    .first()
    .waitFor();
  await anna.visit(`/s/${storyId}`);
  await anna.page.getByText('Sold to Bidder 2').first().waitFor();
  const { items } = await annaAccount.client.call('GET /watchlist', {});
  expect(items.map(({ auction, leading }) => [auction.state, auction.price.amount, leading])).toEqual([
    ['sold', 120_00, false],
  ]);
});

if (SHOTS) {
  it('looks right in the dark, and where something counts against one', async () => {
    const anna = await stage.open(await stage.join('Anna Dark'), { ...DESK, colorScheme: 'dark' });
    await anna.visit('/strikes');
    await anna.page.getByText('All is well').waitFor();
    await anna.page.screenshot({ path: join(SHOTS, 'strikes-dark.png') });
  });
}
