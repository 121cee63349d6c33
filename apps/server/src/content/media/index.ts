// media: from an upload to what a player plays. Uploads, the work on them, who may watch, the bytes themselves.
import { dirname, join } from 'node:path';
import { type Actor, DomainError } from '@videowindow/contract';
import type { FastifyInstance } from 'fastify';
import type { Graph } from '#people/graph';
import type { Identity } from '#people/identity';
import type { Profiles } from '#people/profiles';
import type { Values } from '#platform/config';
import type { Reader, Tx } from '#platform/database';
import type { RequestContext } from '#platform/http';
import type { Room } from '#platform/room';
import { av1Jobs } from './av1.ts';
import { cageDoctor } from './cage-doctor.ts';
import { mediaChannel } from './channel.ts';
import { createCloudFront } from './cloudfront.ts';
import { createCopies } from './cloudfront-copies.ts';
import { type MediaDeps, remove } from './commands.ts';
import { mountDelivery } from './delivery.ts';
import { createEgress } from './egress.ts';
import { scopeOf } from './grants.ts';
import { runImport } from './import.ts';
import { createAddressCheck } from './import-address.ts';
import { mediaJobs, sweep } from './jobs.ts';
import type { Visibility } from './media.ts';
import { personalOf } from './personal.ts';
import { assertOwnPictures, jpegOf, shownPictures, showPicture } from './pictures.ts';
import { grant, seePictures } from './playback.ts';
import { summaries } from './queries.ts';
import { assertDeletable, type Reliance } from './reliance.ts';
import { mediaRoutes } from './routes.ts';
import type { mediaSettings } from './settings.ts';
import * as store from './store.ts';
import { type Authenticate, type AuthenticateUpload, createUploads } from './uploads.ts';
import { DEFAULT_POLICY } from './verdict.ts';
import { setVisibility } from './visibility.ts';
import type { WatermarkPolicy } from './watermark.ts';

export { createMediaAnalytics } from './analytics.ts';
export { av1Doctor } from './av1-doctor.ts';
export { finishedUploads } from './backup.ts';
export type { CageFinding } from './cage-doctor.ts';
export { isFilePath } from './delivery.ts';
export type { MediaSummary } from './queries.ts';
export { mediaSettings } from './settings.ts';

export type MediaRoom = ReturnType<typeof createMedia>;

export type MediaOptions = Pick<MediaDeps, 'database' | 'events' | 'jobs' | 'storage' | 'keyring' | 'log'> & {
  /** Who above relies on media, in the order in which they are asked. */
  reliances: readonly Reliance[];
  settings: Values<typeof mediaSettings>;
  /** Unfinished uploads and ffmpeg's work folders lie below it, on the same file system as the objects. */
  dataFolder: string;
  https: boolean;
  /** Where people reach this place, when it has a name. */
  publicUrl: string | undefined;
  /** The origin that is for files alone; null where they come from ours. */
  filesUrl: string | null;
  identity: Pick<Identity, 'user'>;
  people: Profiles['summaries'];
  graph: Pick<Graph, 'follows' | 'areApart'>;
  authenticate: Authenticate;
  authenticateUpload: AuthenticateUpload;
};

/** What the machine allows and the operator wants, as the doctor shows it. */
export const mediaDoctor = (settings: Values<typeof mediaSettings>) => {
  const ffmpeg = settings.FFMPEG_PATH;
  const ffprobe = ffmpeg.includes('/') ? join(dirname(ffmpeg), 'ffprobe') : 'ffprobe';
  return cageDoctor({
    tools: { ffmpeg, ffprobe, 'heif-convert': 'heif-convert' },
    allowOpen: settings.MEDIA_WITHOUT_CAGE,
  });
};

export const createMedia = (options: MediaOptions) => {
  const { settings, database, identity, dataFolder } = options;
  const { cage, summary, details } = mediaDoctor(settings);
  if (cage === undefined) options.log.warn({ details }, summary);
  const deps = {
    ...options,
    assertDeletable: assertDeletable(options.reliances),
    follows: options.graph.follows,
    areApart: options.graph.areApart,
    uploadsFolder: join(dataFolder, 'uploads'),
    workFolder: join(dataFolder, 'work'),
    engine: cage
      ? {
          cage,
          policy: { ...DEFAULT_POLICY, maxSeconds: settings.MEDIA_SECONDS },
          // one of the four literals of its schema
          watermark: {
            corner: settings.WATERMARK_CORNER as WatermarkPolicy['corner'],
            opacity: settings.WATERMARK_OPACITY,
          },
        }
      : null,
    whyNot: [summary, ...details].join(' '),
    bounds: {
      fileBytes: settings.MEDIA_FILE_BYTES,
      dayBytes: settings.MEDIA_DAY_BYTES,
      personBytes: settings.MEDIA_PERSON_BYTES,
    },
    atOnce: settings.MEDIA_AT_ONCE,
    av1: settings.MEDIA_AV1,
    cloudFront: createCloudFront({
      keyPairId: settings.CLOUDFRONT_KEY_PAIR_ID,
      privateKey: settings.CLOUDFRONT_PRIVATE_KEY,
      originSecret: settings.CLOUDFRONT_ORIGIN_SECRET,
      publicUrl: options.publicUrl,
    }),
    copies: createCopies({
      distributionId: settings.CLOUDFRONT_DISTRIBUTION_ID,
      endpoint: settings.CLOUDFRONT_ENDPOINT,
      accessKeyId: settings.CLOUDFRONT_ACCESS_KEY_ID,
      secretAccessKey: settings.CLOUDFRONT_SECRET_ACCESS_KEY,
    }),
    importFrom: settings.MEDIA_IMPORT ? createAddressCheck(settings.MEDIA_IMPORT_FROM) : null,
    async handleOf(db: Reader, ownerId: string) {
      return settings.WATERMARK_OPACITY > 0 ? (await identity.user(db, ownerId))?.handle : undefined;
    },
  };
  const uploads = createUploads(deps, options.authenticateUpload);
  const room: Room = {
    personal: personalOf(deps),
    routes: [mediaRoutes(deps, uploads)],
    jobs: {
      ...mediaJobs(deps),
      ...av1Jobs(deps),
      'media.import': { handle: ({ id }: { id: string }, context) => runImport(deps, id, context), maxAttempts: 5 },
    },
    channels: [mediaChannel(database)],
  };
  const egress = createEgress(database);
  return {
    room,
    /** What was sent to people; the analytics tell it. */
    egress,
    /** Adds what lies outside the API: the tus server and the delivery of files. */
    async mount(app: FastifyInstance): Promise<void> {
      await uploads.mount(app);
      mountDelivery(app, { ...deps, egress });
    },
    /** Owner, state and view of many at once; missing ones are left out. */
    summaries,
    /** Opens ready media to more people or to fewer: on listing, archiving, removing. @throws DomainError media_not_ready */
    async setVisibility(tx: Tx, id: string, visibility: Visibility): Promise<void> {
      await setVisibility(deps, tx, id, visibility);
    },
    /** Deletes what nobody needs any more; what is shown or relied upon elsewhere, or is another's, stays as it is. */
    async remove(tx: Tx, actor: Actor, id: string): Promise<void> {
      const media = await store.lockMedia(tx, id);
      if (media?.ownerId !== actor.id || media.visibility !== 'private') return;
      try {
        await deps.assertDeletable(tx, id);
      } catch (error) {
        if (error instanceof DomainError) return;
        throw error;
      }
      await remove(deps, tx, actor, media);
    },
    /** Opens a person's own picture to everybody, or closes it. @throws DomainError not_found, media_not_ready */
    showPicture: (tx: Tx, ownerId: string, id: string, isShown: boolean) => showPicture(deps, tx, ownerId, id, isShown),
    /** An address for each of those pictures that everybody may see. */
    shownPictures,
    /** Refuses what is not a picture of this person's own and ready. @throws DomainError not_found, media_not_ready */
    assertOwnPictures,
    /** A picture's bytes as a JPEG of some 1,280 pixels; null when there is none (any more). */
    jpegOf: (db: Reader, id: string) => jpegOf(deps, db, id),
    /** Pictures that another room lets the caller see, with the grant to do so. */
    seePictures: (ids: readonly string[], context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>) =>
      seePictures(deps, ids, context),
    /** Lets the caller play everything that is public, for ten minutes: feed pages and public story pages call it. */
    grantPublic(context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>): void {
      grant(deps, { class: 'public' }, context);
    },
    /** Lets the caller play these, whoever else may: who calls it has made sure that they may. */
    async grantThese(ids: readonly string[], context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>) {
      for (const media of await store.mediaByIds(database.db, ids))
        grant(deps, scopeOf(media.class, media.id, media.version), context);
    },
    /** What the timer does every five minutes. */
    sweep: () => sweep(deps),
  };
};
