import { Button, IconButton } from '@videowindow/ui';
import { FilePlus, X } from 'lucide-react';
import { useRef, useState } from 'react';

export type ChosenPdf = { name: string; base64: string };

/** Bytes beyond which it is said at once that it is too much. */
const MOST_BYTES = 1_400_000;

/** One PDF that goes with words: chosen, named, taken away again. It is sent with the form. */
export function PdfField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: ChosenPdf | null;
  onChange: (value: ChosenPdf | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const choose = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setProblem('This file is larger than 1.4 MB. A scan in grey is smaller.');
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!new TextDecoder('latin1').decode(bytes.subarray(0, 5)).startsWith('%PDF-')) {
      return setProblem('This is not a PDF. Pictures can be added beside it.');
    }
    setProblem(null);
    onChange({ name: file.name, base64: base64Of(bytes) });
  };
  return (
    <div className="grid gap-1">
      <input
        ref={input}
        type="file"
        accept="application/pdf"
        className="sr-only"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          void choose(file);
        }}
      />
      {value ? (
        <p className="flex min-h-11 items-center gap-1">
          <span className="truncate">{value.name}</span>
          <IconButton
            label={`Take away ${value.name}`}
            icon={<X aria-hidden size={16} />}
            onClick={() => onChange(null)}
          />
        </p>
      ) : (
        <Button
          variant="quiet"
          size="small"
          className="justify-self-start"
          icon={<FilePlus aria-hidden size={18} />}
          onClick={() => input.current?.click()}
        >
          {label}
        </Button>
      )}
      {problem && (
        <p role="alert" className="text-14 text-madder">
          {problem}
        </p>
      )}
    </div>
  );
}

const CHUNK = 0x8000;

/** In pieces: a call takes only so many arguments. */
function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
