import type { Story, StoryText } from '@videowindow/contract/api/content';

/** What the maker writes, as the editor holds it: every section there, empty where nothing is written. */
export type Draft = {
  title: string;
  caption: string;
  category: string | null;
  sections: Record<SectionKind, Section>;
  mediaId: string | null;
};
export type Picture = { mediaId: string; alt: string };
export type Section = { text: string; pictures: readonly Picture[] };
export type SectionKind = StoryText['sections'][number]['kind'];

export const sectionOrder: readonly SectionKind[] = [
  'overview',
  'process',
  'materials',
  'dimensions',
  'care',
  'provenance',
];

/** Whether there is anything to show of it. */
export const isWritten = ({ text, pictures }: Section): boolean => text.trim() !== '' || pictures.length > 0;

/** Pictures of all sections. */
export const countPictures = ({ sections }: Draft): number =>
  sectionOrder.reduce((sum, kind) => sum + sections[kind].pictures.length, 0);

/** The editor's form of what the server holds. */
export function draftOf(text: Pick<Story, 'title' | 'caption' | 'category' | 'sections' | 'mediaId'>): Draft {
  const sectionOf = (kind: SectionKind): Section => {
    const { text: words = '', pictures = [] } = text.sections.find((section) => section.kind === kind) ?? {};
    return { text: words, pictures };
  };
  return {
    title: text.title,
    caption: text.caption,
    category: text.category,
    sections: {
      overview: sectionOf('overview'),
      process: sectionOf('process'),
      materials: sectionOf('materials'),
      dimensions: sectionOf('dimensions'),
      care: sectionOf('care'),
      provenance: sectionOf('provenance'),
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
      .filter((kind) => isWritten(draft.sections[kind]))
      .map((kind) => {
        const { text, pictures } = draft.sections[kind];
        return { kind, text, ...(pictures.length > 0 && { pictures: [...pictures] }) };
      }),
    mediaId: draft.mediaId,
  };
}

/** Whether two drafts say the same to the server. */
export const isSame = (a: Draft, b: Draft): boolean => JSON.stringify(textOf(a)) === JSON.stringify(textOf(b));
