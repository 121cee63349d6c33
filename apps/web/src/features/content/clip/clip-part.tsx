import { useQueryClient } from '@tanstack/react-query';
import type { Media, MediaView } from '@videowindow/contract/api/media';
import { EmptyState, Skeleton, Tabs } from '@videowindow/ui';
import { Captions } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { keyOf } from '../../../lib/queries.ts';
import { useMedia } from '../use-media.ts';
import { CaptionsEditor } from './captions-editor.tsx';
import { ChaptersEditor } from './chapters-editor.tsx';
import { cueAt } from './cues.ts';
import { CutEditor } from './cut-editor.tsx';
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
  return <ClipTools key={media.id} media={media} view={media.view} title={title} />;
}

function ClipTools({ media, view, title }: { media: Media; view: MediaView; title: string }) {
  const mediaId = media.id;
  const [playhead] = useState(createPlayhead);
  const [tool, setTool] = useState('captions');
  const [language, setLanguage] = useState<string | null>(null);
  useNewVersion(mediaId, view.version);
  const clip = { mediaId, durationMs: view.durationMs, playhead };
  return (
    <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <div className="sticky top-(--banner) z-20 -mx-5 border-b border-line bg-paper px-5 py-2 md:mx-0 md:px-0 lg:top-6 lg:border-0">
        <StudioClip mediaId={mediaId} title={title} playhead={playhead}>
          {tool === 'captions' && <LineNow {...{ mediaId, language, playhead }} />}
        </StudioClip>
      </div>
      <Tabs
        label="Captions, chapters and cut"
        value={tool}
        onChange={setTool}
        tabs={[
          {
            value: 'captions',
            label: 'Captions',
            content: <CaptionsEditor {...clip} language={language} onLanguage={setLanguage} />,
          },
          { value: 'chapters', label: 'Chapters', content: <ChaptersEditor {...clip} saved={view.chapters} /> },
          {
            value: 'cut',
            label: 'Cut and cover',
            content: <CutEditor key={view.version} media={media} durationMs={view.durationMs} playhead={playhead} />,
          },
        ]}
      />
    </div>
  );
}

/** Another version has other addresses, and its captions other times. */
function useNewVersion(mediaId: string, version: number): void {
  const queries = useQueryClient();
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    const params = { id: mediaId };
    void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/playback', { params }) });
    void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/captions', { params }) });
  }, [mediaId, version, queries]);
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
