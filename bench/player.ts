// player: the feed in a headless Chromium with a phone's screen, on a line of 9 Mbit/s with 60 ms to the server.
//
// warm_ms: from the finger's lift to the first frame of the next clip as it plays, its beginning fetched ahead; median.
// cold_ms: the same for a clip of which nothing is there, not even its poster: a jump past all that was fetched; median.
// rebuffer_ratio: time in which a watched clip stood still for want of bytes, of all the time watched.
// open_ms: from an empty cache and an address to the first frame of the first clip; no bound, for the record.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { join } from '../e2e/stage/accounts.ts';
import { openInstallation } from '../e2e/stage/installation.ts';
import { listStory } from '../e2e/stage/stories.ts';
import { demoClips, makeDemoClip } from '../scripts/demo/clips.ts';
import { buildWeb } from '../scripts/web-build.mjs';
import { watchFeed } from './player/watch-feed.ts';
import type { Bench } from './run.ts';

/** The address of a site that is filled already, so that repeating takes no filling. */
const SITE = process.env.BENCH_SITE;
const STORIES = 10;
/** Drawing one takes longer than publishing it; stories share them, each under addresses of its own. */
const FILMS = 4;
/** So many clips are worked on at once. */
const LANES = 2;
const SWIPES = 20;

export const bench: Bench = async ({ scale, log }) => {
  const swipes = Math.ceil(SWIPES * scale);
  if (SITE) return await watchFeed(SITE, swipes, log);
  const folder = await mkdtemp(joinPath(tmpdir(), 'bench-player-'));
  const installation = await openInstallation(joinPath(folder, 'data'));
  try {
    buildWeb();
    await installation.start();
    log(`making ${STORIES} stories`);
    const maker = await join(installation, 'Ines Duarte', ['maker']);
    const moderator = await join(installation, 'Noor Haddad', ['moderator']);
    const films = Array.from({ length: FILMS }, (_, at) => joinPath(folder, `${at}.mp4`));
    const drawn = films.map((film, at) => makeDemoClip(at, film));
    const lane = async (from: number) => {
      for (let at = from; at < STORIES; at += LANES) {
        const { title = '', caption, craft } = demoClips[at] ?? {};
        await drawn[at % FILMS];
        await listStory({ maker, moderator }, films[at % FILMS] ?? '', { title, caption, category: craft });
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, from) => lane(from)));
    return await watchFeed(installation.url, swipes, log);
  } finally {
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
