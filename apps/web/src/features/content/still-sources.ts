import type { MediaView } from '@videowindow/contract/api/media';

/**
 * One `<source>` a format, with all its widths: a browser takes the first format that it reads and then the width that fits
 * its screen. Formats keep their order, the smallest first.
 */
export function stillSources(thumbnails: MediaView['thumbnails']): { type: string; srcSet: string }[] {
  const types = [...new Set(thumbnails.map(({ type }) => type))];
  return types.map((type) => {
    const widths = thumbnails.filter((still) => still.type === type);
    return { type, srcSet: widths.map(({ url, width }) => `${url} ${width}w`).join(', ') };
  });
}
