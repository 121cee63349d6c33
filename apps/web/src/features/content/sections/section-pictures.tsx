import { useQueryClient } from '@tanstack/react-query';
import { uploadFile } from '@videowindow/client';
import { Button, IconButton, Spinner, TextField } from '@videowindow/ui';
import { ArrowDown, ArrowUp, ImagePlus, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { keyOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { PICTURES } from '../file-handles.ts';
import { problemsWith } from '../file-problems.ts';
import type { Picture } from '../story-text.ts';
import { refusalOf } from '../upload-words.ts';
import { useMedia } from '../use-media.ts';
import { OwnPicture } from './own-picture.tsx';

type Pictures = readonly Picture[];
type Props = {
  /** The section's title. */
  of: string;
  pictures: Pictures;
  onChange: (change: (before: Pictures) => Pictures) => void;
  /** How many more the story may have. */
  room: number;
  editable: boolean;
  /** The section's words; the button that adds pictures stands below them. */
  children: (add: ReactNode) => ReactNode;
};

/** The pictures of a section: sent, put in order, told to those who do not see them, taken out. */
export function SectionPictures({ of, pictures, onChange, room, editable, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const [sending, setSending] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  const keepFocus = useFocusAfterMove(list);

  const send = async (file: File) => {
    let id: string | null = null;
    const onCreated = (mediaId: string) => {
      id = mediaId;
      setSending((before) => [...before, mediaId]);
      onChange((before) => [...before, { mediaId, alt: '' }]);
    };
    try {
      await uploadFile({ client, data: file, file, purpose: 'image', onCreated });
    } catch (error) {
      setProblems((before) => [...before, `${file.name}: ${refusalOf(error)}`]);
      onChange((before) => before.filter(({ mediaId }) => mediaId !== id));
    }
    setSending((before) => before.filter((one) => one !== id));
  };
  const take = async (files: readonly File[]) => {
    const taken = files.slice(0, room);
    const refusals = await problemsWith(taken);
    setProblems([
      ...taken.flatMap(({ name }, at) => (refusals[at] ? [`${name}: ${refusals[at]}`] : [])),
      ...(files.length > room ? [`A story has room for ${room === 0 ? 'no' : room} more pictures.`] : []),
    ]);
    // In turn, so that they stand in the order in which they were chosen.
    for (const [at, file] of taken.entries()) if (!refusals[at]) await send(file);
  };
  const move = (at: number, by: -1 | 1) => {
    const { mediaId = '' } = pictures[at] ?? {};
    keepFocus(mediaId, by);
    onChange((before) => moved(before, at, by));
    setSaid(`Picture ${at + by + 1} of ${pictures.length}`);
  };
  const remove = (mediaId: string) => {
    onChange((before) => before.filter((one) => one.mediaId !== mediaId));
    // Where a version that people see has it, it stays for that one.
    void client.call('DELETE /media/:id', { params: { id: mediaId } }).catch(() => {});
    button.current?.focus();
  };
  const add = (
    <>
      <Button
        ref={button}
        variant="quiet"
        size="small"
        icon={<ImagePlus aria-hidden size={18} />}
        aria-label={`Add pictures to ${of}`}
        disabled={room === 0 || !editable}
        onClick={() => input.current?.click()}
      >
        Add pictures
      </Button>
      <input
        ref={input}
        type="file"
        accept={PICTURES}
        multiple
        aria-label={`Pictures for ${of}`}
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          void take(files);
        }}
      />
    </>
  );
  return (
    <div className="grid gap-2">
      {children(add)}
      <p role="status" className="sr-only">
        {said}
      </p>
      {pictures.length > 0 && (
        <ol ref={list} aria-label={`Pictures of ${of}`} className="grid gap-3">
          {pictures.map((picture, at) => (
            <li
              key={picture.mediaId}
              data-picture={picture.mediaId}
              className="grid grid-cols-[6rem_minmax(0,1fr)] items-start gap-x-4 gap-y-1 rounded-card border border-line bg-sheet p-3"
            >
              <PictureState mediaId={picture.mediaId} isSending={sending.includes(picture.mediaId)} />
              <div className="grid gap-1">
                <TextField
                  label="What it shows"
                  hint={at === 0 ? 'Read out to those who do not see it.' : undefined}
                  maxLength={300}
                  value={picture.alt}
                  onChange={(event) => {
                    const alt = event.target.value;
                    onChange((before) =>
                      before.map((one) => (one.mediaId === picture.mediaId ? { ...one, alt } : one)),
                    );
                  }}
                />
                <div className="-ml-2.5 flex">
                  <IconButton
                    label={`Picture ${at + 1} earlier`}
                    data-move={-1}
                    disabled={!editable || at === 0}
                    icon={<ArrowUp aria-hidden size={18} />}
                    onClick={() => move(at, -1)}
                  />
                  <IconButton
                    label={`Picture ${at + 1} later`}
                    data-move={1}
                    disabled={!editable || at === pictures.length - 1}
                    icon={<ArrowDown aria-hidden size={18} />}
                    onClick={() => move(at, 1)}
                  />
                  <IconButton
                    label={`Remove picture ${at + 1}`}
                    disabled={!editable}
                    icon={<Trash2 aria-hidden size={18} />}
                    onClick={() => remove(picture.mediaId)}
                  />
                </div>
              </div>
            </li>
          ))}
        </ol>
      )}
      {problems.length > 0 && (
        <ul role="alert" className="grid gap-1 text-14 text-madder">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const moved = (pictures: Pictures, at: number, by: -1 | 1): Pictures => {
  const next = [...pictures];
  const [one] = next.splice(at, 1);
  if (one) next.splice(at + by, 0, one);
  return next;
};

/** After a move the focus is where it was: on the same button of the same picture, or its other one at the end. */
function useFocusAfterMove(list: React.RefObject<HTMLOListElement | null>) {
  const wanted = useRef<{ mediaId: string; by: -1 | 1 } | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    const { mediaId, by } = wanted.current;
    wanted.current = null;
    const row = list.current?.querySelector(`[data-picture="${mediaId}"]`);
    const button = (of: number) => row?.querySelector<HTMLButtonElement>(`button[data-move="${of}"]:not(:disabled)`);
    (button(by) ?? button(-by))?.focus();
  });
  return (mediaId: string, by: -1 | 1) => {
    wanted.current = { mediaId, by };
  };
}

/** The picture, or how far it is. */
function PictureState({ mediaId, isSending }: { mediaId: string; isSending: boolean }) {
  const { data: media, isError } = useMedia(mediaId);
  const queries = useQueryClient();
  const isReady = media?.image != null;
  useEffect(() => {
    const params = { id: mediaId };
    if (isReady) void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/image', { params }) });
  }, [isReady, mediaId, queries]);
  if (isReady) return <OwnPicture mediaId={mediaId} alt="" />;
  const words = wordsOf(media?.state, media?.rejection?.sentence, isSending, isError);
  return (
    <div className="grid min-h-16 content-center justify-items-center gap-1 rounded-control bg-ink/6 p-2 text-center text-12 text-ink-2">
      {words.isMoving && <Spinner size={18} />}
      <span role={words.isMoving ? undefined : 'alert'}>{words.text}</span>
    </div>
  );
}

function wordsOf(state: string | undefined, rejection: string | undefined, isSending: boolean, isGone: boolean) {
  if (isGone || state === 'deleting') return { isMoving: false, text: 'It is gone. Remove it here.' };
  if (rejection) return { isMoving: false, text: rejection };
  if (state === 'failed') return { isMoving: false, text: 'It could not be prepared. Remove it and send it again.' };
  if (isSending) return { isMoving: true, text: 'Sending' };
  if (state === 'uploading') return { isMoving: false, text: 'It was not sent. Remove it and choose it again.' };
  return { isMoving: true, text: 'Being prepared' };
}
