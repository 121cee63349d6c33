// HLS where the browser has none of its own. Comes when it is needed, with hls.js.
import type { MediaView } from '@videowindow/contract/api/media';
import type HlsLight from 'hls.js/light';
import type { Source, Terms } from './attach-source.ts';
import { isThrifty } from './choices.ts';

const BUFFER_S = 20;

export function playHls(
  Hls: typeof HlsLight,
  video: HTMLVideoElement,
  media: MediaView,
  terms: Terms & { aheadS: number },
): Source {
  if (!Hls.isSupported()) {
    video.src = media.hlsUrl;
    return { setWatched: () => {}, release: () => {} };
  }
  const bufferOf = (watched: boolean) => (watched ? BUFFER_S : terms.aheadS);
  const hls = new Hls({
    // The page's policy allows no worker from a blob; these clips are light enough without.
    enableWorker: false,
    capLevelToPlayerSize: true,
    maxBufferLength: bufferOf(terms.watched),
    maxMaxBufferLength: bufferOf(terms.watched) * 2,
    backBufferLength: 30,
    // A clip that still grows begins at its beginning, not where it grows.
    startPosition: terms.fromS,
    ...(isThrifty() && { startLevel: 0 }),
  });
  if (isThrifty()) hls.autoLevelCapping = 0;
  let renewing = false;
  /** A grant was renewed and no segment has come since. */
  let renewed = false;
  hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => {
    if (frag.sn !== 'initSegment') renewed = false;
  });
  hls.on(Hls.Events.ERROR, (_, { fatal, type, response }) => {
    // Begun anew when the grant is there.
    if (renewing && type === Hls.ErrorTypes.NETWORK_ERROR) return;
    // A grant that ended: what is buffered plays on while the next one is asked for.
    if (response?.code === 403 && !renewed) {
      renewing = true;
      void terms.renew().then(() => {
        renewing = false;
        renewed = true;
        hls.startLoad();
      });
    }
    // Refused all the same, or broken. The element hears nothing of that; the player listens to its error event alone.
    else if (fatal || response?.code === 403) video.dispatchEvent(new Event('error'));
  });
  hls.loadSource(media.hlsUrl);
  hls.attachMedia(video);
  return {
    setWatched(watched) {
      hls.config.maxBufferLength = bufferOf(watched);
      hls.config.maxMaxBufferLength = bufferOf(watched) * 2;
    },
    release: () => hls.destroy(),
  };
}
