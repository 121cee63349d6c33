/** What a page showed, frame by frame, as the browser's compositor gave it out. */
import type { Page } from 'playwright-core';

type Colour = readonly [number, number, number];

/** @returns every frame that was drawn while `act` went on, as JPEGs in base64 */
export async function recordScreen(page: Page, act: () => Promise<void>): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  const frames: string[] = [];
  devtools.on('Page.screencastFrame', ({ data, sessionId }) => {
    frames.push(data);
    void devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {}); // its end may come first
  });
  await devtools.send('Page.startScreencast', { format: 'jpeg', quality: 80, everyNthFrame: 1 });
  await act();
  await devtools.send('Page.stopScreencast');
  await devtools.detach();
  return frames;
}

/**
 * The frames in which a strip is neither of the colours, nor a blend of two (where they meet), nor one darkened by up to
 * a half (an impression, a shade). Looked at is what lies above a clip's words, from 5% to 50% of the height.
 * @returns for each such frame its number and the colours that don't belong there
 */
export async function strayFrames(
  page: Page,
  frames: readonly string[],
  colours: readonly Colour[],
): Promise<string[]> {
  const looker = await page.context().newPage();
  try {
    // In words, as the DOM's types are not those of this program. A strip is made one pixel, so that a watermark drowns.
    const seen: Colour[][] = await looker.evaluate(`Promise.all(${JSON.stringify(frames)}.map(async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context.imageSmoothingQuality = 'high';
      return [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5].map((y) => {
        context.drawImage(picture, picture.width * 0.1, picture.height * y, picture.width * 0.7, 8, 0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
      });
    }))`);
    return seen.flatMap((strips, n) => {
      const stray = new Set(strips.filter((strip) => !isBlend(strip, colours)).map(String));
      return stray.size > 0 ? [`${n}: ${[...stray].join(' | ')}`] : [];
    });
  } finally {
    await looker.close();
  }
}

const PARTS = [0, 0.2, 0.4, 0.6, 0.8];

const isBlend = (pixel: Colour, colours: readonly Colour[]): boolean =>
  colours.some((one) => colours.some((other) => PARTS.some((part) => isLike(pixel, mix(one, other, part)))));

const mix = (one: Colour, other: Colour, part: number): Colour => {
  const at = (n: 0 | 1 | 2) => one[n] * (1 - part) + other[n] * part;
  return [at(0), at(1), at(2)];
};

function isLike(pixel: Colour, colour: Colour): boolean {
  const light = Math.hypot(...pixel) / Math.hypot(...colour);
  const apart = Math.hypot(...pixel.map((value, n) => value - (colour[n] ?? 0) * light)) / Math.hypot(...pixel, 1);
  return light > 0.5 && light < 1.2 && apart < 0.2;
}
