// Apart from the other words about it: the feed's first load has these.
import type { PublicStory } from '@videowindow/contract/api/content';

/** What is said on the page of a story that is not for everybody. */
export const audienceNote: Record<PublicStory['visibility'], string | null> = {
  public: null,
  unlisted: 'Only people with the link see this.',
  followers: 'Only followers see this.',
  private: 'Only its maker sees this.',
};
