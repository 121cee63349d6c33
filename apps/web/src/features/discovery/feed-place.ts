import type { FeedItem } from '@videowindow/contract/api/discovery';

let lastStory: string | null = null;

/** Where one was in the feed, for coming back from a story's page. Lives as long as the page. */
export const feedPlace = {
  keep(storyId: string): void {
    lastStory = storyId;
  },
  /** The place of the clip that was watched last, 0 when it is no longer there. */
  find(items: readonly FeedItem[]): number {
    return Math.max(
      0,
      items.findIndex((item) => item.story.id === lastStory),
    );
  },
};
