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
  filled = await fill(
    stage.site(),
    TITLES.map((title) => ({ title })),
    stage.readyClip,
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

/** Role and name of what has the focus, as a screen reader tells them. */
const focused = async (page: Page): Promise<string> => {
  const devtools = await page.context().newCDPSession(page);
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'document.activeElement' });
  const { nodes } = await devtools.send('Accessibility.getPartialAXTree', {
    ...(result.objectId && { objectId: result.objectId }),
    fetchRelatives: false,
  });
  await devtools.detach();
  return `${nodes[0]?.role?.value}: ${nodes[0]?.name?.value ?? ''}`;
};

it('the feed is used with the keyboard alone: every stop has a name, and what was opened gives the focus back', async () => {
  const { page, visit } = await stage.open(await stage.join('Kay Board'));
  await visit('/');
  await page.getByLabel('Moon jar', { exact: true }).waitFor();
  await page.getByRole('complementary', { name: 'The story' }).getByRole('heading', { name: 'Moon jar' }).waitFor();

  const stops: string[] = [];
  for (let goesOn = true; goesOn && stops.length < 60; ) {
    await page.keyboard.press('Tab');
    goesOn = !(await page.evaluate('document.activeElement === document.body')); // once round
    if (goesOn) stops.push(await focused(page));
  }
  const settings = page.getByRole('button', { name: 'How it plays' });
  await tabTo(page, settings);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('radio', { name: '1×', exact: true }));
  await page.keyboard.press('ArrowRight');
  const faster = await focused(page);
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await isFocused(settings)).toBe(true));
  const more = page.getByRole('button', { name: 'More' });
  await tabTo(page, more);
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await focused(page)).toBe('menu: More'));
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toBe('menuitem: Open the story');
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await isFocused(more)).toBe(true));
  await page.keyboard.press('j');
  await eventually(async () =>
    expect(await page.getByRole('heading', { name: 'Tea bowl' }).count()).toBeGreaterThan(0),
  );

  expect(stops.filter((stop) => !/^\w+: \S/.test(stop))).toEqual([]);
  for (const stop of [
    'link: Skip to the content',
    'button: Pause',
    'slider: Position in the clip',
    'button: Next clip (J)',
  ])
    expect(stops).toContain(stop);
  expect(faster).toBe('radio: 1.25×');
});
