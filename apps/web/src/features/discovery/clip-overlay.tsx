import { Link } from '@tanstack/react-router';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { Fragment, type ReactNode } from 'react';
import { PersonAvatar } from '../../lib/person-avatar.tsx';

/** Over the lower part of a clip: who made it, the line under it; on a phone the sale and the actions as well. */
export function ClipOverlay({ item, saleBar, actions }: { item: FeedItem; saleBar?: ReactNode; actions?: ReactNode }) {
  const { story } = item;
  return (
    <div data-theme="dark" className="pointer-events-none absolute inset-0 flex flex-col justify-end">
      <div className="bg-linear-to-t from-black/85 via-black/45 via-60% to-transparent px-4 pt-24 pb-5 [text-shadow:0_1px_2px_rgb(0_0_0/0.35)] md:px-5">
        <div className="flex items-end gap-3">
          <div className="min-w-0 grow">
            <Link
              to="/@{$handle}"
              params={{ handle: story.maker.handle }}
              className="pointer-events-auto mb-2 inline-flex min-h-11 items-center gap-2.5 text-white"
            >
              <span className="lg:hidden">
                <PersonAvatar person={story.maker} ring />
              </span>
              <span className="grid lg:flex lg:gap-1.5">
                <span className="font-semibold">{story.maker.displayName}</span>
                {story.maker.city && (
                  <span className="text-14 text-white/80 lg:text-16">
                    <span aria-hidden className="hidden lg:inline">
                      ·{' '}
                    </span>
                    {story.maker.city}
                  </span>
                )}
              </span>
            </Link>
            <Link
              to="/s/$storyId"
              params={{ storyId: story.id }}
              className="pointer-events-auto line-clamp-3 min-h-7 max-w-text text-white"
            >
              <Caption text={story.caption || story.title} />
            </Link>
          </div>
          {actions && <div className="pointer-events-auto -mr-2 lg:hidden">{actions}</div>}
        </div>
        {saleBar && <div className="pointer-events-auto mt-4 -mx-1 [text-shadow:none] lg:hidden">{saleBar}</div>}
      </div>
    </div>
  );
}

/** A caption with its hashtags set in bold. */
function Caption({ text }: { text: string }) {
  return text.split(/(#[\p{L}\p{N}_]+)/u).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text that changes as a whole
    <Fragment key={place}>{part.startsWith('#') ? <strong>{part}</strong> : part}</Fragment>
  ));
}
