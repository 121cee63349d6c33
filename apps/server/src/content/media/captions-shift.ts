// What belongs to moments of a clip, and a trim. Captions and chapters are kept in the original's time, as trims are;
// what people see and write is in the time that plays. So a trim that is taken back brings back what it had cut. Pure.
import type { Chapter, MediaEdits } from '@videowindow/contract/api/media';
import type { Cue } from '@videowindow/contract/captions';

export type Trim = MediaEdits['trim'];

/** The cues of what a trim leaves, in the time that plays; those on its edge are cut. */
export const playedCues = (cues: readonly Cue[], trim: Trim): Cue[] =>
  trim === null
    ? [...cues]
    : cues
        .filter(({ startMs, endMs }) => endMs > trim.startMs && startMs < trim.endMs)
        .map((cue) => ({
          ...cue,
          startMs: Math.max(cue.startMs, trim.startMs) - trim.startMs,
          endMs: Math.min(cue.endMs, trim.endMs) - trim.startMs,
        }));

/** Cues written in the time that plays, in the original's; what the trim hides stays as it was `before`. */
export const originalCues = (played: readonly Cue[], trim: Trim, before: readonly Cue[]): Cue[] =>
  trim === null
    ? [...played]
    : [
        ...before.filter(({ endMs }) => endMs <= trim.startMs),
        ...played.map((cue) => ({
          ...cue,
          startMs: cue.startMs + trim.startMs,
          endMs: cue.endMs + trim.startMs,
        })),
        ...before.filter(({ startMs }) => startMs >= trim.endMs),
      ];

/** The chapters of what a trim leaves, in the time that plays; the one that runs at its start begins at 0. */
export const playedChapters = (chapters: readonly Chapter[], trim: Trim): Chapter[] => {
  if (trim === null) return [...chapters];
  return chapters.flatMap(({ startMs, title }, index) => {
    const next = chapters[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const isSeen = next > trim.startMs && startMs < trim.endMs;
    return isSeen ? [{ startMs: Math.max(0, startMs - trim.startMs), title }] : [];
  });
};

/** Chapters written in the time that plays, in the original's. None written is none at all, hidden ones as well. */
export const originalChapters = (played: readonly Chapter[], trim: Trim, before: readonly Chapter[]): Chapter[] => {
  const [first, ...rest] = played;
  if (trim === null || first === undefined) return [...played];
  const hidden = before.filter(({ startMs }) => startMs < trim.startMs);
  // The chapter that runs at the trim's start began before it, unless it was given another name since.
  const running = hidden.at(-1);
  const isSame = running?.title === first.title;
  const opening = isSame ? [] : [{ startMs: hidden.length > 0 ? trim.startMs : 0, title: first.title }];
  return [
    ...hidden,
    ...opening,
    ...rest.map(({ startMs, title }) => ({ startMs: startMs + trim.startMs, title })),
    ...before.filter(({ startMs }) => startMs >= trim.endMs),
  ];
};
