import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Chapter, Media } from '@videowindow/contract/api/media';
import { Button, Card, classNames, EmptyState, IconButton, inputClass, useVoice } from '@videowindow/ui';
import { ArrowLeftToLine, ListVideo, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { ConflictSheet } from '../conflict-sheet.tsx';
import { newKey } from './caption-drafts.ts';
import type { Clip } from './captions-editor.tsx';
import { type ChapterMark, chaptersOf, inOrder, problemOfMark } from './chapter-marks.ts';
import { createDrafts } from './drafts.ts';
import { shortClock, TimeField } from './time-field.tsx';

/** What is written, and what was read before it. */
type ChapterDraft = { marks: readonly ChapterMark[]; before: readonly Chapter[] };
const drafts = createDrafts<ChapterDraft>();
const opened = new WeakMap<readonly Chapter[], ChapterDraft>();

function draftOf(chapters: readonly Chapter[]): ChapterDraft {
  const known = opened.get(chapters);
  if (known) return known;
  const draft = { marks: chapters.map((chapter) => ({ ...chapter, key: newKey() })), before: chapters };
  opened.set(chapters, draft);
  return draft;
}

/** Marks in a clip that viewers jump to. */
export function ChaptersEditor({ mediaId, durationMs, playhead, saved }: Clip & { saved: readonly Chapter[] }) {
  const draft = drafts.use(mediaId) ?? draftOf(saved);
  const { marks } = draft;
  const { save, theirs, settle } = useChapterSaving(mediaId, draft);
  const change = (next: readonly ChapterMark[]) => {
    const isSaved = JSON.stringify(chaptersOf(next)) === JSON.stringify(draft.before);
    drafts.set(mediaId, isSaved ? null : { marks: inOrder(next), before: draft.before });
  };
  const edit = (key: string, part: Partial<Chapter>) =>
    change(marks.map((mark) => (mark.key === key ? { ...mark, ...part } : mark)));
  const add = () => change([...marks, { key: newKey(), startMs: playhead.read(), title: '' }]);

  const isDirty = drafts.get(mediaId) !== undefined;
  const isWhole = marks.every((mark) => problemOfMark(marks, mark, durationMs) === undefined);
  const addButton = (
    <Button variant="secondary" icon={<Plus aria-hidden size={18} />} onClick={add}>
      Add a chapter here
    </Button>
  );
  return (
    <div className="grid gap-4">
      {marks.length === 0 ? (
        <EmptyState icon={<ListVideo aria-hidden size={26} />} title="No chapters" action={addButton}>
          Mark where throwing ends and firing begins, so that people find the moment they look for.
        </EmptyState>
      ) : (
        <>
          <ol aria-label="Chapters" className="grid gap-2">
            {marks.map((mark, index) => (
              <ChapterRow
                key={mark.key}
                mark={mark}
                number={index + 1}
                problem={problemOfMark(marks, mark, durationMs)}
                onEdit={(part) => edit(mark.key, part)}
                onHere={() => edit(mark.key, { startMs: playhead.read() })}
                onRemove={() => change(marks.filter((other) => other.key !== mark.key))}
              />
            ))}
          </ol>
          <div>{addButton}</div>
        </>
      )}
      {(marks.length > 0 || isDirty) && (
        <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-2 border-t border-line bg-paper py-3 md:bottom-0">
          <Button busy={save.isPending} disabled={!isDirty || !isWhole} onClick={() => save.mutate(draft.before)}>
            Save chapters
          </Button>
          <span aria-live="polite" className="text-14 text-ink-3">
            {isDirty ? 'Not saved yet' : 'Saved'}
          </span>
          {save.isError && theirs === null && (
            <p role="alert" className="basis-full text-14 text-madder">
              {sentenceOf(save.error)}
            </p>
          )}
        </div>
      )}
      {theirs && <ChaptersConflict mine={chaptersOf(marks)} theirs={theirs} onChoose={settle} />}
    </div>
  );
}

function ChapterRow(props: {
  mark: ChapterMark;
  number: number;
  problem: string | undefined;
  onEdit: (part: Partial<Chapter>) => void;
  onHere: () => void;
  onRemove: () => void;
}) {
  const { mark, number, problem, onEdit, onHere, onRemove } = props;
  return (
    <li className="grid gap-2 rounded-card border border-line bg-sheet p-3">
      <div className="flex items-center gap-1">
        <TimeField
          label={`Chapter ${number} begins`}
          ms={mark.startMs}
          disabled={number === 1}
          onChange={(startMs) => onEdit({ startMs })}
        />
        <span className="ml-auto flex">
          {number > 1 && (
            <IconButton
              label={`Chapter ${number} begins here`}
              icon={<ArrowLeftToLine aria-hidden size={18} />}
              onClick={onHere}
            />
          )}
          <IconButton label={`Remove chapter ${number}`} icon={<Trash2 aria-hidden size={18} />} onClick={onRemove} />
        </span>
      </div>
      <input
        aria-label={`Name of chapter ${number}`}
        aria-describedby={problem ? `${mark.key}-problem` : undefined}
        maxLength={100}
        value={mark.title}
        placeholder={number === 1 ? 'Throwing' : 'Firing'}
        onChange={(event) => onEdit({ title: event.target.value })}
        className={classNames(inputClass)}
      />
      {problem && (
        <p id={`${mark.key}-problem`} className="text-14 text-amber">
          {problem}
        </p>
      )}
    </li>
  );
}

/** Brings the chapters to the server; what another tab saved meanwhile is never overwritten unseen. */
function useChapterSaving(mediaId: string, draft: ChapterDraft) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [theirs, setTheirs] = useState<readonly Chapter[] | null>(null);
  const params = { id: mediaId };
  const save = useMutation({
    mutationFn: (before: readonly Chapter[]) =>
      client.call('PUT /media/:id/chapters', {
        params,
        body: { chapters: chaptersOf(draft.marks), before: [...before] },
      }),
    onSuccess: (media: Media) => {
      setTheirs(null);
      queries.setQueryData(keyOf('GET /media/:id', { params }), media);
      drafts.set(mediaId, null);
      void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/playback', { params }) });
      toast({ text: 'The chapters are saved.', tone: 'good' });
    },
    onError: (error) => {
      // `current` is the endpoint's own answer: the chapters that are there now.
      if (isApiError(error, 'version_conflict')) setTheirs(error.details.current as Chapter[]);
    },
  });
  const settle = (choice: 'mine' | 'theirs') => {
    if (!theirs) return;
    if (choice === 'mine') return save.mutate(theirs);
    setTheirs(null);
    drafts.set(mediaId, null);
    void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id', { params }) });
  };
  return { save, theirs, settle };
}

function ChaptersConflict(props: {
  mine: readonly Chapter[];
  theirs: readonly Chapter[];
  onChoose: (choice: 'mine' | 'theirs') => void;
}) {
  const { mine, theirs, onChoose } = props;
  return (
    <ConflictSheet
      subtitle="Another tab or device saved the chapters meanwhile. Choose the ones to keep."
      onChoose={onChoose}
    >
      <div className="grid gap-2 sm:grid-cols-2">
        {[
          { label: 'Here', chapters: mine },
          { label: 'There', chapters: theirs },
        ].map(({ label, chapters }) => (
          <Card key={label} tone="sunken" className="grid content-start gap-1 text-14">
            <p className="text-12 text-ink-3">{label}</p>
            {chapters.map(({ startMs, title }) => (
              <p key={startMs}>
                <span className="figures text-ink-3">{shortClock(startMs)}</span> {title}
              </p>
            ))}
            {chapters.length === 0 && <p className="text-ink-3">No chapters</p>}
          </Card>
        ))}
      </div>
    </ConflictSheet>
  );
}
