// Gives a <video> its bytes: a progressive MP4 for short clips (first frame at once), HLS for long ones.
import type { MediaView } from '@videowindow/contract/api/media';

const SHORT_CLIP_MS = 90_000;

type Connection = { saveData?: boolean; effectiveType?: string };

/** Whether the person's connection asks us to be thrifty (Network Information API, Chromium only). */
function isThrifty(): boolean {
  // Not in TypeScript's DOM types; absent in other browsers.
  const connection = (navigator as { connection?: Connection }).connection;
  return connection?.saveData === true || /(^|-)2g$/.test(connection?.effectiveType ?? '');
}

/** The smallest MP4 that fills the box sharply, else the largest; undefined when HLS is the better way. */
export function pickMp4(media: MediaView, boxShortSidePx: number, thrifty: boolean): string | undefined {
  if (media.durationMs > SHORT_CLIP_MS) return undefined;
  const bySize = [...media.mp4].sort((a, b) => a.shortSide - b.shortSide);
  if (thrifty) return bySize[0]?.url;
  return (bySize.find((file) => file.shortSide >= boxShortSidePx) ?? bySize.at(-1))?.url;
}

/** Starts loading a clip into an element. Returns what stops it and sets the element free. */
export function attachSource(video: HTMLVideoElement, media: MediaView): () => void {
  const box = Math.min(video.clientWidth, video.clientHeight) * Math.min(devicePixelRatio, 2);
  const mp4 = pickMp4(media, box, isThrifty());
  if (mp4) {
    video.src = mp4;
    return () => empty(video);
  }
  let ended = false;
  let release = () => empty(video);
  void playHls(video, media.hlsUrl).then((stop) => {
    if (ended) stop();
    else release = stop;
  });
  return () => {
    ended = true;
    release();
  };
}

async function playHls(video: HTMLVideoElement, url: string): Promise<() => void> {
  const { default: Hls } = await import('hls.js/light');
  // Asked first: some Chromium builds say 'maybe' to native HLS and then play nothing.
  if (!Hls.isSupported()) {
    video.src = url;
    return () => empty(video);
  }
  const hls = new Hls({
    // The page's policy allows no worker from a blob; these clips are light enough without.
    enableWorker: false,
    capLevelToPlayerSize: true,
    maxBufferLength: 20,
    backBufferLength: 30,
  });
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    // The element hears nothing of what fails before it; the player listens to its error event alone.
    if (fatal && type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else if (fatal) video.dispatchEvent(new Event('error'));
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return () => hls.destroy();
}

function empty(video: HTMLVideoElement): void {
  video.removeAttribute('src');
  video.load();
}
