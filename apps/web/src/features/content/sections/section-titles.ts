import type { PublicStory } from '@videowindow/contract/api/content';

type Kind = PublicStory['sections'][number]['kind'];

/** What people read above each part of a story. */
export const sectionTitles: Record<Kind, string> = {
  overview: 'The piece',
  process: 'How it was made',
  materials: 'Materials',
  dimensions: 'Dimensions',
  care: 'Care',
  provenance: 'Where it comes from',
};
