import { readClock } from '@videowindow/contract/captions';
import { classNames, inputClass } from '@videowindow/ui';
import { useState } from 'react';

/** `1:02.5`, `1:02:03.5`: as short as it can be said. */
export function shortClock(ms: number): string {
  const rest = ms % 60_000;
  const seconds = `${rest < 10_000 ? '0' : ''}${(Math.floor(rest / 10) / 100).toFixed(rest % 100 === 0 ? 1 : 2)}`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes}:${seconds}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`;
}

/** A moment of the clip to type into; taken when it is left or Enter is pressed, and put back when it is none. */
export function TimeField(props: { label: string; ms: number; disabled?: boolean; onChange: (ms: number) => void }) {
  const { label, ms, disabled, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const isWrong = typed !== null && readClock(typed) === null;
  const take = () => {
    const read = typed === null ? null : readClock(typed);
    if (read !== null && read !== ms) onChange(read);
    setTyped(null);
  };
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong || undefined}
      title={isWrong ? 'Write a time such as 1:02.5' : undefined}
      inputMode="decimal"
      disabled={disabled}
      value={typed ?? shortClock(ms)}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
        if (event.key === 'Escape') setTyped(null);
      }}
      className={classNames(inputClass, 'figures w-21! shrink-0 px-2.5')}
    />
  );
}
