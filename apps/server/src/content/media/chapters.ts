// A clip's chapters: the maker's own marks in it.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Chapter } from '@videowindow/contract/api/media';
import { originalChapters, playedChapters } from './captions-shift.ts';
import { change, lockOwn, type MediaDeps } from './commands.ts';
import type { MediaRecord } from './media.ts';

type Problem = { path: string; message: string };

/** What is wrong with chapters of a clip of this length; empty when nothing is. */
export const problemsOfChapters = (chapters: readonly Chapter[], durationMs: number): Problem[] =>
  chapters.flatMap(({ startMs, title }, index) => {
    const path = `chapters.${index}`;
    const before = chapters[index - 1]?.startMs;
    if (title.trim() === '') return [{ path: `${path}.title`, message: 'needs a name' }];
    if (index === 0 && startMs !== 0) return [{ path: `${path}.startMs`, message: 'the first begins at 0' }];
    if (before !== undefined && startMs <= before)
      return [{ path: `${path}.startMs`, message: 'begins after the one before it' }];
    if (startMs >= durationMs) return [{ path: `${path}.startMs`, message: 'begins before the clip ends' }];
    return [];
  });

const isSame = (a: readonly Chapter[], b: readonly Chapter[]): boolean =>
  a.length === b.length && a.every(({ startMs, title }, at) => startMs === b[at]?.startMs && title === b[at]?.title);

/**
 * Replaces the chapters, given in the time that plays; with `before`, only where nobody has changed those meanwhile.
 * @throws DomainError media_not_ready, validation_failed, version_conflict {current}
 */
export const saveChapters = async (
  deps: MediaDeps,
  actor: Actor,
  id: string,
  { chapters, before }: { chapters: readonly Chapter[]; before?: readonly Chapter[] },
): Promise<MediaRecord> =>
  await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    const { package: made } = media;
    if (made === null || (media.state !== 'ready' && media.state !== 'processing'))
      throw new DomainError('media_not_ready', { state: media.state });
    const current = playedChapters(media.chapters, made.trim ?? null);
    if (before && !isSame(before, current)) throw new DomainError('version_conflict', { current });
    const fields = problemsOfChapters(chapters, made.durationMs);
    if (fields.length > 0) throw new DomainError('validation_failed', { fields });
    const named = chapters.map(({ startMs, title }) => ({ startMs, title: title.trim() }));
    return await change(deps, tx, media, null, {
      chapters: originalChapters(named, made.trim ?? null, media.chapters),
    });
  });
