// Small pictures of a clip's moments, for scrubbing: WebVTT whose cues name a part of a sprite (Media Fragments, `xywh`).

export type Tile = { startMs: number; endMs: number; url: string; x: number; y: number; width: number; height: number };

const TIMES = /^((?:\d+:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d+:)?\d{2}:\d{2}\.\d{3})/;
const PART = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

const milliseconds = (text: string): number =>
  Math.round(text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000);

/** The tiles in the order of the file; what is no tile is left out. @param base the file's own address */
export function parseStoryboard(text: string, base: string): Tile[] {
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIMES.test(line));
    const [, start = '', end = ''] = TIMES.exec(lines[at] ?? '') ?? [];
    const [, file, x, y, width, height] = PART.exec(lines[at + 1]?.trim() ?? '') ?? [];
    if (at < 0 || file === undefined) return [];
    return [
      {
        startMs: milliseconds(start),
        endMs: milliseconds(end),
        url: new URL(file, base).href,
        x: Number(x),
        y: Number(y),
        width: Number(width),
        height: Number(height),
      },
    ];
  });
}

/** The picture of a moment: the tile it lies in, or the last one before it. */
export const tileAt = (tiles: readonly Tile[], ms: number): Tile | undefined =>
  tiles.findLast((tile) => tile.startMs <= ms) ?? tiles[0];

const known = new Map<string, Promise<Tile[]>>();

/** Reads a storyboard once; none where it can't be had: the time alone is shown then. */
export function readStoryboard(url: string): Promise<Tile[]> {
  const base = new URL(url, location.origin).href;
  const reading =
    known.get(base) ??
    fetch(base)
      .then(async (response) => (response.ok ? parseStoryboard(await response.text(), base) : []))
      .catch(() => {
        known.delete(base);
        return [];
      });
  known.set(base, reading);
  return reading;
}
