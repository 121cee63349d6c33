// What can be done to a piece of media. Each: lock, check, decide by the machine, write, tell. One transaction.
import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Actor, DomainError } from '@videowindow/contract';
import { apply } from '@videowindow/contract/machine';
import { recordAudit } from '#platform/audit';
import { type Keyring, newId } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize, personId } from '#platform/http';
import type { Jobs } from '#platform/jobs';
import { folderSpace, type Storage } from '#platform/storage';
import type { Log } from '#platform/telemetry';
import type { Copies } from './cloudfront-copies.ts';
import type { Engine } from './engine.ts';
import type { MediaCommand, MediaRecord } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

export type MediaDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  storage: Storage;
  keyring: Keyring;
  log: Log;
  /** Where unfinished uploads lie, and where ffmpeg works. Beside the objects, so that finishing is a rename. */
  uploadsFolder: string;
  workFolder: string;
  /** null where this machine can't process video; `whyNot` says why. */
  engine: Engine | null;
  whyNot: string;
  bounds: rules.UploadBounds;
  /** Videos at the same time, all workers together. */
  atOnce: number;
  /** What a CDN keeps of us; null where none stands in front, or it is not ours to tell. */
  copies: Copies | null;
  /** Whether videos get rungs in AV1 too. */
  av1: boolean;
  /** What is burnt in for an owner; undefined burns nothing in. */
  handleOf(db: Reader, ownerId: string): Promise<string | undefined>;
  /** Whether one person follows another, and whether one of two blocked the other; false for nobody. */
  follows(db: Reader, follower: string | null, followed: string): Promise<boolean>;
  areApart(db: Reader, one: string | null, other: string): Promise<boolean>;
  /** A higher room's word that media is not relied upon. @throws DomainError story_frozen */
  assertDeletable(db: Reader, id: string): Promise<void>;
};

export type Announcement = { purpose: rules.Purpose; filename: string; bytes: number; sourceUrl?: string | null };

/** The file that the tus server writes for an upload. */
export const uploadPath = (deps: Pick<MediaDeps, 'uploadsFolder'>, id: string): string => join(deps.uploadsFolder, id);

/** Writes the state's change to everybody who looks on. The row is locked. */
export const change = async (
  deps: Pick<MediaDeps, 'events'>,
  tx: Tx,
  before: MediaRecord,
  command: MediaCommand | null,
  values: store.MediaChange,
): Promise<MediaRecord> => {
  const state = command === null ? before.state : stateAfter(before, command);
  // An edit that came to nothing: what is said of it is true of the version that plays.
  const isUndone = before.state === 'processing' && state === 'ready' && command !== 'publish';
  const undone = isUndone ? { edits: rules.editsOf(before.package) } : {};
  const after = await store.updateMedia(tx, before, { ...values, ...undone, state });
  const { id, ownerId, seq, progress } = after;
  await deps.events.emit(tx, 'media.progressed', id, { mediaId: id, ownerId, seq, state, progress });
  return after;
};

const stateAfter = (media: MediaRecord, command: MediaCommand): MediaRecord['state'] => {
  const applied = apply(rules.mediaMachine, media.state, command, { whole: rules.isWhole(media) });
  if (!applied.ok) throw new DomainError('invalid_transition', { from: media.state, possible: [...applied.possible] });
  return applied.to;
};

/** An upload on which nothing has moved for so long is not waited for: else whoever only announces would fill the disk. */
const RUNS_MS = 3_600_000;

/**
 * Room for one more upload: free bytes less those that the running ones will still bring. What is sent lies on this machine
 * first, wherever objects are kept. Held until the transaction's end, so that two cannot share one rest.
 */
export const uploadSpace = async (
  deps: Pick<MediaDeps, 'storage' | 'uploadsFolder'>,
  tx: Tx,
  asking?: string,
): Promise<{ free: number; total: number }> => {
  await store.lockSpace(tx);
  const others = (await store.uploadingMedia(tx)).filter(({ id }) => id !== asking);
  const awaited = await Promise.all(
    others.map(async ({ id, bytes, expiresAt }) => {
      const found = await stat(uploadPath(deps, id)).catch(() => null);
      const movedAt = found?.mtimeMs ?? expiresAt.getTime() - rules.UPLOAD_LIFE_MS;
      return Date.now() - movedAt < RUNS_MS ? Math.max(0, bytes - (found?.size ?? 0)) : 0;
    }),
  );
  // After that: what comes meanwhile is counted twice, not never.
  const space = (await deps.storage.space()) ?? (await folderSpace(deps.uploadsFolder));
  return { ...space, free: space.free - awaited.reduce((sum, bytes) => sum + bytes, 0) };
};

/** Announces an upload; it is admitted or refused before a byte is sent. */
export const announceUpload = async (
  deps: MediaDeps,
  actor: Actor,
  { purpose, filename, bytes, sourceUrl = null }: Announcement,
): Promise<MediaRecord> => {
  authorize(actor, 'media.upload');
  if (deps.engine === null) throw new DomainError('capability_off', { why: deps.whyNot });
  const ownerId = personId(actor);
  return await deps.database.transaction(async (tx) => {
    const now = await deps.database.now(tx);
    const used = await store.lockUsage(tx, ownerId, now);
    rules.admitUpload(bytes, used, await uploadSpace(deps, tx), deps.bounds);
    const media = {
      id: newId(),
      ownerId,
      purpose,
      state: 'uploading',
      filename: cleanName(filename),
      bytes,
      progress: rules.atStage('upload'),
      sourceUrl,
      createdAt: now,
      expiresAt: new Date(now.getTime() + rules.UPLOAD_LIFE_MS),
    } as const;
    await store.insertMedia(tx, media);
    if (sourceUrl !== null)
      await deps.jobs.enqueue(tx, 'media.import', { id: media.id }, { queue: `media.import.${laneOf(ownerId, 2)}` });
    return {
      ...media,
      ...{ visibility: 'private', class: 'private', version: 1, seq: 0, claim: null, failures: 0 },
      ...{ rejection: null, package: null, image: null, sourceDurationMs: null },
      ...{ edits: { trim: null, coverMs: null }, chapters: [], captions: [] },
    };
  });
};

/** All bytes are there: the work on it is a job from here on. Twice is once. */
export const finishUpload = async (deps: MediaDeps, id: string): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (media?.state !== 'uploading') return;
    await change(deps, tx, media, 'finishUpload', { progress: rules.atStage('probe') });
    await enqueueProcessing(deps, tx, media);
  });
};

export const retryProcessing = async (deps: MediaDeps, actor: Actor, id: string): Promise<MediaRecord> =>
  await deps.database.transaction(async (tx) => {
    return await beginAgain(deps, tx, await lockOwn(tx, actor, id));
  });

/** Puts the work on it into line once more, after a failure or a stop. The row is locked. */
export const beginAgain = async (deps: MediaDeps, tx: Tx, media: MediaRecord): Promise<MediaRecord> => {
  const after = await change(deps, tx, media, 'retry', { failures: 0, progress: rules.atStage('probe') });
  await enqueueProcessing(deps, tx, media);
  return after;
};

/** Ends it for everybody at once; the bytes go in the background. */
export const deleteMedia = async (deps: MediaDeps, actor: Actor, id: string): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    if (media.state !== 'deleting') await deps.assertDeletable(tx, id);
    await remove(deps, tx, actor, media);
  });
};

/** The same for who has looked already whether it is relied upon. The row is locked. */
export const remove = async (deps: MediaDeps, tx: Tx, actor: Actor, media: MediaRecord): Promise<void> => {
  const { id } = media;
  if (media.state === 'deleting') return;
  await change(deps, tx, media, 'delete', { claim: null });
  await enqueueDeletion(deps, tx, id);
  await recordAudit(tx, { actor: actor.id, action: 'media.delete_asked', subject: id });
};

export const enqueueDeletion = (deps: Pick<MediaDeps, 'jobs'>, tx: Tx, id: string, afterMs = 0): Promise<void> =>
  deps.jobs.enqueue(tx, 'media.delete', { id }, { key: `media.delete ${id}`, runAt: new Date(Date.now() + afterMs) });

/** Moves a finished upload to where originals lie. Safe to repeat. @returns a file to read it from, in `folder` where it has to be fetched */
export const keepOriginal = async (deps: MediaDeps, id: string, folder: string): Promise<string> => {
  const key = rules.originalKey(id);
  const upload = uploadPath(deps, id);
  if ((await deps.storage.stat(key)) === null) {
    const leaving = `${upload}.done`;
    await rename(upload, leaving).catch(ignoreMissing);
    await deps.storage.putFile(key, leaving);
  }
  await rm(`${upload}.json`, { force: true });
  return await deps.storage.localFile(key, folder);
};

/** The caller's own, locked. @throws DomainError not_found */
export const lockOwn = async (tx: Tx, actor: Actor, id: string): Promise<MediaRecord> => {
  const media = await store.lockMedia(tx, id);
  if (!media) throw new DomainError('not_found');
  authorize(actor, 'media.edit', media);
  return media;
};

export const enqueueProcessing = async (
  deps: MediaDeps,
  tx: Tx,
  media: Pick<MediaRecord, 'id' | 'ownerId'>,
): Promise<void> => {
  const place = await placeInQueue(deps, tx, media);
  await deps.jobs.enqueue(tx, 'media.process', { id: media.id }, { key: `media.process ${media.id}`, ...place(0) });
};

/** The rungs in AV1 wait in lines of their own, where nothing else waits behind them. */
export const enqueueAv1 = async (
  deps: MediaDeps,
  tx: Tx,
  { id, ownerId, purpose }: Pick<MediaRecord, 'id' | 'ownerId' | 'purpose'>,
): Promise<void> => {
  if (!deps.av1 || purpose !== 'video') return;
  const line = { queue: `media.av1.${laneOf(ownerId, deps.atOnce)}`, maxAttempts: 5 };
  await deps.jobs.enqueue(tx, 'media.av1', { id }, { key: `media.av1 ${id}`, ...line });
};

/**
 * Where jobs on a person's media stand in line: behind that person's older media and not behind other people's, so that
 * one with many films takes turns with one who has a single clip. Chunks of one film spread over the queues.
 */
export const placeInQueue = async (
  deps: Pick<MediaDeps, 'atOnce'>,
  tx: Tx,
  media: Pick<MediaRecord, 'id' | 'ownerId'>,
): Promise<(chunk: number) => { queue: string; priority: number }> => {
  const [lane, priority] = [laneOf(media.ownerId, deps.atOnce), await store.olderInWork(tx, media)];
  return (chunk) => ({ queue: `media.${(lane + chunk) % deps.atOnce}`, priority });
};

const laneOf = (ownerId: string, lanes: number): number =>
  createHash('sha256').update(ownerId).digest().readUInt32BE(0) % lanes;

/** A file's name as a person may read it; it is never part of a path. */
const cleanName = (name: string): string =>
  basename(name.replaceAll('\\', '/'))
    .replace(/\p{Cc}/gu, '')
    .slice(0, 255)
    .trim() || 'video';

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};
