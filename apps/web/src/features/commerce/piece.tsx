// A piece in few words: its picture, its name, who it is from or for, and what it costs.
import { useQuery } from '@tanstack/react-query';
import type { Money } from '@videowindow/contract';
import { Card, classNames, Price } from '@videowindow/ui';
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

export function PieceCard(props: {
  title: ReactNode;
  person: ReactNode;
  posterUrl: string | null;
  price: Money;
  /** Under the price, e.g. what is in it. */
  note?: ReactNode;
}) {
  return (
    <Card className="flex items-center gap-3.5">
      <Still url={props.posterUrl} className="h-27 w-21" />
      <div className="min-w-0">
        <p className="font-semibold">{props.title}</p>
        <p className="truncate text-14 text-ink-3">{props.person}</p>
        <Price value={props.price} size="medium" className="mt-2" />
        {props.note && <p className="text-14 text-ink-3">{props.note}</p>}
      </div>
    </Card>
  );
}
