// Which part of a clip plays, and which of its frames is its cover. Pure. The server keeps both in the original's time;
// what one sees and types is the time that plays.
import type { MediaEdits } from '@videowindow/contract/api/media';

/** In the time that plays now; `endMs` beyond the clip's length is its end. */
export type Cut = { startMs: number; endMs: number; coverMs: number | null };

/** Less than this is no clip. */
const SHORTEST_MS = 1_000;

export const wholeCut = (durationMs: number): Cut => ({ startMs: 0, endMs: durationMs, coverMs: null });

export const cutsOff = ({ startMs, endMs }: Cut, durationMs: number): boolean => startMs > 0 || endMs < durationMs;

/** Moves an edge; at least a second stays, and a cover that is cut off is none. */
export function moveCut(cut: Cut, edge: 'start' | 'end', ms: number, durationMs: number): Cut {
  const least = Math.min(SHORTEST_MS, durationMs);
  const startMs = edge === 'start' ? clamp(ms, 0, cut.endMs - least) : cut.startMs;
  const endMs = edge === 'end' ? clamp(ms, cut.startMs + least, durationMs) : cut.endMs;
  const isSeen = cut.coverMs !== null && cut.coverMs >= startMs && cut.coverMs < endMs;
  return { startMs, endMs, coverMs: isSeen ? cut.coverMs : null };
}

/**
 * What the server is asked for: on top of a cut that was made before, in the original's time. An end that nobody moved is
 * the original's own: what plays may be a frame longer or shorter.
 */
export function editsOf(cut: Cut, durationMs: number, before: MediaEdits, sourceMs: number): MediaEdits {
  const shift = before.trim?.startMs ?? 0;
  const last = before.trim?.endMs ?? sourceMs;
  const endMs = cut.endMs >= durationMs ? last : Math.min(cut.endMs + shift, last);
  const trim = cutsOff(cut, durationMs) ? { startMs: cut.startMs + shift, endMs } : before.trim;
  const kept = before.coverMs;
  const isKept = kept !== null && (trim === null || (kept >= trim.startMs && kept < trim.endMs));
  return { trim, coverMs: cut.coverMs === null ? (isKept ? kept : null) : cut.coverMs + shift };
}

const clamp = (ms: number, least: number, most: number) => Math.round(Math.max(least, Math.min(ms, most)));
