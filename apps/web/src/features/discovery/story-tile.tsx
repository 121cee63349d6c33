import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { saleLabel } from '../commerce/sale-words.ts';
import { Poster } from '../content/poster.tsx';

/** A story in a grid: its still, its title, how it can be bought. */
export function StoryTile({ item }: { item: FeedItem }) {
  const { story, sale } = item;
  const price = sale.auction?.price ?? sale.askingPrice;
  return (
    <Link to="/s/$storyId" params={{ storyId: story.id }} className="group grid gap-2">
      <Poster
        media={story.media}
        className="aspect-3/4 w-full rounded-card! transition-opacity duration-120 group-hover:opacity-90"
      />
      <span className="grid">
        <span className="truncate font-semibold">{story.title}</span>
        <span className="figures text-14 text-ink-3">
          {sale.state === 'not_for_sale'
            ? saleLabel(sale)
            : [saleLabel(sale), price && format(price)].filter(Boolean).join(' · ')}
        </span>
      </span>
    </Link>
  );
}
