/** Safari's own way, which iPhones have and the standard one not. */
type WebKitVideo = HTMLVideoElement & {
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
  webkitEnterFullscreen?: () => void;
};

export function canFloat(): boolean {
  const probe: WebKitVideo = document.createElement('video');
  return document.pictureInPictureEnabled || probe.webkitSupportsPresentationMode?.('picture-in-picture') === true;
}

/** Into a small window over everything else, or back. */
export async function toggleFloat(video: WebKitVideo): Promise<void> {
  if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
  else if (document.pictureInPictureEnabled) await video.requestPictureInPicture().catch(() => {});
  else {
    const floats = video.webkitPresentationMode === 'picture-in-picture';
    video.webkitSetPresentationMode?.(floats ? 'inline' : 'picture-in-picture');
  }
}

/** Takes the small window over from the clip that had it: no gesture is asked for while there is one. */
export async function followFloat(video: HTMLVideoElement): Promise<void> {
  const floating = document.pictureInPictureElement;
  if (floating && floating !== video) await video.requestPictureInPicture().catch(() => {});
}

/** Fills the screen with the clip and its controls, or goes back; where a page may not, with the clip alone. */
export async function toggleFullScreen(video: WebKitVideo): Promise<void> {
  if (document.fullscreenElement) return await document.exitFullscreen();
  const frame = video.closest('[data-full-screen]');
  if (frame && document.fullscreenEnabled) await frame.requestFullscreen().catch(() => {});
  else video.webkitEnterFullscreen?.();
}
