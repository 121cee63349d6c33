import { EmptyState, Skeleton, Tabs } from '@videowindow/ui';
import { Captions } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useMedia } from '../use-media.ts';
import { CaptionsEditor } from './captions-editor.tsx';
import { ChaptersEditor } from './chapters-editor.tsx';
import { cueAt } from './cues.ts';
import { createPlayhead, type Playhead, usePlayhead } from './playhead.ts';
import { StudioClip } from './studio-clip.tsx';
import { useCaptionLanguages } from './use-caption-languages.ts';

/** What belongs to a story's video: its captions and chapters, written beside the clip. */
export function ClipPart({ mediaId, title }: { mediaId: string | null; title: string }) {
  const { data: media, isPending } = useMedia(mediaId);
  if (mediaId !== null && isPending) return <Skeleton className="h-60 w-full rounded-card" />;
  if (!media?.view) {
    return (
      <EmptyState icon={<Captions aria-hidden size={26} />} title="The video comes first">
        As soon as it is ready you write its captions and chapters here.
      </EmptyState>
    );
  }
  return <ClipTools key={media.id} mediaId={media.id} title={title} view={media.view} />;
}

type View = NonNullable<NonNullable<ReturnType<typeof useMedia>['data']>['view']>;

function ClipTools({ mediaId, title, view }: { mediaId: string; title: string; view: View }) {
  const [playhead] = useState(createPlayhead);
  const [tool, setTool] = useState('captions');
  const [language, setLanguage] = useState<string | null>(null);
  const clip = { mediaId, durationMs: view.durationMs, playhead };
  return (
    <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <div className="sticky top-(--banner) z-20 -mx-5 border-b border-line bg-paper px-5 py-2 md:mx-0 md:px-0 lg:top-6 lg:border-0">
        <StudioClip mediaId={mediaId} title={title} playhead={playhead}>
          {tool === 'captions' && <LineNow {...{ mediaId, language, playhead }} />}
        </StudioClip>
      </div>
      <Tabs
        label="Captions and chapters"
        value={tool}
        onChange={setTool}
        tabs={[
          {
            value: 'captions',
            label: 'Captions',
            content: <CaptionsEditor {...clip} language={language} onLanguage={setLanguage} />,
          },
          { value: 'chapters', label: 'Chapters', content: <ChaptersEditor {...clip} saved={view.chapters} /> },
        ]}
      />
    </div>
  );
}

/** The line that is being written, where viewers will read it. */
function LineNow({ mediaId, language, playhead }: { mediaId: string; language: string | null; playhead: Playhead }) {
  const cues = useCaptionLanguages(mediaId, language).open?.draft.cues;
  const look = useCallback(
    (at: Playhead) => (cues ? (cueAt(cues, at.read())?.text ?? '').replace(/<[^<>]*>/g, '') : ''),
    [cues],
  );
  const text = usePlayhead(playhead, look);
  if (text === '') return null;
  return (
    <p
      dir="auto"
      className="pointer-events-none absolute inset-x-2 bottom-3 mx-auto w-fit rounded-control bg-black/75 px-2 py-1 text-center text-14 whitespace-pre-line text-white"
    >
      {text}
    </p>
  );
}
