// A clip's captions, a language each. The row decides between two who save at once; the file that players fetch is
// written from it into the version's folder, under a name that no cache has seen before.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Captions, LanguageTag } from '@videowindow/contract/api/media';
import { type Cue, readCaptions, writeCaptions } from '@videowindow/contract/captions';
import { Value } from 'typebox/value';
import type { Reader } from '#platform/database';
import { authorize } from '#platform/http';
import { originalCues, playedCues, type Trim } from './captions-shift.ts';
import { type CaptionsRow, captionsOf, deleteCaptionsRow, writeCaptionsRow } from './captions-store.ts';
import { change, lockOwn, type MediaDeps } from './commands.ts';
import type { MediaRecord, PackageRecord } from './media.ts';
import { captionFile, versionPrefix } from './media.ts';
import * as store from './store.ts';

const MAX_LANGUAGES = 30;

export type CaptionsGiven = { label: string; text: string; revision: number };

/** All of them with their texts, in the time that plays. */
export const listCaptions = async (deps: MediaDeps, actor: Actor, id: string): Promise<Captions[]> => {
  const { db } = deps.database;
  const media = await store.mediaById(db, id);
  if (!media) throw new DomainError('not_found');
  authorize(actor, 'media.read', media);
  return (await captionsOf(db, id)).map((row) => viewOf(row, media.package?.trim ?? null));
};

/**
 * Writes one language. `revision` is the one that was read, 0 where there was none.
 * @throws DomainError captions_unreadable {line, problem}, version_conflict {current}, media_not_ready, validation_failed
 */
export const saveCaptions = async (
  deps: MediaDeps,
  actor: Actor,
  id: string,
  language: string,
  given: CaptionsGiven,
): Promise<Captions> => {
  const { saved, stale } = await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    const { trim = null } = playing(media);
    if (!Value.Check(LanguageTag, language)) throw refused('language', 'is a language such as en or pt-BR');
    if (given.label.trim() === '') throw refused('label', 'needs a name');
    const read = readCaptions(given.text);
    if (!read.ok) throw new DomainError('captions_unreadable', { line: read.line, problem: read.problem });
    const rows = await captionsOf(tx, id);
    const before = rows.find((row) => row.language === language);
    if ((before?.revision ?? 0) !== given.revision)
      throw new DomainError('version_conflict', { current: before ? viewOf(before, trim) : null });
    if (!before && rows.length >= MAX_LANGUAGES)
      throw refused('language', `there are ${MAX_LANGUAGES} languages already`);

    const cues = originalCues(read.cues, trim, before ? cuesOf(before) : []);
    // The media's own count of changes: it never repeats, not even after a language was removed and came back.
    const { seq: revision } = await change(deps, tx, media, null, {});
    const updatedAt = await deps.database.now(tx);
    const row = { language, label: given.label.trim(), body: writeCaptions(cues), revision, updatedAt };
    await writeCaptionsRow(tx, id, row);
    const folder = folderOf(media);
    await deps.storage.put(`${folder}/${captionFile(language, revision)}`, writeCaptions(playedCues(cues, trim)));
    return {
      saved: viewOf(row, trim),
      stale: before && `${folder}/${captionFile(language, before.revision)}`,
    };
  });
  if (stale) await deps.storage.deletePrefix(stale);
  return saved;
};

/** @returns whether there were any */
export const removeCaptions = async (
  deps: MediaDeps,
  actor: Actor,
  id: string,
  language: string,
): Promise<{ removed: boolean }> => {
  const stale = await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    const before = media.captions.find((one) => one.language === language);
    if (!before) return null;
    await deleteCaptionsRow(tx, id, language);
    await change(deps, tx, media, null, {});
    return `${folderOf(media)}/${captionFile(language, before.revision)}`;
  });
  if (stale) await deps.storage.deletePrefix(stale);
  return { removed: stale !== null };
};

/**
 * Writes the files of all captions into the folder of a version that is about to be published, as its trim has them.
 * The media's row is locked by the caller. Safe to repeat.
 */
export const placeCaptions = async (
  deps: Pick<MediaDeps, 'storage'>,
  tx: Reader,
  id: string,
  folder: string,
  trim: Trim,
): Promise<void> => {
  for (const row of await captionsOf(tx, id))
    await deps.storage.put(
      `${folder}/${captionFile(row.language, row.revision)}`,
      writeCaptions(playedCues(cuesOf(row), trim)),
    );
};

/** What can be captioned: it plays now, whatever else is being made of it. */
const playing = (media: MediaRecord): PackageRecord => {
  if (media.package === null || (media.state !== 'ready' && media.state !== 'processing'))
    throw new DomainError('media_not_ready', { state: media.state });
  return media.package;
};

const folderOf = (media: MediaRecord): string => versionPrefix(media.id, media.class, media.version);

/** Our own writing, which is read without fail, but for a row whose every cue a trim has hidden. */
const cuesOf = (row: Pick<CaptionsRow, 'body'>): Cue[] => {
  const read = readCaptions(row.body);
  return read.ok ? read.cues : [];
};

const viewOf = (row: CaptionsRow, trim: Trim): Captions => ({
  language: row.language,
  label: row.label,
  text: writeCaptions(playedCues(cuesOf(row), trim)),
  revision: row.revision,
  updatedAt: row.updatedAt.toISOString(),
});

const refused = (path: string, message: string) =>
  new DomainError('validation_failed', { fields: [{ path, message }] });
