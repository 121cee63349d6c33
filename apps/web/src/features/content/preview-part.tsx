import type { Story } from '@videowindow/contract/api/content';
import { EmptyState } from '@videowindow/ui';
import { Eye } from 'lucide-react';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { PrivateClip } from './private-clip.tsx';
import { firstLine } from './sections/first-line.ts';
import { OwnPicture } from './sections/own-picture.tsx';
import { SectionBody } from './sections/section-body.tsx';
import { sectionTitles } from './sections/section-titles.ts';
import { type Draft, isWritten, sectionOrder } from './story-text.ts';

/** The story as a viewer will see it, from what is in the editor right now. */
export function PreviewPart({ story, draft }: { story: Story; draft: Draft }) {
  const sections = sectionOrder.filter((kind) => isWritten(draft.sections[kind]));
  const isEmpty = !draft.title && !draft.caption && sections.length === 0 && !draft.mediaId;
  if (isEmpty) {
    return (
      <EmptyState icon={<Eye aria-hidden size={26} />} title="Nothing to see yet">
        Write a title or choose a video, and it appears here as others will see it.
      </EmptyState>
    );
  }
  return (
    <div className="grid items-start gap-8 lg:grid-cols-2">
      {draft.mediaId && story.mediaState === 'ready' ? (
        <PrivateClip mediaId={draft.mediaId} title={draft.title} />
      ) : (
        <div className="grid aspect-9/16 max-h-[70dvh] place-items-center rounded-card bg-ink/6 p-6 text-center text-ink-2">
          The video plays here as soon as it is ready.
        </div>
      )}
      <article className="grid gap-5 rounded-card border border-line bg-sheet p-6">
        <header>
          <h2 className="font-title text-28 font-semibold">{draft.title || 'Without a title'}</h2>
          <p className="mt-1 text-ink-3">
            {[draft.category, firstLine(draft.sections.dimensions.text)].filter(Boolean).join(' · ')}
          </p>
        </header>
        {draft.caption && <p className="text-ink-2">{draft.caption}</p>}
        {sections.map((kind) => (
          <section key={kind}>
            <h3 className="mb-1 font-semibold">{sectionTitles[kind]}</h3>
            <SectionBody text={draft.sections[kind].text}>
              {draft.sections[kind].pictures.map(({ mediaId, alt }) => (
                <OwnPicture key={mediaId} mediaId={mediaId} alt={alt} />
              ))}
            </SectionBody>
          </section>
        ))}
        <footer className="flex items-center gap-3 border-t border-line pt-4">
          <PersonAvatar person={story.maker} />
          <span className="font-semibold">{story.maker.displayName}</span>
        </footer>
      </article>
    </div>
  );
}
