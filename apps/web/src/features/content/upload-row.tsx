import type { QueuedUpload } from '@videowindow/client';
import { Button, IconButton, Progress } from '@videowindow/ui';
import { Pause, Play, X } from 'lucide-react';
import { bytesText, spanText } from './bytes.ts';
import { refusalOf } from './upload-words.ts';
import { cancelUpload, pauseUpload, resumeUpload } from './uploads.ts';

const labels: Record<QueuedUpload['state'], string> = {
  waiting: 'Waiting for its turn',
  sending: 'Sending',
  stalled: 'Waiting for the connection',
  paused: 'Paused',
  failed: 'Not sent',
  done: 'Sent',
};

/** How far an upload is, how fast, how long still. */
function noteOf({ file, progress, state }: QueuedUpload): string {
  if (state === 'stalled') return 'Nothing is lost. It goes on by itself.';
  if (!progress || state === 'done') return bytesText(file.size);
  const sent = `${bytesText(progress.sentBytes)} of ${bytesText(progress.totalBytes)}`;
  if (state !== 'sending') return sent;
  const speed = progress.bytesPerSecond ? `${bytesText(progress.bytesPerSecond)}/s` : null;
  const left = progress.secondsLeft ? `${spanText(progress.secondsLeft)} left` : null;
  return [sent, speed, left].filter(Boolean).join(' · ');
}

const shareOf = ({ progress, state }: QueuedUpload): number | null => {
  if (state === 'done') return 1;
  if (progress) return progress.sentBytes / progress.totalBytes;
  return state === 'sending' ? null : 0;
};

/** One upload, with what can be done about it. */
export function UploadRow({ upload, onCancelled }: { upload: QueuedUpload; onCancelled?: () => void }) {
  const { id, file, state } = upload;
  return (
    <div className="rounded-card border border-line bg-sheet py-2 pr-2 pl-4">
      <div className="flex min-h-11 items-center gap-1">
        <p className="min-w-0 grow truncate font-semibold" title={file.name}>
          {file.name}
        </p>
        {state === 'failed' && (
          <Button variant="secondary" size="small" onClick={() => resumeUpload(id)}>
            Try again
          </Button>
        )}
        {state === 'paused' && (
          <IconButton
            label={`Go on with ${file.name}`}
            icon={<Play aria-hidden size={20} />}
            onClick={() => resumeUpload(id)}
          />
        )}
        {(state === 'sending' || state === 'stalled' || state === 'waiting') && (
          <IconButton
            label={`Pause ${file.name}`}
            icon={<Pause aria-hidden size={20} />}
            onClick={() => pauseUpload(id)}
          />
        )}
        {state !== 'done' && (
          <IconButton
            label={`Cancel ${file.name}`}
            icon={<X aria-hidden size={20} />}
            onClick={() => {
              void cancelUpload(upload);
              onCancelled?.();
            }}
          />
        )}
      </div>
      <div className="pt-1 pr-2 pb-2">
        {state === 'failed' ? (
          <p role="alert" className="text-14 text-madder">
            {refusalOf(upload.error)}
          </p>
        ) : (
          <Progress
            label={labels[state]}
            of={file.name}
            value={shareOf(upload)}
            note={noteOf(upload)}
            tone={state === 'done' ? 'good' : 'live'}
          />
        )}
      </div>
    </div>
  );
}
