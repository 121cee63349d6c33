import type { ImageView } from '@videowindow/contract/api/media';
import { useState } from 'react';
import { Thumbhash } from '../../../lib/thumbhash.tsx';

const TYPES = ['image/avif', 'image/webp'] as const;

/** A picture in its own shape: the impression first, then the best that the browser can read at this size. */
export function StoryPicture({ image, alt }: { image: ImageView; alt: string }) {
  const [failed, setFailed] = useState(false);
  const sizesOf = (type: ImageView['sources'][number]['type']) =>
    image.sources
      .filter((source) => source.type === type)
      .map(({ url, width }) => `${url} ${width}w`)
      .join(', ');
  const plain = image.sources.filter(({ type }) => type === 'image/jpeg');
  const sizes = '(width < 64rem) calc(100vw - 2.5rem), 22rem';
  return (
    <span
      className="relative block w-full overflow-hidden rounded-card bg-ink/8"
      style={{ aspectRatio: `${image.width} / ${image.height}`, maxWidth: image.width }}
    >
      <Thumbhash hash={image.thumbhash} className="absolute inset-0" />
      {failed ? (
        <span role="img" aria-label={alt || 'A picture that does not load'} />
      ) : (
        <picture>
          {TYPES.map((type) => (
            <source key={type} type={type} srcSet={sizesOf(type)} sizes={sizes} />
          ))}
          <img
            src={plain[0]?.url}
            srcSet={sizesOf('image/jpeg')}
            sizes={sizes}
            alt={alt}
            width={image.width}
            height={image.height}
            loading="lazy"
            decoding="async"
            onError={() => setFailed(true)}
            className="absolute inset-0 size-full object-cover"
          />
        </picture>
      )}
    </span>
  );
}
