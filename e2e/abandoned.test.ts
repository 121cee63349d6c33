// The winner opens the checkout and leaves: the piece goes to the next bidder, once the provider has closed the checkout.
import { expect, it } from 'vitest';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { goToCheckout, payAtProvider } from './stage/counter.ts';
import { useStage } from './stage/stage.ts';
import { bidOn, listClip, offerFor } from './stage/stories.ts';

/** The jobs that fail while the provider is silent say so, and should. */
const stage = useStage({ LOG_LEVEL: 'fatal' });
const HOUR_MS = 3_600_000;

/** Whether the provider answers our calls. */
const setProvider = async (answers: boolean) => {
  const silence = { path: '/v1/checkout/sessions*', times: 'always', when: 'before', answer: 503 };
  const each = { ...silence, path: '/v1/checkout/sessions/*' };
  const expire = { ...silence, path: '/v1/checkout/sessions/*/expire' };
  const response = await fetch(`${stage.site().url}/sandbox/control/calls/stripe`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answers ? [] : [silence, each, expire]),
  });
  expect(response.status).toBe(204);
};

it('gives the piece to the second bidder when the winner lets the time to pay pass', async () => {
  const app = stage.app();
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const [annaAccount, brunoAccount] = [await stage.join('Anna Berg'), await stage.join('Bruno Costa')];
  const storyId = await listClip({ maker: ines, moderator: noor }, await stage.readyClip(ines), { title: 'Tea bowl' });
  const auctionId = await offerFor(annaAccount, storyId, 50_00);
  await bidOn(brunoAccount, auctionId, 60_00);
  const maker = await stage.open(ines);
  const anna = await stage.open(annaAccount);
  const bruno = await stage.open(brunoAccount);

  await shiftClock(app.database, 25 * HOUR_MS);
  await app.settle();
  await bruno.visit('/inbox');
  await bruno.page.getByRole('link', { name: /You won/ }).click();
  await goToCheckout(bruno.page);
  const checkout = bruno.page.url();
  await bruno.page.getByRole('link', { name: 'Cancel and go back' }).click();
  await bruno.page.getByText('You came back without paying.').waitFor();
  const payPage = new URL(bruno.page.url()).pathname.replace(/\/back$/, '');
  await goToCheckout(bruno.page);
  expect(bruno.page.url()).toBe(checkout);

  // The time passes while the provider can't be asked: the piece is not free before it has answered.
  await setProvider(false);
  await shiftClock(app.database, 49 * HOUR_MS);
  await bruno.visit(payPage);
  await bruno.page.getByRole('heading', { name: 'The time to pay has ended' }).waitFor();
  const lockState = async () => {
    const params = { id: payPage.split('/').at(-1) ?? '' };
    return (await brunoAccount.client.call('GET /locks/:id', { params })).state;
  };
  await eventually(async () => expect(await lockState()).toBe('releasing'));
  /** What failed waits longer from try to try, by the database's own clock: here its moment has come. */
  const tryAgain = async () => {
    await app.database.pool.query(
      'select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where attempts > 0), now())',
    );
    return await lockState();
  };
  await maker.visit(`/s/${storyId}`);
  await maker.page.getByText('Won by Bidder 2').waitFor();
  await setProvider(true);
  // Not every moment: calls that failed in a row keep the line to the provider closed for some seconds.
  await expect.poll(tryAgain, { interval: 1000, timeout: 60_000 }).toBe('released');
  await bruno.page.getByRole('heading', { name: 'The time to pay is over' }).waitFor();

  await maker.page.getByRole('button', { name: 'Ask Bidder 1' }).click();
  await anna.visit('/inbox');
  await anna.page.getByRole('link', { name: /A second chance/ }).click();
  await anna.page.getByText('Whoever won did not pay').waitFor();
  await goToCheckout(anna.page);
  await payAtProvider(anna.page);
  await anna.page.getByRole('heading', { name: 'Paid, and yours' }).waitFor();

  bruno.expectProblem(/^410 GET \/sandbox\//);
  await bruno.page.goto(checkout);
  await bruno.page.getByRole('heading', { name: 'This checkout has expired' }).waitFor();
  const stranger = await stage.open(null);
  await stranger.visit(`/s/${storyId}`);
  await stranger.page.getByText('Sold to Bidder 1').waitFor();
  await anna.page.getByRole('link', { name: 'See your order' }).click();
  await anna.page.getByRole('heading', { name: 'Being packed' }).waitFor();
});
