/** What a clip in a page does. */
import type { Page } from 'playwright-core';

/** Resolves when the clip with this title has played on for some frames: pictures came, and time went by. */
export async function hasPlayed(page: Page, title: string): Promise<void> {
  const clip = page.getByLabel(title, { exact: true }).and(page.locator('video'));
  await clip.waitFor();
  // The page's own code runs in the browser, whose types are not those of this program.
  await clip.evaluate(
    `(video) => new Promise((resolve) => {
      const begun = video.currentTime;
      const look = () => {
        const { totalVideoFrames } = video.getVideoPlaybackQuality();
        if (!video.paused && totalVideoFrames > 5 && Math.abs(video.currentTime - begun) > 0.2) resolve();
        else requestAnimationFrame(look);
      };
      look();
    })`,
  );
}
