import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Media, MediaEdits } from '@videowindow/contract/api/media';
import { Button, IconButton, Progress, useVoice } from '@videowindow/ui';
import { ArrowLeftToLine, ArrowRightToLine, ImageIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { spanText } from '../bytes.ts';
import { type Cut, cutsOff, editsOf, moveCut, wholeCut } from './cut.ts';
import { type Playhead, usePlayhead } from './playhead.ts';
import { shortClock, TimeField } from './time-field.tsx';

const NO_EDITS: MediaEdits = { trim: null, coverMs: null };

/** Cuts a clip at both ends and chooses its cover; a new version is made of the original, nothing is sent again. */
export function CutEditor({ media, durationMs, playhead }: { media: Media; durationMs: number; playhead: Playhead }) {
  const [cut, setCut] = useState<Cut>(() => wholeCut(durationMs));
  // The player beside it asks for it; what came with that is granted.
  const granted = useQuery({ ...read('GET /media/:id/playback', { params: { id: media.id } }), enabled: false });
  const [still, setStill] = useState<string | null>(null);
  const { edit, cancel, problem } = useEdits(media.id);
  if (media.state === 'processing') {
    return (
      <Making media={media}>
        <div>
          <Button variant="secondary" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {isWhole(media) ? 'Stop, keep the one there is' : 'Stop'}
          </Button>
        </div>
      </Making>
    );
  }
  const { trim, coverMs } = media.edits;
  const move = (edge: 'start' | 'end', ms: number) => setCut((now) => moveCut(now, edge, ms, durationMs));
  const isChanged = cutsOff(cut, durationMs) || cut.coverMs !== null;
  return (
    <div className="grid gap-6">
      <section className="grid gap-3">
        <h3 className="font-semibold">What plays</h3>
        <Strip cut={cut} durationMs={durationMs} playhead={playhead} />
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <span className="flex items-center gap-1">
            <TimeField label="It begins at" ms={cut.startMs} onChange={(ms) => move('start', ms)} />
            <IconButton
              label="It begins here"
              icon={<ArrowLeftToLine aria-hidden size={18} />}
              onClick={() => move('start', playhead.read())}
            />
          </span>
          <span className="flex items-center gap-1">
            <TimeField label="It ends at" ms={cut.endMs} onChange={(ms) => move('end', ms)} />
            <IconButton
              label="It ends here"
              icon={<ArrowRightToLine aria-hidden size={18} />}
              onClick={() => move('end', playhead.read())}
            />
          </span>
          <span className="text-14 text-ink-3">{spanText((cut.endMs - cut.startMs) / 1000)} stay</span>
        </div>
      </section>
      <section className="grid gap-3">
        <h3 className="font-semibold">Cover</h3>
        <div className="flex items-start gap-4">
          <img
            src={(cut.coverMs !== null && still) || granted.data?.media.posterUrl}
            alt={cut.coverMs === null ? 'The cover there is' : `The frame at ${shortClock(cut.coverMs)}`}
            className="max-h-40 w-24 shrink-0 rounded-control bg-ink/8 object-contain"
          />
          <div className="grid justify-items-start gap-3">
            <p className="text-14 text-ink-2">
              {cut.coverMs !== null
                ? `The frame at ${shortClock(cut.coverMs)}.`
                : coverMs !== null
                  ? 'The frame you chose before.'
                  : 'The best frame that was found. Go to another one in the clip and take it.'}
            </p>
            <Button
              variant="secondary"
              icon={<ImageIcon aria-hidden size={18} />}
              onClick={() => {
                const coverMs = Math.max(cut.startMs, Math.min(playhead.read(), cut.endMs - 1));
                setCut((now) => ({ ...now, coverMs }));
                setStill(null);
                void playhead.still(coverMs).then(setStill);
              }}
            >
              Take this frame
            </Button>
          </div>
        </div>
      </section>
      <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        <Button
          disabled={!isChanged}
          busy={edit.isPending}
          onClick={() => edit.mutate(editsOf(cut, durationMs, media.edits, media.sourceDurationMs ?? durationMs))}
        >
          Make this version
        </Button>
        {isChanged && (
          <Button variant="quiet" onClick={() => setCut(wholeCut(durationMs))}>
            Leave it as it is
          </Button>
        )}
        {!isChanged && (trim !== null || coverMs !== null) && (
          <Button variant="secondary" busy={edit.isPending} onClick={() => edit.mutate(NO_EDITS)}>
            Back to the whole video
          </Button>
        )}
        {problem && (
          <p role="alert" className="basis-full text-14 text-madder">
            {problem}
          </p>
        )}
        <p className="basis-full text-14 text-ink-3">
          The one there is plays until the new one is ready. Nothing is sent again, and what is cut off comes back
          whenever you like.
        </p>
      </div>
    </div>
  );
}

/** A finished version is there while another one is made; else it is the first. */
const isWhole = ({ view }: Media): boolean => view !== null && view.playableMs === null;

function Making({ media, children }: { media: Media; children: ReactNode }) {
  const { stage, percent, secondsLeft } = media.progress;
  return (
    <div className="grid gap-4 rounded-card border border-line bg-sheet p-5">
      <Progress
        label={isWhole(media) ? 'Making the new version' : 'Making it play everywhere'}
        value={stage === 'transcode' || stage === 'package' ? percent / 100 : null}
        note={secondsLeft === null ? 'What there is plays until then.' : `${spanText(secondsLeft)} left`}
      />
      {children}
    </div>
  );
}

/** What stays of the clip, and where one is in it. The fields below say the same in numbers. */
function Strip({ cut, durationMs, playhead }: { cut: Cut; durationMs: number; playhead: Playhead }) {
  const place = usePlayhead(playhead, placeOf);
  const percent = (ms: number) => `${Math.min(100, (ms / durationMs) * 100)}%`;
  return (
    <div aria-hidden className="relative h-8 overflow-hidden rounded-control bg-ink/10">
      <span
        className="absolute inset-y-0 rounded-control border-x-4 border-kiln bg-kiln/25"
        style={{ left: percent(cut.startMs), width: percent(cut.endMs - cut.startMs) }}
      />
      {cut.coverMs !== null && (
        <span className="absolute inset-y-1 w-1 rounded-full bg-indigo" style={{ left: percent(cut.coverMs) }} />
      )}
      <span className="absolute inset-y-0 w-0.5 bg-ink" style={{ left: percent(place) }} />
    </div>
  );
}

const placeOf = (playhead: Playhead) => Math.round(playhead.read() / 50) * 50;

function useEdits(mediaId: string) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: mediaId };
  const onSuccess = (media: Media) => queries.setQueryData(keyOf('GET /media/:id', { params }), media);
  const edit = useMutation({
    mutationFn: (body: MediaEdits) => client.call('POST /media/:id/edit', { params, body }),
    onSuccess,
  });
  const cancel = useMutation({
    mutationFn: () => client.call('POST /media/:id/cancel', { params }),
    onSuccess,
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const problem = edit.isError
    ? isApiError(edit.error, 'story_frozen')
      ? 'This clip is in review or in the feed. Take the story back or out of the feed first, or replace the video.'
      : sentenceOf(edit.error)
    : undefined;
  return { edit, cancel, problem };
}
