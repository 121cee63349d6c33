/** Calls `then` once the element shows a picture of what it loads now. @returns what stops waiting */
export function onFirstFrame(video: HTMLVideoElement, then: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const waiting = video.requestVideoFrameCallback(then);
    return () => video.cancelVideoFrameCallback(waiting);
  }
  // The first frame is decoded here, and painted with the next.
  const target: HTMLMediaElement = video;
  target.addEventListener('loadeddata', then, { once: true });
  return () => target.removeEventListener('loadeddata', then);
}
