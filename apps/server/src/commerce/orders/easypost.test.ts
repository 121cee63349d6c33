import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServedSandbox, serve } from '@videowindow/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEasyPost, type LabelShop } from './easypost.ts';

let dir: string;
let sandbox: ServedSandbox;
let shop: LabelShop;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'easypost-'));
  sandbox = await serve({ dir, port: 0, log: { info: () => {}, warn: () => {} } });
  shop = createEasyPost({ apiKey: 'EZTKtest', baseUrl: () => `${sandbox.url}/easypost` });
});
afterAll(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true });
});

const home = (name: string, country = 'US') => ({
  name,
  line1: '1 Main St',
  line2: null,
  city: 'Portland',
  region: 'OR',
  postalCode: '97201',
  country,
});
const parcel = { grams: 900, lengthMm: 300, widthMm: 250, heightMm: 200 };
const quote = (more: object = {}) =>
  shop.quote({ from: home('Ana'), to: home('Mo'), parcel, reference: 'label-1', ...more });
const faults = (order: object[]) =>
  fetch(`${sandbox.url}/control/calls/easypost`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });

test('carriers name prices, one sells a label, and a lost answer buys none twice', async () => {
  const { providerId, rates } = await quote();
  expect(rates.map(({ carrier }) => carrier).sort()).toEqual(['FedEx', 'UPS', 'USPS']);
  const [rate] = rates;
  await faults([{ path: '/v2/shipments/*/buy', times: 1, when: 'after', answer: 'reset' }]);

  const bought = await shop.buy(providerId, rate?.id ?? '');

  expect(bought).toMatchObject({ carrier: rate?.carrier, price: rate?.price });
  expect(bought.pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const again = await shop.buy(providerId, rate?.id ?? '');
  expect(again.trackingNumber).toBe(bought.trackingNumber);
});

test('what is refused is told with its reason, and what nobody carries has no price', async () => {
  await expect(quote({ to: home('Mo', 'Nowhere') })).rejects.toMatchObject({ code: 'ADDRESS.VERIFY.FAILURE' });
  await expect(shop.buy((await quote()).providerId, 'rate_of_another')).rejects.toMatchObject({
    code: 'SHIPMENT.POSTAGE.FAILURE',
  });
  expect((await quote({ parcel: { ...parcel, grams: 69_000 } })).rates).toEqual([]);
  const stranger = createEasyPost({ apiKey: 'nobody', baseUrl: () => `${sandbox.url}/easypost` });
  await expect(
    stranger.quote({ from: home('Ana'), to: home('Mo'), parcel, reference: 'label-2' }),
  ).rejects.toMatchObject({ code: 'APIKEY.INVALID' });
});
