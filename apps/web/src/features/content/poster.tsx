import type { MediaView } from '@videowindow/contract/api/media';
import { classNames } from '@videowindow/ui';
import { Film } from 'lucide-react';
import { useState } from 'react';
import { Thumbhash } from '../../lib/thumbhash.tsx';
import { stillSources } from './still-sources.ts';

/** A clip's still in a box of the list's shape: the impression first, the picture when it is there. */
export function Poster({ media, className }: { media: MediaView | null; className?: string }) {
  const [failed, setFailed] = useState(false);
  return (
    <span className={classNames('relative block shrink-0 overflow-hidden rounded-control bg-ink/8', className)}>
      {media ? (
        <>
          <Thumbhash hash={media.thumbhash} className="absolute inset-0" />
          {!failed && (
            <picture>
              {stillSources(media.thumbnails).map(({ type, srcSet }) => (
                <source key={type} srcSet={srcSet} type={type} sizes="200px" />
              ))}
              <img
                src={media.posterUrl}
                alt=""
                loading="lazy"
                decoding="async"
                onError={() => setFailed(true)}
                className="absolute inset-0 size-full object-cover"
              />
            </picture>
          )}
        </>
      ) : (
        <Film aria-hidden size={22} className="absolute inset-0 m-auto text-ink-3" />
      )}
    </span>
  );
}
