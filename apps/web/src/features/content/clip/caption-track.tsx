import type { Captions } from '@videowindow/contract/api/media';
import { Button, ConfirmDialog, IconButton, TextField } from '@videowindow/ui';
import { Plus, Trash2, Upload } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type CaptionDraft, isSaved, newKey, setCaptionDraft } from './caption-drafts.ts';
import { CaptionsConflict } from './captions-conflict.tsx';
import { CaptionsFileButton } from './captions-file.tsx';
import { type CueActions, CueList } from './cue-list.tsx';
import { addCue, cueAt, type EditedCue, editedCues, moveEdge, withoutCue, writeText } from './cues.ts';
import { languageName } from './languages.ts';
import type { Playhead } from './playhead.ts';
import { useCaptionSaving } from './use-caption-saving.ts';

type Props = {
  mediaId: string;
  durationMs: number;
  playhead: Playhead;
  language: string;
  /** What the server holds; null for a language that is new. */
  saved: Captions | null;
  draft: CaptionDraft;
};

/** One language: its lines beside the clip, by mouse, finger or keyboard; a file brought in; saving and deleting. */
export function CaptionTrack({ mediaId, durationMs, playhead, language, saved, draft }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(draft);
  latest.current = draft;
  const [deleting, setDeleting] = useState(false);
  const { save, remove, conflict, settle } = useCaptionSaving(mediaId, language, draft);

  const change = useMemo(
    () => (part: Partial<CaptionDraft>) => {
      const next = { ...latest.current, ...part };
      latest.current = next;
      setCaptionDraft(mediaId, language, saved && isSaved(next, saved) ? null : next);
    },
    [mediaId, language, saved],
  );
  const focusCue = useFocus(box);
  const actions = useMemo<CueActions>(
    () => ({
      write: (key, text) => change({ cues: writeText(latest.current.cues, key, text) }),
      move: (key, edge, ms) => change({ cues: moveEdge(latest.current.cues, key, edge, ms, durationMs) }),
      remove: (key) => {
        const { cues } = latest.current;
        const at = cues.findIndex((cue) => cue.key === key);
        focusCue((cues[at + 1] ?? cues[at - 1])?.key ?? 'add');
        change({ cues: withoutCue(cues, key) });
      },
    }),
    [change, durationMs, focusCue],
  );
  const add = () => {
    const key = newKey();
    focusCue(key);
    change({ cues: addCue(latest.current.cues, playhead.read(), durationMs, key) });
  };

  /** The film editor's keys; with Alt, as without it they are letters of the words. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const focused = (event.target as HTMLElement).closest<HTMLElement>('[data-cue]')?.dataset.cue;
    const cue = focused ?? cueAt(latest.current.cues, playhead.read())?.key;
    const keys = new Map<string, () => void>([
      ['KeyJ', () => playhead.seek(playhead.read() - 1000)],
      ['KeyK', () => playhead.toggle()],
      ['KeyL', () => playhead.seek(playhead.read() + 1000)],
      ['KeyI', () => cue && actions.move(cue, 'start', playhead.read())],
      ['KeyO', () => cue && actions.move(cue, 'end', playhead.read())],
      ['Enter', add],
    ]);
    const act = keys.get(event.code);
    if (!act) return;
    event.preventDefault();
    act();
  };

  const name = languageName(language);
  const isDirty = !saved || !isSaved(draft, saved);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the buttons inside do
    <div ref={box} onKeyDown={onKeyDown} className="grid gap-4">
      <TextField
        label="What viewers choose it by"
        maxLength={60}
        value={draft.label}
        onChange={(event) => change({ label: event.target.value })}
      />
      <p className="hidden text-14 text-ink-3 md:block">
        Alt with K plays and pauses, J and L go back and on, Enter begins a line, I and O set where it begins and ends.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" data-cue="add" icon={<Plus aria-hidden size={18} />} onClick={add}>
          Add a line here
        </Button>
        <ImportButton count={draft.cues.length} onCues={(cues) => change({ cues })} />
        <CaptionsFileButton language={language} cues={draft.cues} />
      </div>
      <CueList cues={draft.cues} {...{ durationMs, language, playhead, actions }} />
      <div className="sticky bottom-16 z-10 flex flex-wrap items-center gap-2 border-t border-line bg-paper py-3 md:bottom-0">
        <Button busy={save.isPending} disabled={!isDirty} onClick={() => save.mutate(draft.revision)}>
          Save {name}
        </Button>
        <span aria-live="polite" className="text-14 text-ink-3">
          {isDirty ? 'Not saved yet' : 'Saved'}
        </span>
        <IconButton
          label={`Delete ${name}`}
          icon={<Trash2 aria-hidden size={20} />}
          className="ml-auto"
          onClick={() => setDeleting(true)}
        />
        {save.problem && (
          <p role="alert" className="basis-full text-14 text-madder">
            {save.problem}
          </p>
        )}
      </div>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete the captions in ${name}?`}
        confirm="Delete"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(saved !== null, { onSuccess: () => setDeleting(false) })}
      >
        Nobody can read them any more. This can't be undone.
      </ConfirmDialog>
      {conflict && <CaptionsConflict name={name} mine={draft} theirs={conflict.theirs} onChoose={settle} />}
    </div>
  );
}

/** Moves the focus to a line's words when they are drawn, or to a button that bears that name. */
function useFocus(box: React.RefObject<HTMLElement | null>): (key: string) => void {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const found = box.current?.querySelector<HTMLElement>(`[data-cue="${wanted.current}"]`);
    if (!found) return;
    wanted.current = null;
    (found.querySelector('textarea') ?? found).focus();
  });
  return useMemo(
    () => (key: string) => {
      wanted.current = key;
    },
    [],
  );
}

function ImportButton({ count, onCues }: { count: number; onCues: (cues: EditedCue[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const [asked, setAsked] = useState<EditedCue[] | null>(null);
  const take = async (file: File) => {
    const read = editedCues(await file.text(), newKey);
    if (!read.ok) return setProblem(`${file.name}, line ${read.line}: ${read.problem}`);
    setProblem(undefined);
    if (count > 0) setAsked(read.cues);
    else onCues(read.cues);
  };
  return (
    <>
      <Button variant="secondary" icon={<Upload aria-hidden size={18} />} onClick={() => input.current?.click()}>
        Bring a file
      </Button>
      <input
        ref={input}
        type="file"
        accept=".vtt,.srt,text/vtt,application/x-subrip"
        aria-label="Captions file"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void take(file);
        }}
      />
      {problem && (
        <p role="alert" className="basis-full text-14 text-madder">
          {problem}
        </p>
      )}
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={() => setAsked(null)}
        title={`Replace ${count === 1 ? 'the line' : `the ${count} lines`} there ${count === 1 ? 'is' : 'are'}?`}
        confirm="Replace"
        onConfirm={() => {
          if (asked) onCues(asked);
          setAsked(null);
        }}
      >
        The file has {asked?.length}. Nothing is saved before you press Save.
      </ConfirmDialog>
    </>
  );
}
