// Moving within a clip. Chromium now and then loses itself in a seek that begins in the same moments as another: the
// clip then seeks for ever, or stands still though all its bytes are there. So there is one at a time.

/** So long a seek may go on before the next one begins all the same: what it waits for then is the line. */
const PATIENCE_MS = 500;

const wishes = new WeakMap<HTMLVideoElement, number>();

/** Goes to a moment; while it is still on its way to another one, as soon as it is there. Of several wishes the last counts. */
export function seek(video: HTMLVideoElement, seconds: number): void {
  if (!video.seeking) {
    video.currentTime = seconds;
    return;
  }
  const waits = wishes.has(video);
  wishes.set(video, seconds);
  if (waits) return;
  const over = new AbortController();
  const settle = (goOn: boolean) => {
    over.abort();
    clearTimeout(timer);
    const wish = wishes.get(video);
    wishes.delete(video);
    if (goOn && wish !== undefined && wish !== video.currentTime) video.currentTime = wish;
  };
  const timer = setTimeout(settle, PATIENCE_MS, true);
  video.addEventListener('seeked', () => settle(true), { signal: over.signal });
  video.addEventListener('emptied', () => settle(false), { signal: over.signal });
}

/** Where it is in seconds, or will be. */
export const positionOf = (video: HTMLVideoElement): number => wishes.get(video) ?? video.currentTime;
