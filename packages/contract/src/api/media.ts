// media: uploads, the work on them, what plays, and what belongs to it (captions, chapters, cover)
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Cursor, Id, Instant, Nullable, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { PersonSummary } from './people.ts';

export const mediaStates = ['uploading', 'uploaded', 'processing', 'ready', 'rejected', 'failed', 'deleting'] as const;
/** What an upload is for decides what is accepted: a picture with moving frames, a sound recording, a still. */
export const mediaPurposes = ['video', 'audio', 'image'] as const;
/** Who may watch: the owner; who has the address; who follows the owner; everybody. */
export const visibilities = ['private', 'unlisted', 'followers', 'public'] as const;

/** Where the work on an upload stands; published live on the channel `media:{id}` too. */
export const MediaProgress = Strict({
  stage: OneOf(['upload', 'probe', 'transcode', 'package', 'done']),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  speed: Nullable(Type.Number({ description: 'Times real time' })),
  secondsLeft: Nullable(Type.Number()),
});
export type MediaProgress = Static<typeof MediaProgress>;

const Milliseconds = Type.Integer({ minimum: 0, maximum: 86_400_000 });
/** BCP 47, as `<track srclang>` takes it. */
export const LanguageTag = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', maxLength: 35 });
export const Chapter = Strict({ startMs: Milliseconds, title: Type.String({ minLength: 1, maxLength: 100 }) });
export type Chapter = Static<typeof Chapter>;

/** What is played of the original, and which of its frames is the poster; times are the original's. */
export const MediaEdits = Strict({
  trim: Nullable(Strict({ startMs: Milliseconds, endMs: Milliseconds })),
  coverMs: Nullable(Milliseconds),
});
export type MediaEdits = Static<typeof MediaEdits>;

/** What a player needs. Paths are stable, versioned and play only with a grant. */
export const MediaView = Strict({
  id: Id,
  version: Type.Integer(),
  kind: OneOf(['video', 'audio']),
  width: Type.Integer(),
  height: Type.Integer(),
  /** While the work goes on, what the source promises. */
  durationMs: Type.Integer(),
  /** Milliseconds from the start that can be played while the rest is still made; null when all is there. */
  playableMs: Nullable(Type.Integer()),
  hasAudio: Type.Boolean(),
  hlsUrl: Type.String(),
  mp4: Type.Array(Strict({ url: Type.String(), shortSide: Type.Integer(), bytes: Type.Integer() })),
  posterUrl: Type.String(),
  thumbnails: Type.Array(Strict({ url: Type.String(), width: Type.Integer(), type: Type.String() })),
  thumbhash: Type.String({ description: 'base64' }),
  /** WebVTT whose cues are `sprite#xywh=x,y,w,h`, relative to it. */
  storyboardUrl: Nullable(Type.String()),
  /** Three moving seconds as an animated WebP. */
  previewUrl: Nullable(Type.String()),
  captions: Type.Array(Strict({ language: LanguageTag, label: Type.String(), url: Type.String() })),
  chapters: Type.Array(Chapter),
});
export type MediaView = Static<typeof MediaView>;

/** A picture in several sizes and formats, the largest first. */
export const ImageView = Strict({
  id: Id,
  version: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
  sources: Type.Array(
    Strict({ url: Type.String(), width: Type.Integer(), type: OneOf(['image/avif', 'image/webp', 'image/jpeg']) }),
  ),
  thumbhash: Type.String({ description: 'base64' }),
});
export type ImageView = Static<typeof ImageView>;

/** A piece of media as its owner sees it. */
export const Media = Strict({
  id: Id,
  purpose: OneOf(mediaPurposes),
  state: OneOf(mediaStates),
  visibility: OneOf(visibilities),
  filename: Type.String(),
  bytes: Type.Integer(),
  bytesReceived: Type.Integer(),
  progress: MediaProgress,
  rejection: Nullable(Strict({ code: Type.String(), sentence: Type.String() })),
  edits: MediaEdits,
  /** Length of the original, which trims are measured on; null before it is known, and for an image. */
  sourceDurationMs: Nullable(Type.Integer()),
  /** Present from the first playable second on; while edits are made, what was there before. */
  view: Nullable(MediaView),
  /** Present when it is a picture and ready. */
  image: Nullable(ImageView),
  createdAt: Instant,
});
export type Media = Static<typeof Media>;

/** A piece of media as an admin sees it. */
export const ManagedMedia = Strict({
  ...Media.properties,
  owner: PersonSummary,
  failures: Type.Integer({ description: 'Failures on our side since it was begun; 0 of one that was stopped' }),
});
export type ManagedMedia = Static<typeof ManagedMedia>;

export const Captions = Strict({
  language: LanguageTag,
  label: Type.String({ minLength: 1, maxLength: 60 }),
  /** WebVTT. */
  text: Type.String({ maxLength: 1_000_000 }),
  revision: Type.Integer({ description: 'Another one with each save, rising' }),
  updatedAt: Instant,
});
export type Captions = Static<typeof Captions>;

const UploadSession = Strict({ mediaId: Id, uploadUrl: Type.String(), expiresAt: Instant });

export const mediaApi = defineApi({
  'POST /media/uploadSession': {
    summary: 'Announce an upload; the bytes go to `uploadUrl` by the tus 1.0 protocol',
    action: 'media.upload',
    body: Strict({
      purpose: OneOf(mediaPurposes),
      filename: Type.String({ minLength: 1, maxLength: 255 }),
      bytes: Type.Integer({ minimum: 1 }),
      mimeType: Type.Optional(Type.String({ maxLength: 255 })),
    }),
    response: UploadSession,
    status: 201,
    errors: ['media_too_large', 'quota_exceeded', 'storage_full', 'capability_off'],
  },
  'POST /media/import': {
    summary: 'Fetch a file from a public address (where the operator allows it); its progress is the upload’s',
    action: 'media.upload',
    body: Strict({ purpose: OneOf(['video']), url: Type.String({ minLength: 1, maxLength: 2000 }) }),
    response: Media,
    status: 202,
    errors: ['capability_off', 'import_refused', 'quota_exceeded', 'storage_full'],
    rateLimit: { max: 30, windowS: 3600 },
  },
  'GET /media': {
    summary: 'My media, newest first',
    action: 'media.edit',
    query: PageQuery,
    response: Page(Media),
  },
  'GET /media/quota': {
    summary: 'What I may still upload, so that a refusal comes before the bytes do',
    action: 'media.upload',
    response: Strict({
      fileBytes: Type.Integer({ description: 'Largest file' }),
      dayBytesLeft: Type.Integer(),
      bytesLeft: Type.Integer(),
      bytesUsed: Type.Integer(),
    }),
  },
  'GET /media/:id': { summary: 'One of my media with its progress', action: 'media.read', response: Media },
  'GET /media/:id/playback': {
    summary: 'Check that the caller may watch, and grant it by a cookie for the paths in the answer',
    action: 'media.play',
    response: Strict({ media: MediaView, expiresAt: Instant, tokenPrefix: Type.String() }),
    errors: ['media_not_ready'],
  },
  'GET /media/:id/image': {
    summary: 'Check that the caller may see a picture, and grant it by a cookie for the paths in the answer',
    action: 'media.play',
    response: Strict({ image: ImageView, expiresAt: Instant, tokenPrefix: Type.String() }),
    errors: ['media_not_ready'],
  },
  'POST /media/:id/retry': {
    summary: 'Try again after a failure on our side',
    action: 'media.edit',
    response: Media,
    errors: ['invalid_transition'],
  },
  'POST /media/:id/cancel': {
    summary:
      'Stop the work on it; the original stays, and `retry` begins again. Of an edit the version before it stays',
    action: 'media.edit',
    response: Media,
    errors: ['invalid_transition'],
  },
  'POST /media/:id/edit': {
    summary: 'Trim it or choose its cover; a new version is made of the original, the old one plays until then',
    action: 'media.edit',
    body: MediaEdits,
    response: Media,
    errors: ['invalid_transition', 'story_frozen'],
  },
  'PUT /media/:id/visibility': {
    summary: 'Who may watch a clip that no story shows; a story’s own state decides for its clips',
    action: 'media.edit',
    body: Strict({ visibility: OneOf(visibilities) }),
    response: Media,
    errors: ['media_not_ready', 'story_frozen'],
  },
  'PUT /media/:id/chapters': {
    summary:
      'Replace the chapters: the first at 0, rising, at most 100. With `before`, only where those are there still',
    action: 'media.edit',
    body: Strict({
      chapters: Type.Array(Chapter, { maxItems: 100 }),
      before: Type.Optional(Type.Array(Chapter, { maxItems: 100, description: 'As they were read' })),
    }),
    response: Media,
    errors: ['media_not_ready', 'version_conflict'],
  },
  'GET /media/:id/captions': {
    summary: 'All captions with their text, for the editor',
    action: 'media.read',
    response: Strict({ captions: Type.Array(Captions) }),
  },
  'PUT /media/:id/captions/:language': {
    summary:
      'Write one language’s captions: WebVTT or SubRip; kept as WebVTT. `revision` is the one last read, 0 for new',
    action: 'media.edit',
    bodyBytes: 4_200_000, // letters of up to four bytes, and the other fields
    body: Strict({
      label: Captions.properties.label,
      text: Captions.properties.text,
      revision: Type.Integer({ minimum: 0 }),
    }),
    response: Captions,
    errors: ['captions_unreadable', 'version_conflict', 'media_not_ready'],
    rateLimit: { max: 60, windowS: 60 },
  },
  'DELETE /media/:id/captions/:language': {
    summary: 'Remove one language’s captions',
    action: 'media.edit',
    response: Strict({ removed: Type.Boolean() }),
  },
  'DELETE /media/:id': {
    summary: 'Delete every byte of it, in the background',
    action: 'media.edit',
    status: 202,
    response: Strict({ state: OneOf(['deleting']) }),
    errors: ['story_frozen'],
  },

  'GET /admin/media': {
    summary:
      'Everybody’s media that is not ready: worked on, waiting, refused or failed; or of one state. Newest first',
    action: 'media.manage',
    query: Strict({
      state: Type.Optional(OneOf(mediaStates)),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(ManagedMedia),
  },
  'POST /admin/media/:id/retry': {
    summary: 'Try again for its owner',
    action: 'media.manage',
    response: ManagedMedia,
    errors: ['invalid_transition'],
  },
  'POST /admin/media/:id/cancel': {
    summary: 'Stop the work on it for its owner; the original stays, and `retry` begins again',
    action: 'media.manage',
    response: ManagedMedia,
    errors: ['invalid_transition'],
  },
});
