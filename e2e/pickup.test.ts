// An offer is accepted and the piece is fetched: six digits that the buyer shows count as the delivery.
import { it } from 'vitest';
import { goToCheckout, offer, payAtProvider } from './stage/counter.ts';
import { useStage } from './stage/stage.ts';
import { listClip, plainTerms, usd } from './stage/stories.ts';

const stage = useStage();
const terms = {
  askingPrice: usd(90_00),
  offerPolicy: { acceptsOffers: true, minimumOffer: usd(30_00) },
  shipping: { ...plainTerms.shipping, pickup: true, pickupPlace: 'Alfama, Lisbon' },
};

it('is sold by an accepted offer and handed over against the code', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const storyId = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'Oak stool' },
    terms,
  );
  const maker = await stage.open(ines);
  const anna = await stage.open(await stage.join('Anna Berg'));

  await anna.visit(`/s/${storyId}`);
  await anna.page.getByText('Pickup in Alfama, Lisbon').waitFor();
  await offer(anna.page, '75.50');
  await anna.page.getByRole('heading', { name: 'Your offer is on its way' }).waitFor();
  await maker.visit('/studio/offers');
  await maker.page.getByRole('button', { name: 'Accept $75.50' }).click();
  await maker.page.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click();
  await maker.page.getByText('Accepted. Anna has been asked to pay.').waitFor();

  await anna.visit('/orders');
  await anna.page.getByRole('link', { name: 'Pay for it' }).click();
  await anna.page.getByText('Fetch it yourself').click();
  await goToCheckout(anna.page);
  await payAtProvider(anna.page);
  await anna.page.getByRole('link', { name: 'See your order' }).click();
  await anna.page.getByRole('heading', { name: 'Ready to be fetched' }).waitFor();
  const spoken = await anna.page.getByText(/^\d( \d){5}$/).textContent();
  const code = spoken?.replaceAll(' ', '') ?? '';

  await maker.visit('/studio/orders');
  await maker.page.getByRole('link', { name: /Oak stool/ }).click();
  const digits = maker.page.getByRole('textbox', { name: "Anna's code" });
  maker.expectProblem(/^4\d\d POST \/api\/v1\/orders\/:id\/handover$/);
  await digits.fill(code === '000000' ? '111111' : '000000');
  await maker.page.getByRole('button', { name: 'Hand it over' }).click();
  await maker.page.getByText("This is not Anna's code.").waitFor();
  // The picture beside the digits leads a phone's camera here.
  await anna.page.getByRole('img', { name: "The same code as a picture, for Ines's camera" }).waitFor();
  await maker.visit(`${new URL(maker.page.url()).pathname}#code=${code}`);
  await maker.page.reload();
  await maker.page.getByRole('button', { name: 'Hand it over' }).click();
  await maker.page.getByRole('heading', { name: 'Delivered' }).waitFor();

  await anna.page.getByRole('heading', { name: 'It has arrived' }).waitFor();
  await anna.page.getByRole('button', { name: 'All is well' }).click();
  await anna.page.getByRole('alertdialog').getByRole('button', { name: /^Yes/ }).click();
  await anna.page.getByRole('heading', { name: 'Yours' }).waitFor();
  await stage.app().settle();
  // 75.50 less the fee of 10% and 0.30.
  await maker.visit('/studio/balance');
  await maker.page.getByRole('article', { name: 'Sent to your account' }).getByText('$67.65').first().waitFor();
});
