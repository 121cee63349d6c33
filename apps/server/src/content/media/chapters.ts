// A clip's chapters: the maker's own marks in it.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Chapter } from '@videowindow/contract/api/media';
import { originalChapters } from './captions-shift.ts';
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

/** Replaces the chapters, given in the time that plays. @throws DomainError media_not_ready, validation_failed */
export const saveChapters = async (
  deps: MediaDeps,
  actor: Actor,
  id: string,
  chapters: readonly Chapter[],
): Promise<MediaRecord> =>
  await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    const { package: made } = media;
    if (made === null || (media.state !== 'ready' && media.state !== 'processing'))
      throw new DomainError('media_not_ready', { state: media.state });
    const fields = problemsOfChapters(chapters, made.durationMs);
    if (fields.length > 0) throw new DomainError('validation_failed', { fields });
    const named = chapters.map(({ startMs, title }) => ({ startMs, title: title.trim() }));
    return await change(deps, tx, media, null, {
      chapters: originalChapters(named, made.trim ?? null, media.chapters),
    });
  });
