/** What a clip in a page does. */
import type { Page } from 'playwright-core';

/** A video element, as far as is looked at here; the DOM's own types are not those of this program. */
type Clip = {
  currentTime: number;
  paused: boolean;
  getVideoPlaybackQuality(): { totalVideoFrames: number };
  addEventListener(event: 'timeupdate', listener: () => void): void;
};

/** Resolves when the clip with this title has played on: pictures came, and its time went by. */
export async function hasPlayed(page: Page, title: string): Promise<void> {
  const clip = page.getByLabel(title, { exact: true }).and(page.locator('video'));
  await clip.waitFor();
  await clip.evaluate((video: Clip) => {
    const begun = video.currentTime;
    return new Promise<void>((resolve) => {
      const look = () => {
        const { totalVideoFrames } = video.getVideoPlaybackQuality();
        if (!video.paused && totalVideoFrames > 5 && Math.abs(video.currentTime - begun) > 0.2) resolve();
      };
      video.addEventListener('timeupdate', look);
    });
  });
}
