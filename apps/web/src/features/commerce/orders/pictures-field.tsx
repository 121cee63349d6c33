import { Button, IconButton } from '@videowindow/ui';
import { ImagePlus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { pictureProblem, sendPicture } from '../../../lib/send-picture.ts';
import { PICTURES } from '../../content/file-handles.ts';

const MOST = 6;

export type SentPicture = { id: string; url: string; name: string };

/** Pictures that go with words: chosen, sent at once, shown small, taken away again. */
export function PicturesField({
  pictures,
  onChange,
  label = 'Add pictures',
}: {
  pictures: readonly SentPicture[];
  onChange: (pictures: readonly SentPicture[]) => void;
  label?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = useRef(pictures);
  shown.current = pictures;
  useEffect(
    () => () => {
      for (const { url } of shown.current) URL.revokeObjectURL(url);
    },
    [],
  );

  const send = async (files: readonly File[]) => {
    setProblem(null);
    for (const file of files.slice(0, MOST - shown.current.length)) {
      setSending((count) => count + 1);
      try {
        const picture = { id: await sendPicture(file), url: URL.createObjectURL(file), name: file.name };
        shown.current = [...shown.current, picture];
        onChange(shown.current);
      } catch (error) {
        setProblem(pictureProblem(error));
      }
      setSending((count) => count - 1);
    }
  };

  return (
    <div className="grid gap-2">
      {pictures.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {pictures.map((picture) => (
            <li key={picture.id} className="relative">
              <img
                src={picture.url}
                alt={picture.name}
                className="size-20 rounded-control border border-line object-cover"
              />
              <span className="absolute -top-2 -right-2 rounded-full bg-sheet">
                <IconButton
                  label={`Take away ${picture.name}`}
                  icon={<X aria-hidden size={16} />}
                  onClick={() => {
                    URL.revokeObjectURL(picture.url);
                    onChange(pictures.filter(({ id }) => id !== picture.id));
                  }}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={input}
        type="file"
        multiple
        accept={PICTURES}
        className="sr-only"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          void send(files);
        }}
      />
      {pictures.length < MOST && (
        <Button
          variant="quiet"
          size="small"
          className="justify-self-start"
          busy={sending > 0}
          icon={<ImagePlus aria-hidden size={18} />}
          onClick={() => input.current?.click()}
        >
          {sending > 0 ? 'Sending' : label}
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
