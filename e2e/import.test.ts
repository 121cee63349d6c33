// A video that lies elsewhere on the web, fetched by the server where the operator allows it.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useStage } from './stage/stage.ts';

const stage = useStage({ MEDIA_IMPORT: 'true', MEDIA_IMPORT_FROM: '127.0.0.2/32' });
let server: Server;
let link = '';

beforeAll(async () => {
  const clip = readFileSync(stage.clip('jar.mp4', 2));
  server = createServer((_request, response) => response.end(clip));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  link = `http://127.0.0.2:${(server.address() as AddressInfo).port}/jar.mp4`; // a TCP server's address
});
afterAll(() => server.close());

it('a maker begins a story with a link, by the keyboard; an address inside is refused in words', async () => {
  const maker = await stage.open(await stage.joinAsMaker('Ines Duarte'));
  const { page } = maker;
  maker.expectProblem(/422 POST .*import/);
  await maker.visit('/create');
  const field = page.getByLabel('Or fetch it from a link');

  await field.fill('http://169.254.169.254/latest/meta-data/');
  await field.press('Enter');
  await page.getByText('We do not fetch from this address.').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await field.fill(link);
  await field.press('Enter');
  await page.waitForURL(/\/studio\/stories\//);

  await page.locator('video').first().waitFor({ timeout: 60_000 });
});
