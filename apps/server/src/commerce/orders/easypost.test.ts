import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { CarrierNews } from '@videowindow/contract/api/commerce';
import { type ServedSandbox, serve } from '@videowindow/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEasyPost, type LabelShop } from './easypost.ts';
import { isFromEasyPost, trackerNews } from './tracking.ts';

let dir: string;
let sandbox: ServedSandbox;
let shop: LabelShop;
let receiver: Server;
const SECRET = 'a-secret-of-easypost';
/** What was told, as this server reads it; the first telling is not answered. */
const heard: (CarrierNews | null)[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'easypost-'));
  receiver = createServer(async (request, response) => {
    const body = await buffer(request);
    expect(isFromEasyPost(body, request.headers['x-hmac-signature'], [SECRET])).toBe(true);
    heard.push(trackerNews(body));
    response.writeHead(heard.length === 1 ? 500 : 200).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo; // a server on a TCP port has one
  const parcels = () => ({ url: `http://127.0.0.1:${port}/`, secret: SECRET });
  sandbox = await serve({ dir, port: 0, log: { info: () => {}, warn: () => {} }, parcels });
  shop = createEasyPost({ apiKey: 'EZTKtest', baseUrl: () => `${sandbox.url}/easypost` });
});
afterAll(async () => {
  await sandbox.close();
  receiver.close();
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

test('the parcel of a label that was bought is told of on its way and when it is there, until it is heard', async () => {
  const { providerId, rates } = await quote();
  const bought = await shop.buy(providerId, rates[0]?.id ?? '');
  const days = async (count: number) => {
    const body = JSON.stringify({ offsetMs: count * 86_400_000 });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${sandbox.url}/control/clock`, { method: 'PUT', headers, body });
  };
  const told = () => heard.filter((news) => news?.trackingNumber === bought.trackingNumber);

  await days(0);
  expect(told()).toEqual([]);
  await days(1);
  await days(1);
  await days(9);

  expect(told().at(0)).toMatchObject({ status: 'in_transit' });
  expect(told().at(-1)).toMatchObject({ status: 'delivered', place: 'Portland, US' });
  expect(new Set(told().map((news) => news?.id)).size).toBe(2);
  // What was not answered came again, as the same news.
  expect(heard.length).toBeGreaterThan(new Set(heard.map((news) => news?.id)).size);
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
