/** What axe-core finds on a page, against WCAG 2.2 AA. */
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** To be given to a context before its first page (`addInitScript`): brings axe into each of its documents. */
export const AXE = { path: fileURLToPath(import.meta.resolve('axe-core/axe.min.js')) };

/** Resolves when what changes colour has changed it. In words, as the DOM's types are not those of this program. */
const COLOURS_ARE_THERE = `Promise.all(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => {})))`;

/** Looks at the page with the eyes of axe, in this theme. @returns rule and element of each violation */
export async function violations(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  const options = { resultTypes: ['violations'], runOnly: { type: 'tag', values: WCAG_2_2_AA } };
  // In the page `axe` is a global; a string, as its types are not those of this program.
  const found: AxeResults = await page.evaluate(
    `${COLOURS_ARE_THERE}.then(() => axe.run(document, ${JSON.stringify(options)}))`,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
}
