// Killed with -9 in the middle of an upload, a transcode, an auction and a checkout, and started again: nothing is lost,
// nothing is doubled, nothing stays behind.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeClip } from '../apps/server/src/content/media/test-clips.ts';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { type Account, arrival, join, linkPayoutAccount } from './stage/accounts.ts';
import { openBrowser } from './stage/browser.ts';
import { goToCheckout, payAtProvider } from './stage/counter.ts';
import { type Installation, openInstallation } from './stage/installation.ts';
import { slowUplink } from './stage/network.ts';
import { openVisitor } from './stage/stage.ts';
import { listStory, offerFor, sendClip, usd } from './stage/stories.ts';

const QUICK_MS = 10_000;
let folder: string;
let house: Installation;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'videowindow killed '));
  house = await openInstallation(joinPath(folder, 'data'), { DEAD_AFTER_S: '5' }); // or the cut transcode waits half a minute
  [browser] = await Promise.all([openBrowser(), house.start()]);
});
afterAll(async () => {
  await browser?.close();
  await house?.killHard();
  await rm(folder, { recursive: true, force: true });
});

/** Noise, which no encoder makes small. */
const largeClip = () =>
  makeClip(folder, 'large.mp4', {
    size: '360x640',
    seconds: 3,
    filter: 'noise=alls=100:allf=t',
    output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '16M'],
  });

/** The offsets from which this page sent bytes of a file. */
const watchOffsets = (page: Page): number[] => {
  const offsets: number[] = [];
  page.on('request', (request) => {
    const offset = request.headers()['upload-offset'];
    if (request.method() === 'PATCH' && offset !== undefined) offsets.push(Number(offset));
  });
  return offsets;
};

/** The auction of a listed story that Anna's offer has opened and Ines has accepted: Anna is asked to pay. */
const sellTo = async (buyer: Account, maker: Account, storyId: string) => {
  const id = await offerFor(buyer, storyId, 50_00);
  const { seq } = await maker.client.call('GET /auctions/:id', { params: { id } });
  await maker.client.call('POST /auctions/:id/accept', {
    params: { id },
    body: { expectedSeq: seq },
    idempotencyKey: crypto.randomUUID(),
  });
  return await arrival(async () => (await buyer.client.call('GET /locks')).items[0]);
};

it('goes on where it was', async () => {
  const ines = await join(house, 'Ines Duarte', ['maker']);
  await linkPayoutAccount(ines);
  const noor = await join(house, 'Noor Haddad', ['moderator']);
  const [anna, bruno] = [await join(house, 'Anna Berg'), await join(house, 'Bruno Costa')];
  const people = { maker: ines, moderator: noor };
  const clip = makeClip(folder, 'clip.mp4', { size: '360x640', seconds: 2 });
  const bowl = await listStory(people, clip, { title: 'Tea bowl' });
  const jar = await listStory(people, clip, { title: 'Moon jar' });
  const lock = await sellTo(anna, ines, bowl);
  const auctionId = await offerFor(anna, jar, 50_00);

  const maker = await openVisitor(browser, house, ines);
  const offsets = watchOffsets(maker.page);
  await maker.visit('/create');
  const release = await slowUplink(maker.page, 250_000); // so slow that it is still under way when the server dies
  await maker.page.getByLabel('Choose a video').setInputFiles(largeClip());
  const sending = maker.page.getByRole('progressbar', { name: 'Sending' });
  await eventually(async () => expect(Number(await sending.getAttribute('aria-valuenow'))).toBeGreaterThan(20), 20_000);
  const buyer = await openVisitor(browser, house, anna);
  await buyer.visit(`/pay/${lock.id}`);
  await goToCheckout(buyer.page);
  const begun = await sendClip(ines, makeClip(folder, 'long.mp4', { size: '720x1280', seconds: 6 }));
  const mediaState = async () => (await ines.client.call('GET /media/:id', { params: { id: begun } })).state;
  await eventually(async () => expect(await mediaState()).toBe('processing'), 20_000);
  const bid = { params: { id: auctionId }, body: { amount: usd(55_00) }, idempotencyKey: crypto.randomUUID() };
  const answer = await bruno.client.call('POST /auctions/:id/bids', bid);

  expect(await mediaState()).toBe('processing');
  await house.killHard();
  await eventually(() => expect(house.family().filter((line) => line.includes('ffmpeg'))).toEqual([]));
  await maker.page.getByText('Waiting for the connection').waitFor();
  const tookMs = await house.start();
  await release();

  expect(tookMs).toBeLessThan(QUICK_MS);
  await maker.page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 90_000 });
  expect(offsets[0]).toBe(0);
  expect(offsets.at(-1)).toBeGreaterThan(500_000);
  await eventually(async () => {
    const { items } = await ines.client.call('GET /media', { query: {} });
    expect(items.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);
  }, 90_000);

  const again = await bruno.client.call('POST /auctions/:id/bids', bid);
  const auction = await anna.client.call('GET /auctions/:id', { params: { id: auctionId } });
  expect(again.seq).toBe(answer.seq);
  expect(auction).toMatchObject({ state: 'live', bidCount: 2, price: usd(55_00), me: { leading: false } });

  await payAtProvider(buyer.page);
  await buyer.page.getByRole('heading', { name: 'Paid, and yours' }).waitFor();
  const orders = await anna.client.call('GET /orders', { query: { as: 'buyer' } });
  expect(orders.items).toMatchObject([{ storyTitle: 'Tea bowl', total: usd(68_00) }]);
  expect((await anna.client.call('GET /locks')).items).toEqual([]);

  await house.stop();
  await eventually(() => expect(house.family()).toEqual([]));
});
