// Something is wrong with a parcel: the buyer shows it, the maker offers half back, the buyer takes it, both see it live.
import { join } from 'node:path';
import { payCheckout } from '@videowindow/sandbox/visitor';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type Account, arrival } from './stage/accounts.ts';
import { PHONE, useStage } from './stage/stage.ts';
import { listClip, offerFor, plainTerms, usd } from './stage/stories.ts';

const SHOTS = process.env.SHOTS;
const stage = useStage();
const byOffer = { ...plainTerms, offerPolicy: { acceptsOffers: true, minimumOffer: usd(30_00) } };

/** A piece for 80.00 and 18.00 for the parcel, paid. @returns the order's id */
const buy = async (maker: Account, buyer: Account, storyId: string): Promise<string> => {
  await offerFor(buyer, storyId, 80_00);
  const [offer] = (await maker.client.call('GET /offers', { query: { as: 'maker' } })).items;
  const params = { id: offer?.id ?? '' };
  const { lockId } = await maker.client.call('POST /offers/:id/accept', {
    params,
    idempotencyKey: crypto.randomUUID(),
  });
  const lock = { id: lockId ?? '' };
  const { url } = await buyer.client.call('POST /locks/:id/checkout', {
    params: lock,
    body: { delivery: 'ship' },
    idempotencyKey: crypto.randomUUID(),
  });
  await payCheckout(url);
  return await arrival(async () => (await buyer.client.call('GET /locks/:id', { params: lock })).orderId);
};

it('is shown with a picture, answered with half, taken, and the money is right', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const anna = await stage.join('Anna Berg');
  const storyId = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'Moon jar' },
    byOffer,
  );
  const orderId = await buy(ines, anna, storyId);
  await ines.client.call('POST /orders/:id/ship', {
    params: { id: orderId },
    body: { carrier: 'CTT', trackingNumber: 'RR1' },
  });
  const picture = join(stage.folder, 'crack.jpg');
  await sharp({ create: { width: 900, height: 600, channels: 3, background: '#b8431f' } })
    .jpeg()
    .toFile(picture);
  const [maker, buyer] = [await stage.open(ines), await stage.open(anna, PHONE)];
  await Promise.all([maker, buyer].map((visitor) => visitor.visit(`/orders/${orderId}`)));
  await maker.page.getByRole('heading', { name: 'Messages with Anna' }).waitFor();

  await buyer.page.getByRole('button', { name: 'Something is wrong' }).click();
  const sheet = buyer.page.getByRole('dialog', { name: 'What is wrong?' });
  await sheet.getByRole('combobox', { name: 'What is it?' }).selectOption({ label: 'It is damaged' });
  await sheet.getByRole('textbox', { name: 'Tell it in your words' }).fill('There is a crack along the rim.');
  await sheet.getByLabel('Add pictures of it').setInputFiles(picture);
  await sheet.getByRole('img', { name: 'crack.jpg' }).waitFor();
  if (SHOTS) await buyer.page.screenshot({ path: join(SHOTS, 'issue-open.png') });
  await sheet.getByRole('button', { name: 'Tell Ines' }).click();
  await buyer.page.getByRole('heading', { name: 'It is damaged' }).waitFor();
  await buyer.page.getByRole('button', { name: 'It arrived' }).waitFor({ state: 'detached' });

  // The maker's page shows it by itself, and the evidence.
  await maker.page.getByText('There is a crack along the rim.').waitFor();
  const evidence = maker.page.getByRole('img', { name: '1 of 1' });
  await evidence.waitFor();
  await expect
    .poll(() => maker.page.evaluate('document.querySelector("img[alt=\'1 of 1\']")?.naturalWidth'))
    .toBeGreaterThan(0);
  await maker.page.getByRole('button', { name: 'Offer an amount' }).click();
  const offer = maker.page.getByRole('dialog', { name: 'Offer an amount' });
  if (SHOTS) await maker.page.screenshot({ path: join(SHOTS, 'issue-offer.png') });
  await offer.getByRole('button', { name: 'Offer $49.00' }).click();

  await buyer.page.getByRole('button', { name: 'Take $49.00' }).click();
  if (SHOTS) await buyer.page.screenshot({ path: join(SHOTS, 'issue-take.png'), fullPage: true });
  await buyer.page.getByRole('alertdialog').getByRole('button', { name: 'Take it' }).click();
  await buyer.page.getByText('Agreed: $49.00 back').waitFor();
  await maker.page.getByText('Agreed: $49.00 back').waitFor();
  if (SHOTS) await maker.page.screenshot({ path: join(SHOTS, 'issue-settled.png'), fullPage: true });

  await buyer.page.getByRole('button', { name: 'It arrived' }).click();
  await buyer.page.getByRole('alertdialog').getByRole('button', { name: /^Yes/ }).click();
  await buyer.page.getByText(/^\$49\.00 of it go back/).waitFor();
  await buyer.page.getByRole('radio', { name: '4 stars' }).check({ force: true });
  await buyer.page.getByRole('textbox', { name: 'What should others know about Ines?' }).fill('Fair, and kind.');
  await buyer.page.getByRole('button', { name: 'Send the review' }).click();
  await buyer.page.getByText(/^Shown when Ines has written too/).waitFor();
  if (SHOTS) await buyer.page.screenshot({ path: join(SHOTS, 'review.png'), fullPage: true });
  const invoice = await buyer.page.getByRole('link', { name: 'Invoice (PDF)' }).getAttribute('href');
  const file = await buyer.page.request.get(invoice ?? '');
  expect([file.status(), file.headers()['content-type']]).toEqual([200, 'application/pdf']);
  await stage.app().settle();
  // 98.00 less the fee of 8.30; half of the payment went back, and half of the fee with it.
  await maker.visit('/studio/balance');
  await maker.page.getByRole('article', { name: 'Sent to your account' }).getByText('$44.85').first().waitFor();
});
