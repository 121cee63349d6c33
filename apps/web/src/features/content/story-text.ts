import type { Story, StoryText } from '@videowindow/contract/api/content';

/** What the maker writes, as the editor holds it: every section there, empty where nothing is written. */
export type Draft = {
  title: string;
  caption: string;
  category: string | null;
  sections: Record<SectionKind, string>;
  mediaId: string | null;
};
export type SectionKind = StoryText['sections'][number]['kind'];

export const sectionOrder: readonly SectionKind[] = [
  'overview',
  'process',
  'materials',
  'dimensions',
  'care',
  'provenance',
];

/** The editor's form of what the server holds. */
export function draftOf(text: Pick<Story, 'title' | 'caption' | 'category' | 'sections' | 'mediaId'>): Draft {
  const written = new Map(text.sections.map((section) => [section.kind, section.text]));
  return {
    title: text.title,
    caption: text.caption,
    category: text.category,
    sections: {
      overview: written.get('overview') ?? '',
      process: written.get('process') ?? '',
      materials: written.get('materials') ?? '',
      dimensions: written.get('dimensions') ?? '',
      care: written.get('care') ?? '',
      provenance: written.get('provenance') ?? '',
    },
    mediaId: text.mediaId,
  };
}

/** The server's form of what the editor holds. */
export function textOf(draft: Draft): StoryText {
  return {
    title: draft.title,
    caption: draft.caption,
    category: draft.category,
    sections: sectionOrder
      .filter((kind) => draft.sections[kind].trim() !== '')
      .map((kind) => ({ kind, text: draft.sections[kind] })),
    mediaId: draft.mediaId,
  };
}

/** Whether two drafts say the same to the server. */
export const isSame = (a: Draft, b: Draft): boolean => JSON.stringify(textOf(a)) === JSON.stringify(textOf(b));
