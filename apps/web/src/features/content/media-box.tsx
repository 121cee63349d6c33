import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Media } from '@videowindow/contract/api/media';
import { Button, Progress, Skeleton, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { spanText } from './bytes.ts';
import type { PickedFile } from './file-handles.ts';
import { FilePicker } from './file-picker.tsx';
import { problemsWith } from './file-problems.ts';
import { PrivateClip } from './private-clip.tsx';
import { UnfinishedUpload } from './unfinished-upload.tsx';
import { UploadRow } from './upload-row.tsx';
import { refusalOf } from './upload-words.ts';
import { rememberedUpload, startUpload, useUpload } from './uploads.ts';
import { useMedia } from './use-media.ts';

type Props = {
  mediaId: string | null;
  title: string;
  /** Whether the video may be changed now. */
  editable: boolean;
  /** Another video was begun for this story, or there is none any more. */
  onMedia: (mediaId: string | null) => void;
};

/** The video of a story: none, on its way, being made ready, ready, or why it can't be used and what to do. */
export function MediaBox({ mediaId, title, editable, onMedia }: Props) {
  const { data: media } = useMedia(mediaId);
  const upload = useUpload(mediaId);
  const [problem, setProblem] = useState<string>();
  const [replacing, setReplacing] = useState(false);

  const begin = useMutation({
    mutationFn: async (picked: PickedFile) => {
      const [refusal] = await problemsWith([picked.file]);
      if (refusal) throw new Refused(refusal);
      return await startUpload(picked);
    },
    onSuccess: (id) => {
      setReplacing(false);
      if (id !== mediaId) onMedia(id);
    },
    onMutate: () => setProblem(undefined),
    onError: (error) => setProblem(error instanceof Refused ? error.message : refusalOf(error)),
  });
  const picker = (label: string, words?: string) => (
    <>
      <FilePicker label={label} busy={begin.isPending} onFiles={([picked]) => picked && begin.mutate(picked)}>
        {words && <p className="max-w-80 text-14 text-ink-3">{words}</p>}
      </FilePicker>
      {problem && (
        <p role="alert" className="mt-2 text-14 text-madder">
          {problem}
        </p>
      )}
    </>
  );

  if (mediaId === null || replacing) {
    return (
      <div className="grid gap-2">
        {picker('Choose a video')}
        {replacing && (
          <Button variant="quiet" onClick={() => setReplacing(false)}>
            Keep the one there is
          </Button>
        )}
      </div>
    );
  }
  // What is sent is not yet known of for a moment.
  const isSending = upload && (upload.state !== 'done' || !media || media.state === 'uploading');
  if (isSending) return <UploadRow upload={upload} onCancelled={() => onMedia(null)} />;
  if (!media) return <Skeleton className="h-60 w-full rounded-card" />;
  return (
    <MediaState
      media={media}
      title={title}
      picker={picker}
      onReplace={editable ? () => setReplacing(true) : undefined}
      onRemoved={() => onMedia(null)}
    />
  );
}

/** Why a file is not even begun with. */
class Refused extends Error {}

const stages: Record<Media['progress']['stage'], string> = {
  upload: 'Received',
  probe: 'Looking at the file',
  transcode: 'Making it play everywhere',
  package: 'Packing it up',
  done: 'Ready',
};

function MediaState(props: {
  media: Media;
  title: string;
  picker: (label: string, words?: string) => React.ReactNode;
  onReplace: (() => void) | undefined;
  onRemoved: () => void;
}) {
  const { media, title, picker, onReplace, onRemoved } = props;
  switch (media.state) {
    case 'uploading': {
      const stored = rememberedUpload(media.id);
      if (stored) return <UnfinishedUpload stored={stored} onRemoved={onRemoved} />;
      return picker(
        'Choose a video',
        `“${media.filename}” was begun in another browser and stands at ${Math.floor((media.bytesReceived / media.bytes) * 100)}%. Go on there, or choose a video here.`,
      );
    }
    case 'uploaded':
    case 'processing': {
      const { stage, percent, speed, secondsLeft } = media.progress;
      const known = stage === 'transcode' || stage === 'package';
      const note = [speed && `${speed.toFixed(1)}× real time`, secondsLeft !== null && `${spanText(secondsLeft)} left`];
      return (
        <div className="grid gap-2">
          {media.view !== null && <PrivateClip mediaId={media.id} title={title} />}
          <div className="grid gap-3 rounded-card border border-line bg-sheet p-5">
            <Progress
              label={media.state === 'uploaded' ? 'Received, in the queue' : stages[stage]}
              value={known ? percent / 100 : null}
              note={note.filter(Boolean).join(' · ') || 'You can go on writing, or leave; it goes on without you.'}
            />
            <StopButton mediaId={media.id} />
          </div>
        </div>
      );
    }
    case 'ready':
      return (
        <div className="grid gap-2">
          <PrivateClip mediaId={media.id} title={title} />
          {onReplace && (
            <Button variant="quiet" onClick={onReplace}>
              Replace the video
            </Button>
          )}
        </div>
      );
    case 'rejected':
      return (
        <div className="grid gap-3">
          <Trouble
            sentence={media.rejection?.sentence ?? 'This file could not be used.'}
            code={media.rejection?.code}
          />
          {picker('Choose another video')}
        </div>
      );
    case 'failed':
      return (
        <div className="grid gap-3">
          <Failed media={media} />
          {picker('Choose another video')}
        </div>
      );
    case 'deleting':
      return picker('Choose a video', 'The video was deleted.');
  }
}

/** Ends the work on it; what was sent stays. */
function StopButton({ mediaId }: { mediaId: string }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: mediaId };
  const stop = useMutation({
    mutationFn: () => client.call('POST /media/:id/cancel', { params }),
    onSuccess: (media) => queries.setQueryData(keyOf('GET /media/:id', { params }), media),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <div>
      <Button variant="quiet" size="small" busy={stop.isPending} onClick={() => stop.mutate()}>
        Stop the work on it
      </Button>
    </div>
  );
}

function Failed({ media }: { media: Media }) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => client.call('POST /media/:id/retry', { params: { id: media.id } }),
    onSuccess: (next) => queries.setQueryData(keyOf('GET /media/:id', { params: { id: media.id } }), next),
  });
  return (
    <Trouble
      sentence={
        retry.isError
          ? sentenceOf(retry.error)
          : 'The video is not made ready: that failed here, or was stopped. Your file is safe.'
      }
    >
      <Button busy={retry.isPending} onClick={() => retry.mutate()}>
        Try again
      </Button>
    </Trouble>
  );
}

function Trouble({
  sentence,
  code,
  children,
}: {
  sentence: string;
  code?: string | undefined;
  children?: React.ReactNode;
}) {
  return (
    <div role="alert" className="grid justify-items-start gap-3 rounded-card border border-madder/40 bg-madder/5 p-5">
      <p className="font-semibold text-madder">{sentence}</p>
      {code && <p className="text-12 text-ink-3">{code}</p>}
      {children}
    </div>
  );
}
