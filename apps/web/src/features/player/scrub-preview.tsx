import type { MediaView } from '@videowindow/contract/api/media';
import { useEffect, useState } from 'react';
import { readStoryboard, type Tile, tileAt } from './storyboard.ts';
import { chapterAt, clockTime } from './times.ts';

/** What one would see at a moment of the clip: its small picture where there is one, its chapter, its time. */
export function ScrubPreview({ media, atMs }: { media: MediaView; atMs: number }) {
  const { storyboardUrl, chapters, durationMs } = media;
  const [tiles, setTiles] = useState<readonly Tile[]>([]);
  useEffect(() => {
    let left = false;
    setTiles([]);
    if (storyboardUrl === null) return;
    void readStoryboard(storyboardUrl).then((read) => left || setTiles(read));
    return () => {
      left = true;
    };
  }, [storyboardUrl]);
  const tile = tileAt(tiles, atMs);
  const chapter = chapterAt(chapters, atMs);
  return (
    <div
      aria-hidden
      className="scrub-preview pointer-events-none absolute bottom-7 grid w-max justify-items-center gap-1 rounded-control bg-black p-1 text-white shadow-float"
      style={{ '--at': atMs / durationMs } as React.CSSProperties /* a custom property */}
    >
      {tile && (
        <span
          className="rounded-[3px] bg-no-repeat"
          style={{
            width: tile.width,
            height: tile.height,
            backgroundImage: `url("${tile.url}")`,
            backgroundPosition: `-${tile.x}px -${tile.y}px`,
          }}
        />
      )}
      {chapter && <span className="max-w-40 truncate px-1 text-12">{chapter.title}</span>}
      <span className="figures px-1 text-12 font-semibold">{clockTime(atMs)}</span>
    </div>
  );
}
