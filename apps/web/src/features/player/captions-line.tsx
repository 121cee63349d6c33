import type { MediaView } from '@videowindow/contract/api/media';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { shownLanguage, useCues } from './captions.ts';
import { captionChoice } from './choices.ts';

type Props = { video: RefObject<HTMLVideoElement | null>; captions: MediaView['captions'] };

/** What is said, over the picture and clear of what lies below it. */
export function CaptionsLine({ video, captions }: Props) {
  const language = shownLanguage(captions, captionChoice.use());
  const cues = useCues(video, captions, language);
  if (cues.length === 0) return null;
  return (
    <div
      lang={language ?? undefined}
      className="captions pointer-events-none absolute inset-x-0 z-1 grid justify-items-center gap-1 px-6 text-center"
    >
      {cues.map((cue, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cue has no name; all change together
        <Cue key={place} cue={cue} />
      ))}
    </div>
  );
}

function Cue({ cue }: { cue: DocumentFragment }) {
  const line = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => line.current?.replaceChildren(cue.cloneNode(true)), [cue]);
  return (
    <span ref={line} className="max-w-text rounded-control bg-black/75 px-2.5 py-1 whitespace-pre-line text-white" />
  );
}
