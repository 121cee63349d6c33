// A piece in two sizes, one of each, at a fixed price; two buyers want the same one.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goToCheckout, payAtProvider } from './stage/counter.ts';
import { PHONE, useStage } from './stage/stage.ts';
import { listClip } from './stage/stories.ts';

const SHOTS = process.env.SHOTS;
const SOLD_OUT_WITHIN_MS = 1_000;
const stage = useStage();

it('is sold to who is first, and the other sees it within a second', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const storyId = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'Tea bowl' },
    null,
  );
  const maker = await stage.open(ines);
  const anna = await stage.open(await stage.join('Anna Berg'), { locale: 'en-US' });
  const bruno = await stage.open(await stage.join('Bruno Costa'), { ...PHONE, locale: 'en-US' });
  const shoot = async (visitor: typeof maker, name: string) => {
    if (SHOTS) await visitor.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  };

  maker.expectProblem(/^404 GET \/api\/v1\/stories\/:id\/listing$/);
  await maker.visit(`/studio/stories/${storyId}?part=sale`);
  await maker.page.getByText('At a fixed price').click();
  await maker.page.getByRole('button', { name: 'It comes in sizes or colours' }).click();
  await maker.page.getByLabel('It differs in').fill('Size');
  await maker.page.getByLabel('There are').fill('Small, Large');
  await maker.page.getByRole('group', { name: 'Small' }).getByLabel('Price').fill('48');
  await maker.page.getByRole('group', { name: 'Large' }).getByLabel('Price').fill('64');
  await maker.page.getByLabel('Sending costs the buyer').fill('6');
  await maker.page.getByLabel('Add a country').selectOption('PT');
  await maker.page.getByRole('button', { name: 'Another price for other places' }).click();
  await maker.page.getByLabel('Sending costs the buyer').nth(1).fill('18');
  await maker.page.getByLabel('Everywhere else').nth(1).click();
  await maker.page.getByLabel('Each further piece').nth(1).fill('5');
  await maker.page.getByText('Pieces travel together').click();
  await shoot(maker, 'fixed-form');
  await maker.page.getByRole('button', { name: 'Put it up for sale' }).click();
  await maker.page.getByText('It is for sale.').waitFor();

  await Promise.all([anna, bruno].map((visitor) => visitor.visit(`/s/${storyId}`)));
  await anna.page.getByText('$18.00').first().waitFor();
  await shoot(anna, 'fixed-story');
  for (const { page } of [anna, bruno]) {
    await page.getByRole('button', { name: 'Buy, from $48' }).first().click();
    await page.getByText('Small', { exact: true }).click();
    await page.getByText('The last one').waitFor();
  }
  await shoot(bruno, 'fixed-sheet');

  const gone = bruno.page.getByText('Somebody is paying for the last one.').waitFor();
  await anna.page.getByRole('button', { name: 'Buy, $48.00' }).click();
  const reserved = anna.page.getByRole('heading', { name: 'Held for you' }).waitFor();
  await Promise.race([gone, reserved]);
  const since = performance.now();
  await gone;
  expect(performance.now() - since).toBeLessThan(SOLD_OUT_WITHIN_MS);
  await shoot(bruno, 'fixed-sheet-gone');

  await reserved;
  await anna.page.getByLabel('The country it goes to').selectOption('PT');
  await anna.page.getByRole('button', { name: 'Pay $54.00' }).waitFor();
  await shoot(anna, 'fixed-pay');
  await anna.page.getByLabel('The country it goes to').selectOption('US');
  await goToCheckout(anna.page);
  await payAtProvider(anna.page);
  await anna.page.getByRole('heading', { name: 'Paid, and yours' }).waitFor();
  await bruno.page.getByText('Sold out', { exact: true }).first().waitFor();
  await anna.page.getByRole('link', { name: 'See your order' }).click();
  await anna.page.getByText('Tea bowl, Small').waitFor();
  await shoot(anna, 'fixed-order');

  // The other size is still there.
  await bruno.page.getByText('Large', { exact: true }).click();
  await bruno.page.getByRole('button', { name: 'Buy, $64.00' }).click();
  await bruno.page.getByRole('heading', { name: 'Held for you' }).waitFor();
  await bruno.page.getByRole('button', { name: 'No, thank you' }).click();
  await bruno.page.getByRole('button', { name: 'Let it go' }).click();
  await bruno.page.getByText('You let it go').waitFor();

  // It goes into the parcel that waits already: to its address, for what one more piece adds.
  await anna.visit(`/s/${storyId}`);
  await anna.page.getByRole('button', { name: 'Buy, from $48' }).first().click();
  await anna.page.getByText('Large', { exact: true }).click();
  await anna.page.getByRole('button', { name: 'Buy, $64.00' }).click();
  await anna.page.getByText(/^Send it with order \d+$/).waitFor();
  await shoot(anna, 'together-pay');
  await goToCheckout(anna.page);
  await payAtProvider(anna.page);
  await anna.page.getByRole('link', { name: 'See your order' }).click();
  await anna.page.getByText('It travels in one parcel with').waitFor();
  await shoot(anna, 'together-order');
});
