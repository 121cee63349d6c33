// vitals: how the feed opens and answers on a mid phone: 390 x 844, a processor four times slower, 9 Mbit/s, 60 ms.
// Medians of five openings with an empty cache; budgets in brackets.
//
// lcp_ms: largest contentful paint (2,000). cls: cumulative layout shift of the whole visit (0.05).
// inp_ms: the slowest answer to a tap or a key in the visit, from the event to the next paint (150).
// long_task_ms: the longest task of the main thread, for the record.
import { openBrowser } from '../e2e/stage/browser.ts';
import { asPhone, median, type Page, PHONE } from './player/phone.ts';
import { onFilledSite } from './player/site.ts';
import type { Bench } from './run.ts';

const OPENINGS = 5;
const CPU = 4;

/** Runs in the page before everything else. */
const WATCH = `
  globalThis.vitals = { lcp: 0, cls: 0, inp: 0, longest: 0, events: {} };
  const see = (type, each, options) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...options });
  see('largest-contentful-paint', (entry) => { vitals.lcp = entry.startTime; });
  see('layout-shift', (entry) => { if (!entry.hadRecentInput) vitals.cls += entry.value; });
  see('event', (entry) => {
    if (!entry.interactionId) return;
    vitals.inp = Math.max(vitals.inp, entry.duration);
    vitals.events[entry.name] = Math.max(vitals.events[entry.name] ?? 0, entry.duration);
  }, { durationThreshold: 16 });
  see('longtask', (entry) => { vitals.longest = Math.max(vitals.longest, entry.duration); });`;

type Vitals = { lcp: number; cls: number; inp: number; longest: number; events: Record<string, number> };

export const bench: Bench = ({ scale, log }) =>
  onFilledSite(log, async (url) => {
    const browser = await openBrowser();
    const seen: Vitals[] = [];
    try {
      for (let opening = 0; opening < Math.ceil(OPENINGS * scale); opening++) {
        const page = await browser.newPage({ baseURL: url, ...PHONE });
        await page.addInitScript(WATCH);
        await asPhone(page, CPU);
        await page.goto('/');
        await page.locator('video').first().waitFor();
        await page.waitForTimeout(3_000); // what is fetched ahead comes in meanwhile, as for a person who watches
        const settle = () => page.waitForTimeout(700);
        // Found first, tapped then, and nothing asked of the page meanwhile: the search for an element runs in the page, on
        // the processor that its answer needs.
        const tap = async (what: ReturnType<Page['locator']>) => {
          const box = await what.boundingBox();
          if (!box) throw new Error(`${what} is not to be seen`);
          await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
          await settle();
        };
        // Taps and keys as in a visit: pause, play, sound, the sheet of settings, the next clip.
        for (const at of [0, 1]) {
          await page.touchscreen.tap(180, 300 + at);
          await settle();
        }
        await page.keyboard.press('m');
        await settle();
        const here = page.locator(':not([inert] *)');
        await tap(page.getByRole('button', { name: 'How it plays' }).and(here));
        await tap(page.getByRole('dialog').getByText('1.25×'));
        await page.keyboard.press('Escape');
        await settle();
        for (const key of ['j', 'j', 'k']) {
          await page.keyboard.press(key);
          await settle();
        }
        seen.push(await page.evaluate<Vitals>('vitals'));
        log(JSON.stringify(seen.at(-1)));
        await page.context().close();
      }
    } finally {
      await browser.close();
    }
    return {
      openings: seen.length,
      lcp_ms: median(seen.map(({ lcp }) => lcp)),
      inp_ms: median(seen.map(({ inp }) => inp)),
      cls: median(seen.map(({ cls }) => cls)),
      long_task_ms: median(seen.map(({ longest }) => longest)),
    };
  });
