import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { StoredUpload } from '@videowindow/client';
import { isApiError } from '@videowindow/client';
import { Button, IconButton, Progress } from '@videowindow/ui';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { bytesText } from './bytes.ts';
import { ACCEPTED, canPickHandles, fileOfHandle, hasHandle, type PickedFile, pickHandles } from './file-handles.ts';
import { addUpload, forgetRemembered } from './uploads.ts';

/** An upload of an earlier visit: goes on by one press where the browser kept the file, else with the file chosen again. */
export function UnfinishedUpload({ stored, onRemoved }: { stored: StoredUpload; onRemoved?: () => void }) {
  const { file, mediaId } = stored;
  const media = useQuery(read('GET /media/:id', { params: { id: mediaId } }));
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const kept = useKept(stored);

  const take = (picked: PickedFile | undefined) => {
    if (!picked) return;
    const { name, size } = picked.file;
    // Not its date: phones export a clip anew each time it is chosen.
    if (name === file.name && size === file.size) return void addUpload(picked, file);
    setProblem(`That is another file: ${name}, ${bytesText(size)}. This one has ${bytesText(file.size)}.`);
  };
  const choose = async () => {
    if (canPickHandles()) take((await pickHandles(false))[0]);
    else input.current?.click();
  };
  const goOn = async () => {
    setProblem(undefined);
    const found = kept ? await fileOfHandle(file) : null;
    if (found) return void addUpload(found, file);
    await choose();
  };

  // Not this person's, swept, or complete by now: nothing to go on with.
  if (isApiError(media.error, 'not_found') || (media.data && media.data.state !== 'uploading')) return null;
  const sent = media.data?.bytesReceived ?? 0;
  return (
    <div className="rounded-card border border-line bg-sheet py-2 pr-2 pl-4">
      <div className="flex min-h-11 items-center gap-1">
        <p className="min-w-0 grow truncate font-semibold" title={file.name}>
          {file.name}
        </p>
        <Button
          variant="secondary"
          size="small"
          aria-label={`${kept ? 'Go on with' : 'Choose again'} ${file.name}`}
          onClick={() => void goOn()}
        >
          {kept ? 'Go on' : 'Choose again'}
        </Button>
        <RemoveButton stored={stored} onRemoved={onRemoved} onProblem={setProblem} />
      </div>
      <div className="grid gap-2 pt-1 pr-2 pb-2">
        <Progress
          label="Not finished"
          of={file.name}
          value={media.data ? sent / file.size : 0}
          note={`${bytesText(sent)} of ${bytesText(file.size)} · kept until ${dateTime(stored.expiresAt)}`}
        />
        {!kept && (
          <p className="text-14 text-ink-2">Choose the same file again and it goes on from where it stopped.</p>
        )}
        {problem && (
          <p role="alert" className="text-14 text-madder">
            {problem}
          </p>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        aria-label={`The file ${file.name}`}
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          take(chosen && { file: chosen, handle: null });
        }}
      />
    </div>
  );
}

function useKept({ file }: StoredUpload): boolean {
  const [kept, setKept] = useState(false);
  const { name, size, lastModified } = file;
  useEffect(() => {
    let isCurrent = true;
    const asked = { name, size, ...(lastModified !== undefined && { lastModified }) };
    void hasHandle(asked).then((found) => isCurrent && setKept(found));
    return () => {
      isCurrent = false;
    };
  }, [name, size, lastModified]);
  return kept;
}

function RemoveButton(props: {
  stored: StoredUpload;
  onRemoved: (() => void) | undefined;
  onProblem: (sentence: string) => void;
}) {
  const { stored, onRemoved, onProblem } = props;
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /media/:id', { params: { id: stored.mediaId } }),
    onSuccess: () => {
      forgetRemembered(stored);
      void queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
      onRemoved?.();
    },
    onError: (error) => onProblem(sentenceOf(error)),
  });
  return (
    <IconButton
      label={`Remove ${stored.file.name}`}
      icon={<X aria-hidden size={20} />}
      busy={remove.isPending}
      onClick={() => remove.mutate()}
    />
  );
}
