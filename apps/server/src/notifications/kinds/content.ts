// What is said of videos and stories.
import type { Kinds } from '../message.ts';

export const contentKinds = {
  'media.rejected': ({ payload }) => [
    {
      to: payload.ownerId,
      kind: 'media_rejected',
      title: 'A video could not be used',
      body: `“${payload.filename}” was not accepted. Open it to see why and what to do.`,
      href: '/studio',
    },
  ],
  'media.failed': ({ payload }) => [
    {
      to: payload.ownerId,
      kind: 'media_failed',
      title: 'Preparing a video failed',
      body: `“${payload.filename}” is safe. You can try again from the studio.`,
      href: '/studio',
    },
  ],
  'story.listed': ({ payload }) =>
    payload.by === 'maker'
      ? [] // they put it back themselves
      : [
          {
            to: payload.makerId,
            kind: 'story_listed',
            title: 'Your story is live',
            body: `“${payload.title}” was approved. It can be seen now.`,
            href: `/s/${payload.storyId}`,
            mail: { action: 'See your story' },
          },
        ],
  'story.changes_requested': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'story_changes_requested',
      title: 'A change is needed before your story goes live',
      body: `“${payload.title}”: ${payload.reason}`,
      href: `/studio/stories/${payload.storyId}`,
      mail: { action: 'Open the story' },
    },
  ],
  'story.removed': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'story_removed',
      title: 'Your story was removed',
      body: `“${payload.title}”: ${payload.reason}`,
      href: `/studio/stories/${payload.storyId}`,
      mail: { action: 'Read the reason' },
    },
  ],
} satisfies Kinds;
