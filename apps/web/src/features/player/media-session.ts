// The clip in the device's own controls: lock screen, headset, media keys. Keeps it playing in the background.

type Controls = {
  title: string;
  artist: string;
  artwork: string;
  play: () => void;
  pause: () => void;
  /** null where there are no neighbours. */
  next: (() => void) | null;
  previous: (() => void) | null;
  seekTo: (seconds: number) => void;
};

const STEP_S = 10;

/** @returns what gives the controls back */
export function showInMediaSession(video: HTMLVideoElement, controls: Controls): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const session = navigator.mediaSession;
  session.metadata = new MediaMetadata({
    title: controls.title,
    artist: controls.artist,
    artwork: [{ src: new URL(controls.artwork, location.href).href }],
  });
  const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
    ['play', controls.play],
    ['pause', controls.pause],
    ['nexttrack', controls.next],
    ['previoustrack', controls.previous],
    ['seekto', ({ seekTime }) => seekTime != null && controls.seekTo(seekTime)],
    ['seekforward', ({ seekOffset }) => controls.seekTo(video.currentTime + (seekOffset ?? STEP_S))],
    ['seekbackward', ({ seekOffset }) => controls.seekTo(video.currentTime - (seekOffset ?? STEP_S))],
  ];
  const set = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      session.setActionHandler(action, handler);
    } catch {
      // An action that this browser doesn't know.
    }
  };
  for (const [action, handler] of handlers) set(action, handler);
  const tell = () => {
    session.playbackState = video.paused ? 'paused' : 'playing';
    const { duration, playbackRate, currentTime } = video;
    if (Number.isFinite(duration) && duration > 0)
      session.setPositionState({ duration, playbackRate, position: Math.min(currentTime, duration) });
  };
  const events = ['play', 'pause', 'seeked', 'ratechange', 'loadedmetadata'] as const;
  for (const event of events) video.addEventListener(event, tell);
  tell();
  return () => {
    for (const event of events) video.removeEventListener(event, tell);
    for (const [action] of handlers) set(action, null);
    session.metadata = null;
    session.playbackState = 'none';
  };
}
