// player: the feed in a headless Chromium with a phone's screen, on a line of 9 Mbit/s with 60 ms to the server.
//
// warm_ms: from the finger's lift to the first frame of the next clip as it plays, its beginning fetched ahead; median.
// cold_ms: the same for a clip of which nothing is there, not even its poster: a jump past all that was fetched; median.
// rebuffer_ratio: time in which a watched clip stood still for want of bytes, of all the time watched.
// open_ms: from an empty cache and an address to the first frame of the first clip; no bound, for the record.
import { onFilledSite } from './player/site.ts';
import { watchFeed } from './player/watch-feed.ts';
import type { Bench } from './run.ts';

const SWIPES = 20;

export const bench: Bench = ({ scale, log }) =>
  onFilledSite(log, (url) => watchFeed(url, Math.ceil(SWIPES * scale), log));
