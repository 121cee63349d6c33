// What a story's words must be, which edits are small, and which version the feed shows. Pure.
import type { StoryText } from '@videowindow/contract/api/content';
import type { ImageView, visibilities } from '@videowindow/contract/api/media';
import type { StoryState } from '@videowindow/contract/machines/story';

type Visibility = (typeof visibilities)[number];

/** Letters come with their marks (vowel signs, accents); a # inside a word or an address begins none. */
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&/])#([\p{L}\p{M}\p{N}_]{2,40})/gu;
const MAX_HASHTAGS = 10;
/** An edit that touches no more characters than this, and no more than a third of the text, is a correction. */
const TYPO_CHARACTERS = 24;
const TYPO_SHARE = 1 / 3;

/** The hashtags of a caption: lower case, each once, the first ten. */
export const hashtagsOf = (caption: string): string[] =>
  [...new Set([...caption.matchAll(HASHTAG)].map((match) => (match[1] ?? '').toLowerCase()))].slice(0, MAX_HASHTAGS);

/** From those whom the fewest may see on. */
const WIDENING: readonly Visibility[] = ['private', 'followers', 'unlisted', 'public'];

/** The one of these that lets in the most; what nobody shows is its owner's alone. */
export const widest = (all: readonly Visibility[]): Visibility =>
  WIDENING.findLast((visibility) => all.includes(visibility)) ?? 'private';

/** Whether somebody who may see it now may not any more. */
export const narrows = (before: Visibility, after: Visibility): boolean =>
  WIDENING.indexOf(after) < WIDENING.indexOf(before);

/** The version that is in the feed: a listed story's own words, or those that stand in for it; null when there is none. */
export const textInFeed = (story: StoryText & { state: StoryState; shown: StoryText | null }): StoryText | null =>
  story.state === 'listed' ? story : story.shown;

/** The pictures of all sections, each once. */
export const picturesOf = ({ sections }: Pick<StoryText, 'sections'>): string[] => [
  ...new Set(sections.flatMap(({ pictures = [] }) => pictures.map(({ mediaId }) => mediaId))),
];

/** Whether it may go without a trace: nobody but its maker has relied on it. */
export const isDiscardable = (story: { state: StoryState; review: object | null; approved: object | null }): boolean =>
  story.state === 'draft' && story.review === null && story.approved === null;

/** Its video and its pictures. */
export const mediaOf = (text: Pick<StoryText, 'mediaId' | 'sections'>): string[] => [
  ...(text.mediaId === null ? [] : [text.mediaId]),
  ...picturesOf(text),
];

/** Whether each picture can be shown. `media` holds at least those. */
export const arePicturesReady = (
  text: Pick<StoryText, 'sections'>,
  media: ReadonlyMap<string, { image: ImageView | null }>,
): boolean => picturesOf(text).every((id) => media.get(id)?.image != null);

/** What is still missing before a story can be reviewed; empty when it is complete. */
export const missingFrom = (
  text: StoryText,
  mediaState: string | null,
  arePicturesReady = true,
): { path: string; message: string }[] => [
  ...(text.title.trim().length < 3 ? [{ path: 'title', message: 'needs at least 3 characters' }] : []),
  ...(text.mediaId === null ? [{ path: 'mediaId', message: 'needs a video' }] : []),
  ...(text.mediaId !== null && mediaState !== 'ready'
    ? [{ path: 'mediaId', message: 'the video is not ready yet' }]
    : []),
  ...(text.sections.every((section) => section.text.trim() === '')
    ? [{ path: 'sections', message: 'tell at least a little of how it was made' }]
    : []),
  ...(arePicturesReady ? [] : [{ path: 'pictures', message: 'a picture is not ready yet' }]),
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

const isSmall = (before: string, after: string): boolean =>
  changedSpan(before, after) <= Math.min(TYPO_CHARACTERS, Math.max(before.length, after.length) * TYPO_SHARE);

/**
 * Whether a story is what was approved but for corrections (the video stays, each text differs in one small place), so
 * that it need not be reviewed again. `before` is what was approved: many small edits in a row are not a small one.
 */
export const isCorrection = (before: StoryText, after: StoryText): boolean => {
  if (before.mediaId !== after.mediaId || before.category !== after.category) return false;
  const kinds = new Set([...before.sections, ...after.sections].map((section) => section.kind));
  // A kind may come more than once; all of it is read.
  const textOf = (text: StoryText, kind: string) =>
    text.sections.flatMap((section) => (section.kind === kind ? [section.text] : [])).join('\n\n');
  const altsOf = (text: StoryText) =>
    new Map(
      text.sections.flatMap(({ kind, pictures = [] }) =>
        pictures.map(({ mediaId, alt }) => [`${kind} ${mediaId}`, alt]),
      ),
    );
  // Another order is no other story; another picture is.
  const [had, has] = [altsOf(before), altsOf(after)];
  const isKept = ([name, alt]: [string, string]) => {
    const now = has.get(name);
    return now !== undefined && isSmall(alt, now);
  };
  const arePicturesSame = had.size === has.size && [...had].every(isKept);
  return (
    arePicturesSame &&
    isSmall(before.title, after.title) &&
    isSmall(before.caption, after.caption) &&
    [...kinds].every((kind) => isSmall(textOf(before, kind), textOf(after, kind)))
  );
};
