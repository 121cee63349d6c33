// A phone in headless Chromium, and its line: 9 Mbit/s, 60 ms to the server.
import type { openBrowser } from '../../e2e/stage/browser.ts';

export const LINE = { latency: 60, downloadThroughput: 9e6 / 8, uploadThroughput: 9e6 / 8 };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

export type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>['newPage']>>;

/** @param cpu how many times slower than this machine's processor */
export async function asPhone(page: Page, cpu = 1): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, ...LINE });
  if (cpu > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
}

export const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0;
export const median = (values: readonly number[]): number => percentile(values, 0.5);
