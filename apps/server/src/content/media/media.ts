// A piece of media as a state machine and the rules around it. Pure.

import { DomainError } from '@videowindow/contract';
import type {
  Chapter,
  ImageView,
  MediaEdits,
  MediaProgress,
  mediaPurposes,
  mediaStates,
  visibilities,
} from '@videowindow/contract/api/media';
import type { Machine, Transitions } from '@videowindow/contract/machine';

export type MediaState = (typeof mediaStates)[number];
export type MediaCommand =
  | 'finishUpload'
  | 'process'
  | 'publish'
  | 'reject'
  | 'fail'
  | 'cancel'
  | 'retry'
  | 'edit'
  | 'delete';
/** `whole`: a finished version plays. */
type MediaFact = 'whole';
/** Who may watch. It is part of every path, so that delivery needs no look-up. */
export type MediaClass = 'private' | 'public';
export type Purpose = (typeof mediaPurposes)[number];
export type Visibility = (typeof visibilities)[number];

const transitions = {
  uploading: { finishUpload: [{ to: 'uploaded' }], reject: [{ to: 'rejected' }], delete: [{ to: 'deleting' }] },
  uploaded: { process: [{ to: 'processing' }], cancel: [{ to: 'failed' }], delete: [{ to: 'deleting' }] },
  processing: {
    // A worker that takes over a dead one's job.
    process: [{ to: 'processing' }],
    publish: [{ to: 'ready' }],
    // Of an edit the version before it goes on playing.
    reject: [{ to: 'ready', when: ['whole'] }, { to: 'rejected' }],
    fail: [{ to: 'ready', when: ['whole'] }, { to: 'failed' }],
    cancel: [{ to: 'ready', when: ['whole'] }, { to: 'failed' }],
    delete: [{ to: 'deleting' }],
  },
  ready: { edit: [{ to: 'processing', when: ['whole'] }], delete: [{ to: 'deleting' }] },
  rejected: { delete: [{ to: 'deleting' }] },
  failed: { retry: [{ to: 'uploaded' }], delete: [{ to: 'deleting' }] },
  deleting: {},
} as const satisfies Transitions<MediaState, MediaCommand, MediaFact>;

export const mediaMachine: Machine<MediaState, MediaCommand, MediaFact> = {
  name: 'media',
  initial: 'uploading',
  transitions,
};

/** What the ladder made, as it is kept with the media. File names are relative to the version's folder. */
export type PackageRecord = {
  width: number;
  height: number;
  durationMs: number;
  hasAudio: boolean;
  rungs: string[];
  /** Rungs in AV1, added later; absent while there are none. */
  av1?: string[];
  mp4: { file: string; shortSide: number; bytes: number }[];
  poster: { file: string; width: number; height: number };
  thumbnails: { file: string; width: number }[];
  thumbhash: string;
  /** Of what plays while the rest is made; null when all is there. */
  playableMs: number | null;
  /** The part of the original that this package plays; captions and chapters are kept in the original's time. Absent: all. */
  trim?: MediaEdits['trim'];
  /** The frame that its maker chose; absent or null: the best one found. */
  coverMs?: number | null;
  storyboard: string | null;
  preview: string | null;
  bytes: number;
};

/** What a picture was made into. */
export type ImageRecord = {
  width: number;
  height: number;
  sources: { file: string; width: number; type: ImageView['sources'][number]['type'] }[];
  thumbhash: string;
  bytes: number;
};

/** Why it was not taken: by the verdict on the file, or because it could not be fetched. */
export type StoredRejection = { readonly code: string; readonly sentence: string };

export type CaptionFile = { language: string; label: string; revision: number };

export type MediaRecord = {
  id: string;
  ownerId: string;
  state: MediaState;
  filename: string;
  bytes: number;
  purpose: Purpose;
  visibility: Visibility;
  edits: MediaEdits;
  chapters: Chapter[];
  sourceDurationMs: number | null;
  sourceUrl: string | null;
  captions: CaptionFile[];
  class: MediaClass;
  version: number;
  progress: MediaProgress;
  seq: number;
  claim: string | null;
  failures: number;
  rejection: StoredRejection | null;
  /** While `processing`: what plays already, or what was there before an edit. */
  package: PackageRecord | null;
  image: ImageRecord | null;
  createdAt: Date;
  expiresAt: Date;
};

/** An unfinished upload is swept after 24 h, the original of a rejected one after 7 days. */
export const UPLOAD_LIFE_MS = 24 * 3_600_000;
export const REJECTED_LIFE_MS = 7 * UPLOAD_LIFE_MS;
/** Failures on our side before a person has to ask again. */
export const MAX_FAILURES = 3;
/** Uploads stop when less than this part of the disk is free. */
const LEAST_FREE = 0.05;

/** A finished version is there: it plays while another one is made of the same original. */
export const isWhole = ({ package: made }: Pick<MediaRecord, 'package'>): boolean =>
  made !== null && (made.playableMs ?? null) === null;

/** Whether those who may watch can watch it now. */
export const plays = (media: Pick<MediaRecord, 'state' | 'package'>): boolean =>
  media.state === 'ready' || (media.state === 'processing' && isWhole(media));

/** What was done to the version that plays. */
export const editsOf = (made: PackageRecord | null): MediaEdits => ({
  trim: made?.trim ?? null,
  coverMs: made?.coverMs ?? null,
});

/** An edit is written into a folder with a number that no version reaches, and linked from there when it is published. */
const EDITS_FROM = 1_000_000;
const EDIT_FOLDER = /\/private-(\d{7,})\//;

/** The number of the folder that the work on claimed media is written into. */
export const workVersion = (media: MediaRecord): number => (isWhole(media) ? EDITS_FROM + media.seq : media.version);

/** Folders of edits among objects' keys. */
export const editFolders = (keys: readonly string[]): number[] => [
  ...new Set(keys.flatMap((key) => EDIT_FOLDER.exec(key)?.slice(1).map(Number) ?? [])),
];

/** The part of the original that edits leave, in seconds. */
export const cutOf = ({ trim }: MediaEdits): { startSeconds: number; endSeconds: number } | undefined =>
  trim === null ? undefined : { startSeconds: trim.startMs / 1000, endSeconds: trim.endMs / 1000 };

/** Whether only the cover is another one than that of the version that plays. */
export const isOnlyCover = ({ package: made, edits }: Pick<MediaRecord, 'package' | 'edits'>): boolean =>
  made !== null &&
  edits.coverMs !== null &&
  made.trim?.startMs === edits.trim?.startMs &&
  made.trim?.endMs === edits.trim?.endMs;

const SHORTEST_TRIM_MS = 500;

/** @throws DomainError validation_failed */
export const checkEdits = (
  media: Pick<MediaRecord, 'sourceDurationMs' | 'package'>,
  { trim, coverMs }: MediaEdits,
): void => {
  const lengthMs = media.sourceDurationMs ?? media.package?.durationMs ?? 0;
  const [from, to] = trim === null ? [0, lengthMs] : [trim.startMs, trim.endMs];
  const isTrimmed = trim === null || (to <= lengthMs && to - from >= SHORTEST_TRIM_MS);
  const isCovered = coverMs === null || (coverMs >= from && coverMs < to);
  const fields = [...(isTrimmed ? [] : ['/trim']), ...(isCovered ? [] : ['/coverMs'])];
  if (fields.length > 0)
    throw new DomainError('validation_failed', {
      fields: fields.map((path) => ({
        path,
        message: 'must lie within the original, and be at least half a second long',
      })),
    });
};

export const atStage = (stage: MediaProgress['stage'], percent = 0): MediaProgress => ({
  stage,
  percent,
  speed: null,
  secondsLeft: null,
});

export type UploadBounds = { fileBytes: number; dayBytes: number; personBytes: number };

/**
 * Lets an announced upload through, before any of its bytes are sent.
 * @throws DomainError media_too_large, quota_exceeded, storage_full (the disk is nearly full)
 */
export const admitUpload = (
  bytes: number,
  used: { today: number; inAll: number },
  space: { free: number; total: number },
  bounds: UploadBounds,
): void => {
  if (bytes > bounds.fileBytes) throw new DomainError('media_too_large', { maxBytes: bounds.fileBytes });
  if (used.inAll + bytes > bounds.personBytes)
    throw new DomainError('quota_exceeded', { freeBytes: Math.max(0, bounds.personBytes - used.inAll) });
  if (used.today + bytes > bounds.dayBytes)
    throw new DomainError('quota_exceeded', { freeTodayBytes: Math.max(0, bounds.dayBytes - used.today) });
  if (space.free - bytes < space.total * LEAST_FREE) throw new DomainError('storage_full');
};

/** A captions file within a version's folder; the revision makes its address a new one with each save. */
export const captionFile = (language: string, revision: number): string => `captions/${language}-${revision}.vtt`;

export const originalKey = (id: string): string => `originals/${id}`;
/** Of what chunks are cut from where the original cannot be sought in. */
export const copyKey = (id: string): string => `${mediaPrefix(id)}/copy.mkv`;
export const mediaPrefix = (id: string): string => `media/${id}`;
/** The folder of one version's files. The class is in it: no path of one class can reach the files of the other. */
export const versionPrefix = (id: string, mediaClass: MediaClass, version: number): string =>
  `${mediaPrefix(id)}/${mediaClass}-${version}`;
/** The address under which delivery shows that folder. */
export const versionUrl = (id: string, mediaClass: MediaClass, version: number): string =>
  `/media/${mediaClass}/${id}/${version}`;
