// Two people agree on a price: an offer, the maker's answer to it, the buyer's to that, and a yes.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useStage } from './stage/stage.ts';
import { listClip, plainTerms, usd } from './stage/stories.ts';

const stage = useStage();
const SHOTS = process.env.SHOTS;

it('goes to and fro until both agree, and the piece is held at that price', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const annaAccount = await stage.join('Anna Berg');
  const terms = { ...plainTerms, offerPolicy: { acceptsOffers: true, minimumOffer: usd(30_00) } };
  const storyId = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'Tea bowl' },
    terms,
  );
  await annaAccount.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(50_00) },
    idempotencyKey: crypto.randomUUID(),
  });
  const maker = await stage.open(ines);
  const anna = await stage.open(annaAccount);

  await maker.visit('/studio/offers');
  await maker.page.getByRole('button', { name: 'Name a price' }).click();
  const asked = maker.page.getByLabel('Your price');
  await asked.fill('50');
  await maker.page.getByText('is offered already: name more, or accept it.').waitFor();
  await asked.fill('80');
  if (SHOTS) await maker.page.screenshot({ path: join(SHOTS, 'counter-maker.png') });
  await maker.page.getByRole('button', { name: 'Ask $80' }).click();
  await maker.page.getByText('No offer waits for you').waitFor();

  await anna.visit('/inbox');
  await anna.page.getByRole('link', { name: /The maker would sell for \$80/ }).click();
  await anna.page.getByText('The maker would sell at this price.').waitFor();
  if (SHOTS) await anna.page.screenshot({ path: join(SHOTS, 'counter-buyer.png') });
  await anna.page.getByRole('button', { name: 'Name a price' }).click();
  await anna.page.getByLabel('What you would pay').fill('70');
  await anna.page.getByRole('button', { name: 'Offer $70' }).click();
  await anna.page.getByText('What you would pay, in answer.').waitFor();

  await maker.visit('/inbox');
  await maker.page.getByRole('link', { name: /The buyer would pay \$70/ }).click();
  await maker.page.getByRole('button', { name: 'Accept $70' }).click();
  await maker.page.getByRole('button', { name: 'Accept', exact: true }).click();
  await maker.page.getByText(/Anna has been asked to pay/).waitFor();
  if (SHOTS) await anna.page.screenshot({ path: join(SHOTS, 'counter-after.png'), fullPage: true });
  await anna.visit('/orders?tab=offers');
  await anna.page.getByRole('link', { name: 'Pay for it' }).click();
  await anna.page.getByText('$70').first().waitFor();
  const { items } = await annaAccount.client.call('GET /offers', { query: { as: 'buyer' } });
  expect(items.map(({ from, state, amount }) => [from, state, amount.amount])).toEqual([
    ['buyer', 'accepted', 70_00],
    ['maker', 'countered', 80_00],
    ['buyer', 'countered', 50_00],
  ]);
});
