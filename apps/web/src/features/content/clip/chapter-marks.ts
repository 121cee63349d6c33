// The chapters of a clip under the maker's hands. Pure; keys come from outside.
import type { Chapter } from '@videowindow/contract/api/media';

export type ChapterMark = Chapter & { key: string };

/** The server's form: in order, the first from the clip's beginning on. */
export const chaptersOf = (marks: readonly ChapterMark[]): Chapter[] =>
  [...marks]
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, title }, index) => ({ startMs: index === 0 ? 0 : startMs, title: title.trim() }));

/** Puts the marks in order; the first one begins with the clip. */
export const inOrder = (marks: readonly ChapterMark[]): ChapterMark[] =>
  [...marks]
    .sort((a, b) => a.startMs - b.startMs)
    .map((mark, index) => (index === 0 && mark.startMs !== 0 ? { ...mark, startMs: 0 } : mark));

/** What keeps a chapter from being saved. */
export function problemOfMark(
  marks: readonly ChapterMark[],
  mark: ChapterMark,
  durationMs: number,
): string | undefined {
  if (mark.title.trim() === '') return 'Give it a name.';
  if (mark.startMs >= durationMs) return 'It begins after the clip has ended.';
  if (marks.some((other) => other.key !== mark.key && other.startMs === mark.startMs))
    return 'Two begin at this moment.';
  return undefined;
}
