import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ManagedMedia } from '@videowindow/contract/api/media';
import { Button, Card, ConfirmDialog, Progress, StatusChip, useServerNow, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { ago } from '../../lib/dates.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { bytesText, spanText } from '../content/bytes.ts';
import { errorOf, stateWords } from './media-words.ts';

/** One upload: whose, where it stands, what went wrong, and what can be done about it. */
export function ManagedClip({ media }: { media: ManagedMedia }) {
  const now = useServerNow(30_000);
  const { state, owner, filename } = media;
  const error = errorOf(media);
  return (
    <Card className="grid h-full grid-cols-1 content-start gap-3">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="truncate font-semibold" title={filename}>
            {filename}
          </p>
          <p className="truncate text-14 text-ink-3">
            <Link
              to="/@{$handle}"
              params={{ handle: owner.handle }}
              className="text-indigo underline underline-offset-2"
            >
              {owner.displayName}
            </Link>
            {` · ${bytesText(media.bytes)} · ${ago(media.createdAt, now)}`}
          </p>
        </div>
        <StatusChip tone={stateWords[state].tone} dot={state === 'processing'}>
          {stateWords[state].label}
        </StatusChip>
      </div>
      {(state === 'processing' || state === 'uploading') && <Work media={media} />}
      {error && <p className="text-14 text-ink-2 wrap-break-word">{error}</p>}
      <Actions media={media} />
      <p className="text-12 text-ink-3 select-all">{media.id}</p>
    </Card>
  );
}

function Work({ media }: { media: ManagedMedia }) {
  const { stage, percent, speed, secondsLeft } = media.progress;
  const note = [speed && `${speed.toFixed(1)}× real time`, secondsLeft !== null && `${spanText(secondsLeft)} left`];
  return (
    <Progress
      label={stages[stage]}
      of={media.filename}
      value={percent / 100}
      note={note.filter(Boolean).join(' · ') || undefined}
    />
  );
}

const stages: Record<ManagedMedia['progress']['stage'], string> = {
  upload: 'Upload',
  probe: 'Probe',
  transcode: 'Transcode',
  package: 'Package',
  done: 'Done',
};

const done = { retry: 'It is in line again.', cancel: 'The work on it is stopped.' };

function Actions({ media }: { media: ManagedMedia }) {
  const { id, state, filename, owner } = media;
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [asking, setAsking] = useState(false);
  const act = useMutation({
    mutationFn: (command: 'retry' | 'cancel') => client.call(`POST /admin/media/:id/${command}`, { params: { id } }),
    onSuccess: (_, command) => toast({ text: done[command], tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: keyOf('GET /admin/media') });
    },
  });
  if (state === 'failed') {
    return (
      <div>
        <Button
          variant="secondary"
          size="small"
          aria-label={`Try again: ${filename}`}
          busy={act.isPending}
          onClick={() => act.mutate('retry')}
        >
          Try again
        </Button>
      </div>
    );
  }
  if (state !== 'uploaded' && state !== 'processing') return null;
  return (
    <div>
      <Button variant="danger" size="small" aria-label={`Stop: ${filename}`} onClick={() => setAsking(true)}>
        Stop
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Stop the work on ${filename}?`}
        confirm="Stop"
        danger
        busy={act.isPending}
        onConfirm={() => act.mutate('cancel')}
      >
        {owner.displayName} keeps the original, and you or they can begin again. It is noted that you did this.
      </ConfirmDialog>
    </div>
  );
}
