import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, useVoice } from '@videowindow/ui';
import { Eye, EyeOff } from 'lucide-react';
import { useMe } from '../../app/session.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import type { MyAuction } from './live-auction.ts';

/** Keep an eye on an auction: one is told before it ends. */
export function WatchButton({ mine }: { mine: MyAuction }) {
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: mine.auction.id };
  const watch = useMutation({
    mutationFn: (watching: boolean) => client.call('POST /auctions/:id/watch', { params, body: { watching } }),
    onSuccess: ({ watching }) => {
      toast({ text: watching ? 'On your list. We tell you before it ends.' : 'Off your list.' });
      void queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params }) });
      void queries.invalidateQueries({ queryKey: keyOf('GET /watchlist') });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <Button
      wide
      variant="quiet"
      className="mt-2"
      busy={watch.isPending}
      aria-pressed={mine.watched}
      icon={mine.watched ? <EyeOff aria-hidden size={18} /> : <Eye aria-hidden size={18} />}
      onClick={() => {
        if (me) watch.mutate(!mine.watched);
        else void navigate({ to: '/sign-in', search: { back: `/s/${mine.auction.storyId}` } });
      }}
    >
      {mine.watched ? 'Watching it' : 'Watch it'}
      {mine.watchers > 0 && ` · on ${mine.watchers === 1 ? '1 list' : `${mine.watchers} lists`}`}
    </Button>
  );
}
