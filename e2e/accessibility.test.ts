// Everybody can use every page: axe finds nothing, the keyboard is enough, nothing fails behind the scenes.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { type Filled, fill } from './stage/filled.ts';
import { isFocused, tabTo } from './stage/focus.ts';
import { type Stop, tourOf } from './stage/pages.ts';
import { AXE, violations } from './stage/rules.ts';
import { DESK, PHONE, useStage, type Visitor } from './stage/stage.ts';

const SHOTS = process.env.SHOTS;
const stage = useStage();
const TITLES = ['Moon jar', 'Tea bowl', 'Oak stool', 'Linen throw', 'Glass float'];
/** Who goes round the pages that are theirs. */
const WALKERS = ['a stranger', 'Anna Berg', 'Ines Duarte', 'Noor Haddad', 'Ada Keeper'];
type Theme = 'light' | 'dark';
let filled: Filled;

beforeAll(async () => {
  filled = await fill(
    stage.site(),
    TITLES.map((title) => ({ title })),
    stage.readyClip,
  );
});

const look = async ({ page, visit }: Visitor, stop: Stop, themes: readonly Theme[]): Promise<string[]> => {
  const check = async (place: string, theme: Theme = 'light') => {
    const found = await violations(page, theme);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${stop.name}-${place}-${theme}.png`) });
    return found.map((what) => `${stop.name} on a ${place}, ${theme}: ${what}`);
  };
  const come = async () => {
    await visit(stop.path);
    await stop.act?.(page);
    await stop.shows(page).waitFor();
  };
  await page.setViewportSize(PHONE.viewport);
  await come();
  const narrow = await check('phone', themes[0]);
  // The same page, as it is when a window is made wide; what was opened on it may close then.
  await page.setViewportSize(DESK.viewport);
  if (stop.act) await come();
  await stop.shows(page).waitFor();
  return [...narrow, ...(await check('desk', themes[1]))];
};

it.each(WALKERS)('no page that %s sees breaks a rule of WCAG 2.2 AA, on a phone and on a desk', async (walker) => {
  const tour = Map.groupBy(tourOf(filled, TITLES), ({ who }) => who?.name ?? 'a stranger');
  const own = tour.get(walker) ?? [];
  const visitor = await stage.open(own[0]?.who ?? null, { ...PHONE, deviceScaleFactor: 1, reducedMotion: 'reduce' });
  await visitor.context.addInitScript(AXE);
  const found: string[] = [];
  for (const [n, stop] of own.entries()) {
    if (stop.expects) visitor.expectProblem(stop.expects);
    // By turns, so that what stands on every page is seen in each theme at each width.
    found.push(...(await look(visitor, stop, n % 2 === 0 ? ['light', 'dark'] : ['dark', 'light'])));
  }

  expect(found).toEqual([]);
  expect([...tour.keys()].sort()).toEqual([...WALKERS].sort());
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
