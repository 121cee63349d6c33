/** A browser whose tabs hide each other, as people's do: in Playwright's own contexts every page counts as seen. */
import { chromium, type Page } from 'playwright-core';
import { freePort } from '../../apps/server/src/testing/ports.ts';
import { openBrowser, watch } from './browser.ts';

export type Tab = {
  page: Page;
  /** Another tab comes to the front. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** What went wrong in the page. */
  problems: readonly string[];
  close(): Promise<void>;
};

export async function openTab(): Promise<Tab> {
  const port = await freePort();
  const owner = await openBrowser([`--remote-debugging-port=${port}`]);
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const context = browser.contexts()[0] ?? (await browser.newContext());
  context.setDefaultTimeout(15_000);
  const other = await context.newPage();
  const page = await context.newPage();
  const problems: string[] = [];
  watch(page, problems);
  return {
    page,
    hide: () => other.bringToFront(),
    show: () => page.bringToFront(),
    problems,
    async close() {
      await browser.close();
      await owner.close();
    },
  };
}
