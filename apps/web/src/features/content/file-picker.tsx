import { buttonClass, classNames } from '@videowindow/ui';
import { Film } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { ACCEPTED, canPickHandles, droppedFiles, type PickedFile, pickHandles } from './file-handles.ts';

/** Chooses videos by a press or by dropping them. What they really are decides the server, by looking into them. */
export function FilePicker({
  onFiles,
  multiple = false,
  busy,
  children,
  label,
}: {
  /** At least one; exactly one without `multiple`. */
  onFiles: (files: PickedFile[]) => void;
  multiple?: boolean;
  busy?: boolean;
  label: string;
  children?: ReactNode;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const give = (files: PickedFile[]) => {
    const given = multiple ? files : files.slice(0, 1);
    if (given.length > 0) onFiles(given);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        // Onto something inside is not away from it.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!busy) void droppedFiles(event.dataTransfer).then(give);
      }}
      className={classNames(
        'grid justify-items-center gap-4 rounded-card border-2 border-dashed px-5 py-10 text-center transition-colors duration-120',
        over ? 'border-kiln bg-kiln/5' : 'border-line bg-sheet',
      )}
    >
      <span className="grid size-14 place-items-center rounded-full bg-ink/5 text-ink-3">
        <Film aria-hidden size={26} />
      </span>
      <input
        id={id}
        type="file"
        accept={ACCEPTED}
        multiple={multiple}
        disabled={busy}
        className="peer sr-only"
        onClick={(event) => {
          if (!canPickHandles()) return;
          // The same dialog, but its files can be opened again after a restart.
          event.preventDefault();
          void pickHandles(multiple).then(give);
        }}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])].map((file) => ({ file, handle: null }));
          event.target.value = '';
          give(files);
        }}
      />
      <label
        htmlFor={id}
        className={classNames(
          buttonClass({ size: 'large' }),
          'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-indigo',
          busy && 'pointer-events-none opacity-60',
        )}
      >
        {label}
      </label>
      {children}
    </div>
  );
}
