// What media holds of a person: every film, recording and picture, with all that was made of it.
import { DomainError } from '@videowindow/contract';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Personal, PersonalFile } from '#platform/personal';
import { type MediaDeps, remove } from './commands.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

const theirs = (personId: string) => sql`media_id in (select id from media where owner_id = ${personId})`;

const idsOf = async (db: Reader, personId: string): Promise<{ id: string; filename: string }[]> =>
  (
    await sql<{ id: string; filename: string }>`
      select id, filename from media where owner_id = ${personId} and state <> 'deleting' order by id`.execute(db)
  ).rows;

/** Begins the deletion of all of it, each with its own proof. What an order relies on as evidence stays with the order. */
const erase = async (deps: MediaDeps, tx: Tx, personId: string): Promise<void> => {
  for (const { id } of await idsOf(tx, personId)) {
    const media = await store.lockMedia(tx, id);
    if (!media) continue;
    try {
      await deps.assertDeletable(tx, id);
    } catch (error) {
      if (error instanceof DomainError) continue;
      throw error;
    }
    await remove(deps, tx, { id: personId, roles: [] }, media);
  }
};

/** What was sent in, where it is still kept; else the best that was made of it. */
const files = async (deps: MediaDeps, db: Reader, personId: string): Promise<PersonalFile[]> => {
  const found: PersonalFile[] = [];
  for (const { id, filename } of await idsOf(db, personId)) {
    const original = rules.originalKey(id);
    const key = (await deps.storage.stat(original)) ? original : await bestOf(deps, id);
    if (key === null) continue;
    const stem = filename.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(-80);
    const name = key === original ? stem : `${stem.replace(/\.[^.]*$/, '')}${/\.[a-z0-9]+$/.exec(key)?.[0] ?? ''}`;
    found.push({ name: `media/${id}/${name}`, open: () => deps.storage.read(key) });
  }
  return found;
};

const bestOf = async (deps: MediaDeps, id: string): Promise<string | null> => {
  let best: { key: string; rank: number } | null = null;
  for await (const { key, bytes } of deps.storage.scan(rules.mediaPrefix(id))) {
    const kind = [/\.jpg$/, /\.(webp|avif)$/, /\.m4a$/, /\.mp4$/].findIndex((pattern) => pattern.test(key));
    const rank = kind * 1e15 + bytes;
    if (kind >= 0 && (best === null || rank > best.rank)) best = { key, rank };
  }
  return best?.key ?? null;
};

export const personalOf = (deps: MediaDeps): Personal => ({
  tables: {
    media_captions: { of: theirs, hand: 'media_id language label body updated_at', erase: 'delete' },
    media_storage: { of: 'owner_id', plain: 'kind rendition', erase: 'delete' },
    media: {
      of: 'owner_id',
      hand: 'id filename bytes purpose visibility chapters created_at',
      plain: 'state class progress claim rejection package edits image deletion',
      // The row itself goes last, when nothing is left of the bytes.
      erase: { filename: sql`''`, source_url: sql`null`, chapters: sql`'[]'` },
    },
  },
  erase: (tx, personId) => erase(deps, tx, personId),
  files: (db, personId) => files(deps, db, personId),
});
