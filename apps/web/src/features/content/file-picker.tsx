import { buttonClass, classNames } from '@videowindow/ui';
import { Film } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';

/** Chooses a video by a press or by dropping it. What it really is decides the server, by looking into it. */
export function FilePicker({
  onFile,
  busy,
  children,
  label,
}: {
  onFile: (file: File) => void;
  busy?: boolean;
  label: string;
  children?: ReactNode;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file && !busy) onFile(file);
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
        accept="video/*,.mkv,.mov,.webm,.avi,.3gp,.ts"
        disabled={busy}
        className="peer sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) onFile(file);
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
