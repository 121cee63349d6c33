// What a story's words must be, and which edits are small. Pure.
import type { StoryText } from '@videowindow/contract/api/content';

const HASHTAG = /#([\p{L}\p{N}_]{2,40})/gu;
const MAX_HASHTAGS = 10;
/** An edit that touches no more characters than this in one place is a correction, not another story. */
const TYPO_CHARACTERS = 24;

/** The hashtags of a caption: lower case, each once, the first ten. */
export const hashtagsOf = (caption: string): string[] =>
  [...new Set([...caption.matchAll(HASHTAG)].map((match) => (match[1] ?? '').toLowerCase()))].slice(0, MAX_HASHTAGS);

/** What is still missing before a story can be reviewed; empty when it is complete. */
export const missingFrom = (text: StoryText, mediaState: string | null): { path: string; message: string }[] => [
  ...(text.title.trim().length < 3 ? [{ path: 'title', message: 'needs at least 3 characters' }] : []),
  ...(text.mediaId === null ? [{ path: 'mediaId', message: 'needs a video' }] : []),
  ...(text.mediaId !== null && mediaState !== 'ready'
    ? [{ path: 'mediaId', message: 'the video is not ready yet' }]
    : []),
  ...(text.sections.every((section) => section.text.trim() === '')
    ? [{ path: 'sections', message: 'tell at least a little of how it was made' }]
    : []),
];

/** How many characters lie between the parts that two texts share at their start and end. */
const changedSpan = (before: string, after: string): number => {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  return Math.max(before.length, after.length) - start - end;
};

/**
 * Whether an edit of a listed story is only a correction (the video stays, each text changes in one small place), so
 * that it need not be reviewed again.
 */
export const isCorrection = (before: StoryText, after: StoryText): boolean => {
  if (before.mediaId !== after.mediaId || before.category !== after.category) return false;
  const kinds = new Set([...before.sections, ...after.sections].map((section) => section.kind));
  const textOf = (text: StoryText, kind: string) => text.sections.find((section) => section.kind === kind)?.text ?? '';
  return [
    changedSpan(before.title, after.title),
    changedSpan(before.caption, after.caption),
    ...[...kinds].map((kind) => changedSpan(textOf(before, kind), textOf(after, kind))),
  ].every((span) => span <= TYPO_CHARACTERS);
};
