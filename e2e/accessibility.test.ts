// Everybody can use every page: axe finds nothing, the keyboard is enough, nothing fails behind the scenes.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { type Filled, fill } from './stage/filled.ts';
import { isFocused, tabTo } from './stage/focus.ts';
import { tourOf } from './stage/pages.ts';
import { DESK, PHONE, useStage, type Visitor } from './stage/stage.ts';

const stage = useStage();
const TITLES = ['Moon jar', 'Tea bowl', 'Oak stool', 'Linen throw', 'Glass float'];
const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
let filled: Filled;

beforeAll(async () => {
  const file = stage.clip('clip.mp4', 1);
  filled = await fill(
    stage.site(),
    TITLES.map((title) => ({ title, file })),
  );
});

/** Resolves when what changes colour has changed it. In words, as the DOM's types are not those of this program. */
const COLOURS_ARE_THERE = `Promise.all(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => {})))`;

/** What axe finds on a page: rule and element of each. */
const violations = async (page: Page, rules: readonly string[] | 'all'): Promise<string[]> => {
  await page.evaluate(axe.source);
  const options = {
    resultTypes: ['violations'],
    runOnly: rules === 'all' ? { type: 'tag', values: WCAG_2_2_AA } : { type: 'rule', values: rules },
  };
  // In the page `axe` is a global; a string, as its types are not those of this program.
  const found: axe.AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
};

describe.each([
  { device: 'a phone', options: PHONE },
  { device: 'a desk', options: DESK },
])('on $device', ({ options }) => {
  it('no page breaks a rule of WCAG 2.2 AA, in light and in dark', async () => {
    const visitors = new Map<string, Visitor>();
    const found: string[] = [];
    for (const stop of tourOf(filled, TITLES)) {
      const name = stop.who?.name ?? 'a stranger';
      const visitor = visitors.get(name) ?? (await stage.open(stop.who, { ...options, reducedMotion: 'reduce' }));
      visitors.set(name, visitor);
      if (stop.expects) visitor.expectProblem(stop.expects);
      const { page } = visitor;
      await page.emulateMedia({ colorScheme: 'light' });
      await visitor.visit(stop.path);
      await stop.act?.(page);
      await stop.shows(page).waitFor();
      const note = (theme: string) => (violation: string) => `${stop.name} ${theme}: ${violation}`;
      found.push(...(await violations(page, 'all')).map(note('light')));
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.evaluate(COLOURS_ARE_THERE);
      found.push(...(await violations(page, ['color-contrast'])).map(note('dark')));
    }

    expect(found).toEqual([]);
  });
});

it('an offer is made with the keyboard alone', async () => {
  const { page, visit } = await stage.open(await stage.join('Karl Kay'));
  await visit(`/s/${filled.stories.open}`);

  const makeOffer = page.getByRole('button', { name: 'Make an offer' });
  await makeOffer.waitFor();
  await tabTo(page, makeOffer);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('radio', { checked: true }));
  await page.keyboard.press('ArrowDown');
  const amount = page.getByRole('textbox', { name: 'Your own amount' });
  await tabTo(page, amount);
  await page.keyboard.type('41');
  await tabTo(page, page.getByRole('button', { name: 'Offer $41.00' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your offer is on its way' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await eventually(async () => expect(await isFocused(makeOffer)).toBe(true));
});
