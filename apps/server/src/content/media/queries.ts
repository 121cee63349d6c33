// Media as people see it.
import { stat } from 'node:fs/promises';
import { type Actor, DomainError } from '@videowindow/contract';
import type { ImageView, Media, MediaView } from '@videowindow/contract/api/media';
import type { Reader } from '#platform/database';
import { authorize, cutPage, decodeCursor } from '#platform/http';
import { playedChapters } from './captions-shift.ts';
import { type MediaDeps, uploadPath } from './commands.ts';
import type { MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import { AV1_MASTER, LIVE_MASTER, MASTER } from './playlist.ts';
import * as store from './store.ts';

/** What a player needs; null while nothing plays. */
export const viewOf = (media: MediaRecord): MediaView | null => {
  const { package: made } = media;
  if ((media.state !== 'ready' && media.state !== 'processing') || made === null) return null;
  const base = rules.versionUrl(media.id, media.class, media.version);
  return {
    id: media.id,
    version: media.version,
    kind: media.purpose === 'audio' ? 'audio' : 'video',
    width: made.width,
    height: made.height,
    durationMs: made.durationMs,
    playableMs: made.playableMs ?? null,
    hasAudio: made.hasAudio,
    hlsUrl: `${base}/${masterOf(made)}`,
    mp4: made.mp4.map(({ file, shortSide, bytes }) => ({ url: `${base}/${file}`, shortSide, bytes })),
    posterUrl: `${base}/${made.poster.file}`,
    thumbnails: made.thumbnails.map(({ file, width }) => ({
      url: `${base}/${file}`,
      width,
      type: `image/${file.split('.').at(-1)}`,
    })),
    thumbhash: made.thumbhash,
    storyboardUrl: made.storyboard ? `${base}/${made.storyboard}` : null,
    previewUrl: made.preview ? `${base}/${made.preview}` : null,
    captions: media.captions.map(({ language, label, revision }) => ({
      language,
      label,
      url: `${base}/${rules.captionFile(language, revision)}`,
    })),
    chapters: playedChapters(media.chapters, made.trim ?? null),
  };
};

const masterOf = ({ playableMs, av1 }: PackageRecord): string => {
  if ((playableMs ?? null) !== null) return LIVE_MASTER;
  return av1 === undefined ? MASTER : AV1_MASTER;
};

/** A picture's files; null until they are made. */
export const imageOf = (media: MediaRecord): ImageView | null => {
  const { image } = media;
  if (media.state !== 'ready' || image === null) return null;
  const base = rules.versionUrl(media.id, media.class, media.version);
  return {
    id: media.id,
    version: media.version,
    width: image.width,
    height: image.height,
    sources: image.sources.map(({ file, width, type }) => ({ url: `${base}/${file}`, width, type })),
    thumbhash: image.thumbhash,
  };
};

/** As its owner sees it. Bytes received are counted where they are stored. */
export const ownerView = async (deps: Pick<MediaDeps, 'uploadsFolder'>, media: MediaRecord): Promise<Media> => {
  const uploading = media.state === 'uploading';
  const received = uploading
    ? await stat(uploadPath(deps, media.id)).then(
        (info) => info.size,
        () => 0,
      )
    : media.bytes;
  const { rejection } = media;
  return {
    id: media.id,
    purpose: media.purpose,
    state: media.state,
    visibility: media.visibility,
    filename: media.filename,
    bytes: media.bytes,
    bytesReceived: received,
    progress: uploading
      ? { ...media.progress, percent: media.bytes > 0 ? Math.round((received / media.bytes) * 1000) / 10 : 0 }
      : media.progress,
    rejection: rejection && { code: rejection.code, sentence: rejection.sentence },
    edits: media.edits,
    sourceDurationMs: media.sourceDurationMs,
    view: viewOf(media),
    image: imageOf(media),
    createdAt: media.createdAt.toISOString(),
  };
};

export const readMedia = async (deps: MediaDeps, actor: Actor, id: string): Promise<Media> => {
  const media = await store.mediaById(deps.database.db, id);
  if (!media) throw new DomainError('not_found');
  authorize(actor, 'media.read', media);
  return await ownerView(deps, media);
};

export const listMedia = async (deps: MediaDeps, ownerId: string, query: { cursor?: string; limit?: number }) => {
  const limit = query.limit ?? 20;
  const [before = null] = decodeCursor(query.cursor, ['uuid']) ?? [];
  const rows = await store.mediaOfOwner(deps.database.db, ownerId, before, limit + 1);
  const { shown, next } = cutPage(rows, limit, ({ id }) => [id]);
  return { items: await Promise.all(shown.map((media) => ownerView(deps, media))), next };
};

/** For other rooms: owner, state and view of many at once. */
export type MediaSummary = {
  id: string;
  ownerId: string;
  purpose: MediaRecord['purpose'];
  state: MediaRecord['state'];
  public: boolean;
  view: MediaView | null;
  image: ImageView | null;
};

export const summaries = async (db: Reader, ids: readonly string[]): Promise<Map<string, MediaSummary>> => {
  const rows = await store.mediaByIds(db, [...new Set(ids)]);
  return new Map(
    rows.map((media) => [
      media.id,
      {
        id: media.id,
        ownerId: media.ownerId,
        // While an edit is made, the version before it is what others have to do with.
        state: rules.plays(media) ? 'ready' : media.state,
        purpose: media.purpose,
        public: media.class === 'public',
        view: viewOf(media),
        image: imageOf(media),
      },
    ]),
  );
};

/** What a person may still upload: what `admitUpload` will say, before they choose their files. */
export const quotaOf = async ({ database, bounds }: MediaDeps, ownerId: string) => {
  const { today, inAll } = await store.usageOf(database.db, ownerId, await database.now(database.db));
  return {
    fileBytes: bounds.fileBytes,
    dayBytesLeft: Math.max(0, bounds.dayBytes - today),
    bytesLeft: Math.max(0, bounds.personBytes - inAll),
    bytesUsed: inAll,
  };
};
