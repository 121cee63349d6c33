// A piece in few words: its picture, its name, who it is from or for, and what it costs.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Money } from '@videowindow/contract';
import { classNames, Price } from '@videowindow/ui';
import { Clapperboard } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { read } from '../../lib/queries.ts';

/** A story's still picture, or a quiet stand-in where there is none (any more). */
export function Still({ url, className }: { url: string | null | undefined; className: string }) {
  const [failed, setFailed] = useState<string | null>(null);
  const shape = classNames('shrink-0 rounded-control bg-ink/6', className);
  if (url && failed !== url) {
    return <img src={url} alt="" className={classNames(shape, 'object-cover')} onError={() => setFailed(url)} />;
  }
  return (
    <span aria-hidden className={classNames(shape, 'grid place-items-center text-ink-3')}>
      <Clapperboard size={22} strokeWidth={1.75} />
    </span>
  );
}

/** The picture of a listed story where only its id is at hand. Nothing waits for it, and it may be missing. */
export function usePoster(storyId: string | undefined): string | null {
  const query = useQuery({
    ...read('GET /feed/story/:id', { params: { id: storyId ?? '' } }),
    enabled: storyId !== undefined,
    staleTime: 5 * 60_000,
  });
  return query.data?.story.media.posterUrl ?? null;
}

/** A card that leads to the piece's story. */
export function PieceCard(props: {
  storyId: string;
  title: string;
  person: string;
  posterUrl: string | null;
  price: Money;
  /** Under the price, e.g. what is in it. */
  note?: ReactNode;
}) {
  return (
    <Link
      to="/s/$storyId"
      params={{ storyId: props.storyId }}
      className="flex items-center gap-3.5 rounded-card border border-line bg-sheet p-4 transition-colors duration-120 hover:border-line-strong"
    >
      <Still url={props.posterUrl} className="h-27 w-21" />
      <span className="min-w-0">
        <span className="block font-semibold">{props.title}</span>
        <span className="block truncate text-14 text-ink-3">{props.person}</span>
        <Price value={props.price} size="medium" className="mt-2" />
        {props.note && <span className="block text-14 text-ink-3">{props.note}</span>}
      </span>
    </Link>
  );
}
