import { MOST_PICTURES } from '@videowindow/contract/story-bounds';
import { Select, TextArea, TextField } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { categories } from './categories.ts';
import { MediaBox } from './media-box.tsx';
import { RichTextArea } from './sections/rich-text-area.tsx';
import { SectionPictures } from './sections/section-pictures.tsx';
import { sectionTitles } from './sections/section-titles.ts';
import { countPictures, type Draft, type Section, type SectionKind, sectionOrder } from './story-text.ts';

const hints: Record<SectionKind, string> = {
  overview: 'What it is, in a few sentences.',
  process: 'How you made it, step by step.',
  materials: 'What it is made of.',
  dimensions: 'Height, width, weight. The first line stands under the title.',
  care: 'How to live with it.',
  provenance: 'Where the material, the tools or the idea come from.',
};

/** The words of a story, and its video beside them. */
export function StoryForm({
  draft,
  onChange,
  editable,
  audience,
}: {
  draft: Draft;
  onChange: (change: (before: Draft) => Draft) => void;
  editable: boolean;
  /** Whom it is for. */
  audience: ReactNode;
}) {
  const set = (part: Partial<Draft>) => onChange((before) => ({ ...before, ...part }));
  const changeSection = (kind: SectionKind, change: (section: Section) => Section) =>
    onChange((before) => ({ ...before, sections: { ...before.sections, [kind]: change(before.sections[kind]) } }));
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
      <fieldset disabled={!editable} className="grid content-start gap-5 lg:row-span-2">
        <legend className="sr-only">The words</legend>
        <TextField
          label="Title"
          maxLength={120}
          value={draft.title}
          onChange={(event) => set({ title: event.target.value })}
          placeholder="Moon jar, wood ash"
        />
        <TextArea
          label="The line under the clip"
          rows={2}
          maxLength={300}
          value={draft.caption}
          onChange={(event) => set({ caption: event.target.value })}
          hint="What one sees here. #hashtags work."
        />
        <Select
          label="Craft"
          value={draft.category ?? ''}
          placeholder="Choose"
          options={categories.map((name) => ({ value: name, label: name }))}
          onChange={(event) => set({ category: event.target.value })}
        />
        {sectionOrder.map((kind) => (
          <section key={kind} aria-label={sectionTitles[kind]}>
            <SectionPictures
              of={sectionTitles[kind]}
              pictures={draft.sections[kind].pictures}
              room={MOST_PICTURES - countPictures(draft)}
              editable={editable}
              onChange={(change) =>
                changeSection(kind, (section) => ({ ...section, pictures: change(section.pictures) }))
              }
            >
              {(add) => (
                <RichTextArea
                  label={sectionTitles[kind]}
                  optional={kind !== 'overview'}
                  rows={kind === 'overview' || kind === 'process' ? 4 : 2}
                  maxLength={10_000}
                  hint={hints[kind]}
                  actions={add}
                  value={draft.sections[kind].text}
                  onChange={(event) => {
                    const text = event.target.value;
                    changeSection(kind, (section) => ({ ...section, text }));
                  }}
                />
              )}
            </SectionPictures>
          </section>
        ))}
      </fieldset>
      {/* On a phone the video comes first, and whom it is for last. */}
      <div className="order-first lg:order-none">
        <h2 className="mb-2 text-14 font-semibold text-ink-2">Video</h2>
        <MediaBox
          mediaId={draft.mediaId}
          title={draft.title}
          editable={editable}
          onMedia={(mediaId) => set({ mediaId })}
        />
      </div>
      {audience}
    </div>
  );
}
