// Runs in the page: sees when which clip shows a picture as it plays, and how long a watched one stands still.
const STAND_STILL_FROM_S = 0.01;
const PATIENCE_MS = 15_000;
/** A swipe that has brought no clip by then slid back. */
const SWIPE_MS = 3_000;
let liftedAt = 0;
addEventListener('touchend', () => (liftedAt = performance.now()), { capture: true, passive: true });

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
/** @param part how much of it has to be there */
const isInView = (video, part) => {
  const { top, height } = video.getBoundingClientRect();
  return Math.abs(top) < height * (1 - part);
};
const source = (video) => video.currentSrc;

/**
 * Resolves with the time from `since` (null: from the next lift of a finger) to a clip's first playing frame.
 * @param is which clip by its title
 */
async function firstFrame(is, since, patienceMs = PATIENCE_MS) {
  const askedAt = performance.now();
  while (performance.now() - askedAt < patienceMs) {
    const video = [...document.querySelectorAll('video')].find((one) => is(one.ariaLabel) && isInView(one, 0));
    const lifted = since ?? (liftedAt > askedAt ? liftedAt : null);
    if (video && lifted !== null && !video.paused) {
      const shownAt = await new Promise((resolve) => {
        const look = (_, { expectedDisplayTime }) => resolve(expectedDisplayTime);
        const id = video.requestVideoFrameCallback(look);
        // The element may have been given to another clip meanwhile; then it is looked for again.
        setTimeout(() => {
          video.cancelVideoFrameCallback(id);
          resolve(null);
        }, patienceMs);
      });
      if (shownAt !== null && is(video.ariaLabel) && source(video))
        return { ms: shownAt - lifted, title: video.ariaLabel };
    }
    await frame();
  }
  const there = [...document.querySelectorAll('video')].map((one) => [one.ariaLabel, one.paused, one.readyState]);
  throw new Error(`no frame came; there are ${JSON.stringify(there)}`);
}

/** Goes to a place of the feed at once, and waits for its clip. */
function jump(place, title) {
  const stage = document.querySelector('video').closest('.snap-y');
  const since = performance.now();
  stage.scrollTo({ top: place * stage.clientHeight, behavior: 'instant' });
  return firstFrame((one) => one === title, since);
}

// Stalls: a clip that is being played and has begun, and whose time does not go on.
let watched = 0;
let stalled = 0;
let last = null;
setInterval(() => {
  const now = performance.now();
  const video = [...document.querySelectorAll('video')].find((one) => !one.paused && isInView(one, 0.5) && source(one));
  if (video && last?.video === video && last.source === source(video) && last.begun) {
    watched += now - last.at;
    if (Math.abs(video.currentTime - last.time) < STAND_STILL_FROM_S) stalled += now - last.at;
  }
  const goesOn = last?.video === video && last.source === (video && source(video));
  last = video && {
    video,
    source: source(video),
    time: video.currentTime,
    at: now,
    begun: video.currentTime > 0 || (goesOn && last.begun),
  };
}, 100);

/** `quickest`: milliseconds that a clip's request took at least. Over the network, that is: those from the cache took none. */
function seen() {
  const requests = performance
    .getEntriesByType('resource')
    .filter(({ initiatorType, transferSize }) => initiatorType === 'video' && transferSize > 0);
  return { watched, stalled, quickest: Math.min(...requests.map(({ duration }) => duration)) };
}

globalThis.eyes = {
  jump,
  seen,
  open: (title) => firstFrame((one) => one === title, 0),
  swipedFrom: (title) => firstFrame((one) => one !== title, null, SWIPE_MS).catch(() => null),
};
