import type { ImageView } from '@videowindow/contract/api/media';

/** Pictures shown small: the smallest that is sharp enough, and the largest behind it. */
export function Pictures({ pictures }: { pictures: readonly ImageView[] }) {
  if (pictures.length === 0) return null;
  return (
    <ul className="mt-2 flex flex-wrap gap-2">
      {pictures.map((picture, place) => {
        const webp = picture.sources.filter(({ type }) => type === 'image/webp');
        const small = webp.filter(({ width }) => width >= 320).at(-1) ?? webp[0] ?? picture.sources[0];
        const large = webp[0] ?? picture.sources[0];
        return (
          <li key={picture.id}>
            <a href={large?.url} target="_blank" rel="noreferrer" className="block">
              <img
                src={small?.url}
                alt={`${place + 1} of ${pictures.length}`}
                width={picture.width}
                height={picture.height}
                loading="lazy"
                className="size-28 rounded-control border border-line object-cover"
              />
            </a>
          </li>
        );
      })}
    </ul>
  );
}
