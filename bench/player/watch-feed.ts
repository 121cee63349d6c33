// Somebody with a phone in the feed: swipes, jumps, and what they see when.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@videowindow/client';
import { openBrowser } from '../../e2e/stage/browser.ts';
import type { Metrics } from '../run.ts';
import { asPhone, LINE, median, type Page, PHONE, percentile } from './phone.ts';

const WATCH_MS = 3_000;
/** Between two moves of the finger. */
const FINGER_MS = 16;
/** Fetched ahead are the neighbours; this many places on nothing has been asked for, on a page that has seen none of it. */
const JUMP = 3;
const EYES = readFileSync(join(import.meta.dirname, 'eyes.js'), 'utf8');

type Sight = { ms: number; title: string };
type Seen = { stalled: number; watched: number; quickest: number };

/** Watches a site's feed. @param swipes how many of each kind; the feed is opened anew when it has been seen through */
export async function watchFeed(url: string, swipes: number, log: (line: string) => void): Promise<Metrics> {
  const titles = await titlesOf(url);
  const jumps = titles.map((_, place) => place).filter((place) => place > 0 && place % JUMP === 0);
  const browser = await openBrowser();
  const [opened, warm, cold]: [number[], number[], number[]] = [[], [], []];
  let stalledMs = 0;
  let watchedMs = 0;
  const onFeed = async (watch: (page: Page) => Promise<void>) => {
    const page = await browser.newPage({ baseURL: url, ...PHONE });
    await asPhone(page);
    await page.addInitScript(EYES);
    const first = page.evaluate.bind(page);
    await page.goto('/', { waitUntil: 'commit' });
    opened.push((await first<Sight>(`eyes.open(${JSON.stringify(titles[0])})`)).ms);
    await watch(page);
    const { stalled, watched, quickest } = await first<Seen>('eyes.seen()');
    if (quickest < LINE.latency) throw new Error(`a clip came within ${quickest} ms: the line is not slowed down`);
    stalledMs += stalled;
    watchedMs += watched;
    await page.context().close();
  };
  try {
    while (warm.length < swipes) {
      await onFeed(async (page) => {
        for (let [title = ''] = titles; title !== titles.at(-1) && warm.length < swipes; ) {
          await page.waitForTimeout(WATCH_MS);
          const sight = await swipeFrom(page, title);
          if (sight === null) continue; // it slid back: the finger was too slow on a busy machine
          warm.push(sight.ms);
          title = sight.title;
        }
      });
      log(`warm ${warm.map(Math.round).join(' ')}`);
    }
    while (cold.length < swipes) {
      await onFeed(async (page) => {
        for (const place of jumps.slice(0, swipes - cold.length)) {
          await page.waitForTimeout(WATCH_MS / 2);
          cold.push((await page.evaluate<Sight>(`eyes.jump(${place}, ${JSON.stringify(titles[place])})`)).ms);
        }
      });
      log(`cold ${cold.map(Math.round).join(' ')}`);
    }
  } finally {
    await browser.close();
  }
  return {
    swipes,
    warm_ms: median(warm),
    cold_ms: median(cold),
    rebuffer_ratio: stalledMs / watchedMs,
    open_ms: median(opened),
    warm_p90_ms: percentile(warm, 0.9),
    cold_p90_ms: percentile(cold, 0.9),
  };
}

/** The feed's clips in its order. */
async function titlesOf(url: string): Promise<string[]> {
  const client = createClient({ baseUrl: url });
  const { items } = await client.call('GET /feed/:name', { params: { name: 'for-you' }, query: { limit: 50 } });
  return items.map(({ story }) => story.title);
}

/** A short quick swipe; the browser carries it on to the next clip. */
async function swipeFrom(page: Page, title: string): Promise<Sight | null> {
  const seen = page.evaluate<Sight | null>(`eyes.swipedFrom(${JSON.stringify(title)})`);
  const finger = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 180, y }] });
  const sent = [touch('touchStart', 600)];
  // Not one after the other's answer: a finger doesn't wait, and one that crawls is no swipe.
  for (let y = 576; y >= 360; y -= 24) {
    await page.waitForTimeout(FINGER_MS);
    sent.push(touch('touchMove', y));
  }
  await Promise.all([...sent, touch('touchEnd')]);
  await finger.detach();
  return await seen;
}
