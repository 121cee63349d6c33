// Deletion: every byte of a piece of media, from storage, from this machine and from the CDN. The row goes last, when both
// have proved that nothing is left, and an audit row says what was taken out; until then the work is done again.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordAudit } from '#platform/audit';
import { enqueueDeletion, type MediaDeps, uploadPath } from './commands.ts';
import type { MediaClass } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

/** CloudFront needs seconds to minutes. */
const ASK_AGAIN_MS = 20_000;

/** Safe to repeat, and repeated until it comes to its end. */
export const deleteEverything = async (deps: MediaDeps, id: string): Promise<void> => {
  const media = await store.mediaById(deps.database.db, id);
  if (media?.state !== 'deleting') return;
  const there = await count(deps, id);
  const first = await deps.database.transaction((tx) => store.noteDeletion(tx, id, there));
  let refusal: unknown;
  for (const prefix of prefixesOf(id))
    await deps.storage.deletePrefix(prefix).catch((error) => {
      refusal = error; // what can go, goes
    });
  await removeUpload(deps, id);
  for (const name of await foldersOf(deps.workFolder))
    if (name.startsWith(id)) await rm(join(deps.workFolder, name), { recursive: true, force: true });
  const left = (await count(deps, id)).objects;
  if (left > 0) throw new Error(`${left} objects of deleted media are left`, { cause: refusal });

  // After the storage: a copy that was taken meanwhile goes too.
  const paths = (['public', 'private'] as const).map((mediaClass) => `/media/${mediaClass}/${id}/*`);
  const copies = await deps.copies?.takeBack(`delete ${id}`, paths);
  await deps.database.transaction(async (tx) => {
    if (copies && !copies.done) return await enqueueDeletion(deps, tx, id, ASK_AGAIN_MS);
    await store.deleteMediaRow(tx, id);
    const facts = { ...first, left, invalidation: copies?.id ?? null };
    await recordAudit(tx, { actor: null, action: 'media.deleted', subject: id, facts });
  });
};

/** A version that nobody may watch any more, from storage and from the CDN. */
export const dropVersion = async (
  deps: MediaDeps,
  { id, ...old }: { id: string; class: MediaClass; version: number },
): Promise<void> => {
  await deps.storage.deletePrefix(rules.versionPrefix(id, old.class, old.version));
  const path = rules.versionUrl(id, old.class, old.version);
  await deps.copies?.takeBack(`drop ${path}`, [`${path}/*`]);
};

/** Goes on with deletions whose jobs have used up their tries. */
export const sweepDeletions = async (deps: MediaDeps): Promise<void> => {
  const ids = await store.deletingMedia(deps.database.db);
  await deps.database.transaction(async (tx) => {
    for (const id of ids) await enqueueDeletion(deps, tx, id);
  });
};

export const removeUpload = async (deps: Pick<MediaDeps, 'uploadsFolder'>, id: string): Promise<void> => {
  for (const end of ['', '.json', '.done']) await rm(`${uploadPath(deps, id)}${end}`, { force: true });
};

export const foldersOf = (path: string): Promise<string[]> => readdir(path).catch(() => []);

const prefixesOf = (id: string) => [rules.mediaPrefix(id), rules.originalKey(id)];

const count = async ({ storage }: MediaDeps, id: string): Promise<{ objects: number; bytes: number }> => {
  const sum = { objects: 0, bytes: 0 };
  for (const prefix of prefixesOf(id)) {
    for await (const { bytes } of storage.scan(prefix)) {
      sum.objects++;
      sum.bytes += bytes;
    }
  }
  return sum;
};
