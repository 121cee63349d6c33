import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { ListingRow } from '@videowindow/contract/api/commerce';
import { Checkbox, IconButton, Menu, StatusChip, useVoice } from '@videowindow/ui';
import { MoreHorizontal } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { Still } from './piece.tsx';
import { pieceChip, stockWords } from './piece-states.ts';

const commands = [
  { command: 'pause', label: 'Pause' },
  { command: 'resume', label: 'Sell it again' },
  { command: 'relist', label: 'Sell it anew' },
  { command: 'duplicate', label: 'Copy as a new draft' },
  { command: 'withdraw', label: 'No longer for sale' },
] as const;
type Command = (typeof commands)[number]['command'];

/** One piece, what is left of it, and what can be done to it. */
export function PieceRow(props: { piece: ListingRow; chosen: boolean; onChoose: (chosen: boolean) => void }) {
  const { piece } = props;
  const chip = pieceChip(piece);
  const give = useCommand(piece);
  const price = piece.price && `${piece.topPrice ? 'from ' : ''}${format(piece.price)}`;
  return (
    <div className="flex gap-3 rounded-card border border-line bg-sheet p-3">
      <Checkbox
        label={<span className="sr-only">Choose {piece.storyTitle}</span>}
        checked={props.chosen}
        onChange={props.onChoose}
      />
      <Link
        to="/studio/stories/$storyId"
        params={{ storyId: piece.storyId }}
        search={{ part: 'sale' }}
        className="flex min-w-0 grow gap-3.5"
      >
        <Still url={piece.posterUrl} className="h-24 w-18" />
        <span className="grid min-w-0 grow content-start gap-0.5">
          <span className="line-clamp-2 font-semibold">{piece.storyTitle || 'Without a title'}</span>
          <span className="figures font-semibold">{price ?? 'No price named'}</span>
          <span className="text-14 text-ink-3">
            {[stockWords(piece), piece.profileName].filter(Boolean).join(' · ')}
          </span>
          <span className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <StatusChip tone={chip.tone}>{chip.label}</StatusChip>
            {piece.backOn && <span className="text-14 text-ink-3">back {dateTime(piece.backOn)}</span>}
          </span>
        </span>
      </Link>
      <Menu
        trigger={
          <IconButton label={`More about ${piece.storyTitle}`} icon={<MoreHorizontal aria-hidden size={20} />} />
        }
        items={commands
          .filter(({ command }) => piece.possible.includes(command))
          .map(({ command, label }) => ({ label, onSelect: () => give.mutate(command) }))}
      />
    </div>
  );
}

function useCommand({ id, storyId }: ListingRow) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { toast } = useVoice();
  const input = { params: { id } };
  return useMutation({
    mutationFn: async (command: Command): Promise<string | null> => {
      if (command === 'duplicate') return (await client.call('POST /listings/:id/duplicate', input)).storyId;
      if (command === 'pause') await client.call('POST /listings/:id/pause', input);
      else if (command === 'resume') await client.call('POST /listings/:id/resume', input);
      else if (command === 'withdraw') await client.call('POST /listings/:id/withdraw', input);
      else await client.call('POST /listings/:id/relist', input);
      return command === 'relist' ? storyId : null;
    },
    onSuccess: (opened) => {
      void queries.invalidateQueries({ queryKey: ['GET /listings'] });
      void queries.invalidateQueries({ queryKey: ['GET /stories/:storyId/listing'] });
      if (opened) {
        void navigate({ to: '/studio/stories/$storyId', params: { storyId: opened }, search: { part: 'sale' } });
      }
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
}
