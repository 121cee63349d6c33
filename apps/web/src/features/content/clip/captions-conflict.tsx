import type { Captions } from '@videowindow/contract/api/media';
import { Card } from '@videowindow/ui';
import { ConflictSheet } from '../conflict-sheet.tsx';
import { type CaptionDraft, draftOfCaptions } from './caption-drafts.ts';
import { shortClock } from './time-field.tsx';

const SHOWN = 6;

/** Two versions of one language: shows where they differ, and lets the maker choose. Neither is lost before that. */
export function CaptionsConflict(props: {
  name: string;
  mine: CaptionDraft;
  /** Null: they were deleted there. */
  theirs: Captions | null;
  onChoose: (choice: 'mine' | 'theirs') => void;
}) {
  const { name, mine, theirs, onChoose } = props;
  const here = linesOf(mine);
  const there = theirs ? linesOf(draftOfCaptions(theirs)) : [];
  return (
    <ConflictSheet
      title={theirs ? undefined : 'This was deleted somewhere else'}
      subtitle={
        theirs
          ? `Another tab or device saved the captions in ${name} meanwhile. Choose the ones to keep.`
          : `Another tab or device deleted the captions in ${name} meanwhile.`
      }
      giveUp={theirs ? undefined : 'Leave them deleted'}
      onChoose={onChoose}
    >
      <div className="grid gap-2 sm:grid-cols-2">
        <Version label="Here" lines={here} others={there} />
        <Version label="There" lines={there} others={here} />
      </div>
    </ConflictSheet>
  );
}

const linesOf = ({ cues }: CaptionDraft): string[] =>
  cues.map(({ startMs, endMs, text }) => `${shortClock(startMs)} – ${shortClock(endMs)}\n${text}`);

function Version({ label, lines, others }: { label: string; lines: readonly string[]; others: readonly string[] }) {
  const own = lines.filter((line) => !others.includes(line));
  return (
    <Card tone="sunken" className="grid content-start gap-2 text-14">
      <p className="text-12 text-ink-3">
        {label} · {lines.length === 1 ? 'one line' : `${lines.length} lines`}
      </p>
      {own.slice(0, SHOWN).map((line) => (
        <p key={line} dir="auto" className="whitespace-pre-line">
          {line}
        </p>
      ))}
      {own.length > SHOWN && <p className="text-ink-3">and {own.length - SHOWN} more that differ</p>}
      {own.length === 0 && <p className="text-ink-3">Nothing that the other one has not.</p>}
    </Card>
  );
}
