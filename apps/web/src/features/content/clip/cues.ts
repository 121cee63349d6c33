// The lines of a caption track under the maker's hands. Pure; keys come from outside.
import { type Cue, cueText, readCaptions, typedText, writeCaptions } from '@videowindow/contract/captions';

/** A cue as one types it: its text with < and & themselves. */
export type EditedCue = Cue & { key: string };

const USUAL_MS = 2_500;
/** Shorter than this nobody reads. */
const SHORTEST_MS = 100;

const inOrder = (cues: readonly EditedCue[]): EditedCue[] =>
  [...cues].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);

/** Cues of a file that was kept or chosen. */
export function editedCues(file: string, newKey: () => string) {
  const read = readCaptions(file);
  if (!read.ok) return read;
  return { ok: true as const, cues: read.cues.map((cue) => ({ ...cue, text: typedText(cue.text), key: newKey() })) };
}

/** What has words, in order. */
export const keptCues = (cues: readonly EditedCue[]): EditedCue[] =>
  inOrder(cues.filter((cue) => cueText(cue.text) !== ''));

/** WebVTT of what has words. */
export const fileOfCues = (cues: readonly EditedCue[]): string => writeCaptions(keptCues(cues));

/** A new cue at a moment, up to the next one or the clip's end. */
export function addCue(cues: readonly EditedCue[], atMs: number, durationMs: number, key: string): EditedCue[] {
  const startMs = Math.max(0, Math.min(atMs, durationMs - SHORTEST_MS));
  const next = inOrder(cues).find((cue) => cue.startMs > startMs)?.startMs ?? durationMs;
  const endMs = Math.max(startMs + SHORTEST_MS, Math.min(startMs + USUAL_MS, next));
  return inOrder([...cues, { key, startMs, endMs, text: '', settings: '' }]);
}

/** Moves a cue's edge. A start that passes the end takes the end along; an end never passes the start. */
export function moveEdge(
  cues: readonly EditedCue[],
  key: string,
  edge: 'start' | 'end',
  ms: number,
  durationMs: number,
): EditedCue[] {
  return inOrder(
    cues.map((cue) => {
      if (cue.key !== key) return cue;
      if (edge === 'end') return { ...cue, endMs: Math.max(cue.startMs + SHORTEST_MS, Math.min(ms, durationMs)) };
      const startMs = Math.max(0, Math.min(ms, durationMs - SHORTEST_MS));
      const endMs = startMs < cue.endMs - SHORTEST_MS ? cue.endMs : startMs + (cue.endMs - cue.startMs);
      return { ...cue, startMs, endMs: Math.min(endMs, Math.max(durationMs, cue.endMs)) };
    }),
  );
}

export const writeText = (cues: readonly EditedCue[], key: string, text: string): EditedCue[] =>
  cues.map((cue) => (cue.key === key ? { ...cue, text } : cue));

export const withoutCue = (cues: readonly EditedCue[], key: string): EditedCue[] =>
  cues.filter((cue) => cue.key !== key);

/** What is read at a moment; the later one where two overlap. */
export const cueAt = (cues: readonly EditedCue[], ms: number): EditedCue | undefined =>
  cues.findLast((cue) => cue.startMs <= ms && ms < cue.endMs);

/** What a viewer would not get to see of a cue as it is. */
export function problemOfCue(cue: EditedCue, durationMs: number): string | undefined {
  if (cue.startMs >= durationMs) return 'It begins after the clip has ended.';
  if (cueText(cue.text) === '') return 'Without words it is not kept.';
  return undefined;
}
