/** So often in a row a clip is seen to stand still, a second apart, before it counts as stuck: with bytes ahead, without. */
const LOOKS_WITH_BYTES = 3;
const LOOKS = 8;
/** HLS comes a segment at a time, which takes long on a slow line. */
export const LOOKS_FOR_SEGMENTS = 20;
/** Less than this ahead, it waits for bytes. */
const AHEAD_S = 0.5;

/**
 * Calls `then` when a clip that should play stands still: for eight seconds without a new byte (or `looks`), as no browser sets an
 * end to a connection that has gone silent (those of a phone do when it changes networks); for three with bytes there,
 * as Chromium's decoder does now and then after quick seeks on a busy machine.
 * @returns what stops looking
 */
export function onStandstill(video: HTMLVideoElement, then: () => void, looks = LOOKS): () => void {
  let before = '';
  let seen = 0;
  const timer = setInterval(() => {
    const { buffered, currentTime, paused, ended } = video;
    const now = [currentTime, ...Array.from({ length: buffered.length }, (_, part) => buffered.end(part))].join();
    const waits = !paused && !ended && document.visibilityState === 'visible' && navigator.onLine;
    seen = waits && now === before ? seen + 1 : 0;
    before = now;
    if (seen < (secondsAhead(video) > AHEAD_S ? LOOKS_WITH_BYTES : looks)) return;
    seen = 0;
    then();
  }, 1_000);
  return () => clearInterval(timer);
}

/** How far it could play on without another byte. */
export function secondsAhead({ buffered, currentTime }: HTMLVideoElement): number {
  for (let part = 0; part < buffered.length; part++) {
    if (buffered.start(part) <= currentTime + 0.1 && buffered.end(part) >= currentTime)
      return buffered.end(part) - currentTime;
  }
  return 0;
}
