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
export type MediaCommand = 'finishUpload' | 'process' | 'publish' | 'reject' | 'fail' | 'cancel' | 'retry' | 'delete';
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
    reject: [{ to: 'rejected' }],
    fail: [{ to: 'failed' }],
    cancel: [{ to: 'failed' }],
    delete: [{ to: 'deleting' }],
  },
  ready: { delete: [{ to: 'deleting' }] },
  rejected: { delete: [{ to: 'deleting' }] },
  failed: { retry: [{ to: 'uploaded' }], delete: [{ to: 'deleting' }] },
  deleting: {},
} as const satisfies Transitions<MediaState, MediaCommand, never>;

export const mediaMachine: Machine<MediaState, MediaCommand, never> = {
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
  mp4: { file: string; shortSide: number; bytes: number }[];
  poster: { file: string; width: number; height: number };
  thumbnails: { file: string; width: number }[];
  thumbhash: string;
  /** Of what plays while the rest is made; null when all is there. */
  playableMs: number | null;
  /** The part of the original that this package plays; captions and chapters are kept in the original's time. Absent: all. */
  trim?: MediaEdits['trim'];
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
export const mediaPrefix = (id: string): string => `media/${id}`;
/** The folder of one version's files. The class is in it: no path of one class can reach the files of the other. */
export const versionPrefix = (id: string, mediaClass: MediaClass, version: number): string =>
  `${mediaPrefix(id)}/${mediaClass}-${version}`;
/** The address under which delivery shows that folder. */
export const versionUrl = (id: string, mediaClass: MediaClass, version: number): string =>
  `/media/${mediaClass}/${id}/${version}`;
