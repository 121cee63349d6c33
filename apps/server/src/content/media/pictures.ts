// Pictures that stand for something of another room, as a person's avatar: opened to everybody, closed again, addressed.
import { buffer } from 'node:stream/consumers';
import { DomainError } from '@videowindow/contract';
import type { Reader, Tx } from '#platform/database';
import type { MediaDeps } from './commands.ts';
import { versionPrefix } from './media.ts';
import { imageOf } from './queries.ts';
import * as store from './store.ts';
import { setVisibility } from './visibility.ts';

/** Sharp at twice the largest place that a small picture has. */
const SMALL_WIDTH = 200;

/** Closing one that is gone, or that its owner closed, is no error. @throws DomainError not_found, media_not_ready */
export const showPicture = async (
  deps: MediaDeps,
  tx: Tx,
  ownerId: string,
  id: string,
  isShown: boolean,
): Promise<void> => {
  const media = await store.lockMedia(tx, id);
  const isTheirs = media?.ownerId === ownerId && media.purpose === 'image' && media.state !== 'deleting';
  if (!isShown && (!isTheirs || media.visibility !== 'public' || media.state !== 'ready')) return;
  if (!isTheirs) throw new DomainError('not_found');
  await setVisibility(deps, tx, id, isShown ? 'public' : 'private');
};

/** Where a picture is, and its blurred impression (thumbhash, base64). */
export type ShownPicture = { url: string; thumbhash: string };

/** Of those that everybody may see. @param width in pixels, of the smallest that will do */
export const shownPictures = async (
  db: Reader,
  ids: readonly string[],
  width = SMALL_WIDTH,
): Promise<Map<string, ShownPicture>> => {
  const rows = await store.mediaByIds(db, [...new Set(ids)]);
  return new Map(
    rows.flatMap((media) => {
      const image = imageOf(media);
      const webp = (image?.sources ?? []).filter(({ type }) => type === 'image/webp');
      const fitting = webp.filter((source) => source.width >= width).at(-1) ?? webp[0];
      if (media.class !== 'public' || !image || !fitting) return [];
      return [[media.id, { url: fitting.url, thumbhash: image.thumbhash }] as const];
    }),
  );
};

/** Legible on paper, and no more bytes than that needs. */
const ON_PAPER = 1280;

/** A picture's bytes as a JPEG; null when it is gone or not ready. */
export const jpegOf = async (deps: Pick<MediaDeps, 'storage'>, db: Reader, id: string): Promise<Uint8Array | null> => {
  const [media] = await store.mediaByIds(db, [id]);
  if (!media?.image || media.state !== 'ready') return null;
  const jpegs = media.image.sources.filter(({ type }) => type === 'image/jpeg');
  const fitting = jpegs.find(({ width }) => width <= ON_PAPER) ?? jpegs.at(-1);
  if (!fitting) return null;
  return await buffer(
    await deps.storage.read(`${versionPrefix(media.id, media.class, media.version)}/${fitting.file}`),
  );
};

/** Refuses what is not a picture of this person's own and ready. @throws DomainError not_found, media_not_ready */
export const assertOwnPictures = async (db: Reader, ownerId: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  const found = new Map((await store.mediaByIds(db, [...new Set(ids)])).map((media) => [media.id, media]));
  for (const id of ids) {
    const media = found.get(id);
    if (media?.ownerId !== ownerId || media.purpose !== 'image') throw new DomainError('not_found');
    if (imageOf(media) === null) throw new DomainError('media_not_ready', { state: media.state });
  }
};
