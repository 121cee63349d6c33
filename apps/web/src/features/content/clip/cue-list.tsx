import { classNames, IconButton, inputClass } from '@videowindow/ui';
import { ArrowLeftToLine, ArrowRightToLine, LocateFixed, Trash2 } from 'lucide-react';
import { memo, useCallback, useEffect, useRef } from 'react';
import { cueAt, type EditedCue, problemOfCue } from './cues.ts';
import { type Playhead, usePlayhead } from './playhead.ts';
import { shortClock, TimeField } from './time-field.tsx';

export type CueActions = {
  write: (key: string, text: string) => void;
  move: (key: string, edge: 'start' | 'end', ms: number) => void;
  remove: (key: string) => void;
};

/** The lines in their order; the one that is read now stands out and stays in view while the clip runs. */
export function CueList(props: {
  cues: readonly EditedCue[];
  durationMs: number;
  language: string;
  playhead: Playhead;
  actions: CueActions;
}) {
  const { cues, durationMs, language, playhead, actions } = props;
  const list = useRef<HTMLOListElement>(null);
  const look = useCallback((at: Playhead) => cueAt(cues, at.read())?.key ?? null, [cues]);
  const active = usePlayhead(playhead, look);
  useEffect(() => {
    if (active === null || playhead.isPaused() || list.current?.contains(document.activeElement)) return;
    list.current?.querySelector(`[data-cue="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active, playhead]);
  return (
    <ol ref={list} aria-label="Lines" className="grid gap-2">
      {cues.map((cue, index) => (
        <CueRow
          key={cue.key}
          cue={cue}
          number={index + 1}
          isActive={cue.key === active}
          problem={problemOfCue(cue, durationMs)}
          {...{ language, playhead, actions }}
        />
      ))}
    </ol>
  );
}

type RowProps = {
  cue: EditedCue;
  number: number;
  isActive: boolean;
  problem: string | undefined;
  language: string;
  playhead: Playhead;
  actions: CueActions;
};

const CueRow = memo(function CueRow({ cue, number, isActive, problem, language, playhead, actions }: RowProps) {
  const { key, startMs, endMs, text } = cue;
  return (
    <li
      data-cue={key}
      aria-current={isActive || undefined}
      className={classNames(
        'grid gap-2 rounded-card border bg-sheet p-3 transition-colors duration-120 [contain-intrinsic-size:auto_8rem] [content-visibility:auto]',
        isActive ? 'border-kiln' : 'border-line',
      )}
    >
      <div className="flex items-center gap-1">
        <TimeField label={`Line ${number} begins`} ms={startMs} onChange={(ms) => actions.move(key, 'start', ms)} />
        <span aria-hidden className="text-ink-3">
          –
        </span>
        <TimeField label={`Line ${number} ends`} ms={endMs} onChange={(ms) => actions.move(key, 'end', ms)} />
        <span className="ml-auto flex">
          <IconButton
            label={`Go to line ${number}, ${shortClock(startMs)}`}
            icon={<LocateFixed aria-hidden size={18} />}
            onClick={() => playhead.seek(startMs)}
          />
          <IconButton
            label={`Line ${number} begins here (Alt I)`}
            icon={<ArrowLeftToLine aria-hidden size={18} />}
            onClick={() => actions.move(key, 'start', playhead.read())}
          />
          <IconButton
            label={`Line ${number} ends here (Alt O)`}
            icon={<ArrowRightToLine aria-hidden size={18} />}
            onClick={() => actions.move(key, 'end', playhead.read())}
          />
        </span>
      </div>
      <div className="flex items-start gap-1">
        <textarea
          aria-label={`Words of line ${number}`}
          aria-describedby={problem ? `${key}-problem` : undefined}
          rows={1}
          dir="auto"
          lang={language}
          maxLength={1000}
          value={text}
          onChange={(event) => actions.write(key, event.target.value)}
          className={classNames(inputClass, 'resize-none field-sizing-content')}
        />
        <IconButton
          label={`Remove line ${number}`}
          icon={<Trash2 aria-hidden size={18} />}
          onClick={() => actions.remove(key)}
        />
      </div>
      {problem && (
        <p id={`${key}-problem`} className="text-14 text-amber">
          {problem}
        </p>
      )}
    </li>
  );
});
