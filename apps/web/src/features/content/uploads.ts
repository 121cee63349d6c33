// Uploads that go on while one writes the story or looks around. The queue lives as long as the page; what was sent is
// kept by the server for a day, and the same file goes on from there.
import {
  createUploadQueue,
  forgetUpload,
  isApiError,
  type QueuedUpload,
  type StoredUpload,
  type UploadFile,
  unfinishedUploads,
} from '@videowindow/client';
import { useSyncExternalStore } from 'react';
import { client } from '../../lib/server.ts';
import { forgetHandle, keepHandle, type PickedFile, purposeOf } from './file-handles.ts';

/** What the browser remembers between visits; nothing where storage is closed to us. */
const memory = (() => {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
})();

/** Two at once: the first is there soon, and a small one does not wait for a large one. */
const AT_ONCE = 2;
/** How long a row says that its file is sent before it goes. */
const SHOWN_WHEN_DONE_MS = 4_000;
const queue = createUploadQueue({ client, atOnce: AT_ONCE, ...(memory && { memory }) });

export const isActive = ({ state }: QueuedUpload): boolean => state === 'sending' || state === 'stalled';
const warnBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault();
const ended = new Set<string>();
queue.subscribe(() => {
  const all = queue.list();
  if (all.some((one) => isActive(one) || one.state === 'waiting')) addEventListener('beforeunload', warnBeforeLeaving);
  else removeEventListener('beforeunload', warnBeforeLeaving);
  for (const { id, file, state } of all) {
    if (state !== 'done' || ended.has(id)) continue;
    // From here on the clip itself says how it stands.
    ended.add(id);
    void forgetHandle(file);
    setTimeout(() => void queue.cancel(id), SHOWN_WHEN_DONE_MS);
  }
});
addEventListener('online', () => {
  for (const { id, error } of queue.list()) if (isApiError(error, 'network_unreachable')) queue.resume(id);
});

export const fileOf = ({ name, size, type, lastModified }: File): UploadFile => ({ name, size, type, lastModified });
export const isSameFile = (a: UploadFile, b: UploadFile): boolean =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

/** Puts a file into the queue. @param as what it was remembered as, to go on with that. @returns its id there */
export function addUpload({ file, handle }: PickedFile, as: UploadFile = fileOf(file)): string {
  const known = queue.list().find((upload) => upload.state !== 'done' && isSameFile(upload.file, as));
  if (known) {
    queue.resume(known.id);
    return known.id;
  }
  void keepHandle(handle, as);
  return queue.add(file, as, purposeOf(as));
}

/** The media's id of an upload, as soon as the server knows of it; null when it was taken out before. */
export function announced(id: string): Promise<string | null> {
  return new Promise((resolve) => {
    const look = () => {
      const upload = queue.list().find((one) => one.id === id);
      if (upload && upload.mediaId === null) return;
      end();
      resolve(upload?.mediaId ?? null);
    };
    const end = queue.subscribe(look);
    look();
  });
}

/**
 * Sends a file before all others: somebody waits for it. Resolves with its media's id as soon as the server knows of
 * it, long before the bytes are there. Rejects with ApiError when it is refused.
 */
export function startUpload(picked: PickedFile): Promise<string> {
  const active = queue.list().filter(isActive);
  const makesRoom = active.length >= AT_ONCE ? active.at(-1) : undefined;
  if (makesRoom) queue.pause(makesRoom.id);
  const id = addUpload(picked);
  return new Promise((resolve, reject) => {
    const look = () => {
      const upload = queue.list().find((one) => one.id === id);
      if (upload && upload.mediaId === null && upload.state !== 'failed') return;
      end();
      if (makesRoom) queue.resume(makesRoom.id);
      if (upload?.mediaId) return resolve(upload.mediaId);
      void queue.cancel(id);
      reject(upload?.error ?? new Error('cancelled'));
    };
    const end = queue.subscribe(look);
    look();
  });
}

export const pauseUpload = queue.pause;
export const resumeUpload = queue.resume;
/** Ends it here and on the server. */
export const cancelUpload = (upload: QueuedUpload): Promise<void> => {
  void forgetHandle(upload.file);
  return queue.cancel(upload.id);
};

/** Everything that is sent or waits, in order. */
export const listUploads = queue.list;
export const useUploads = (): readonly QueuedUpload[] => useSyncExternalStore(queue.subscribe, queue.list);

/** The upload of a clip as long as it runs from this page, and a moment longer. */
export function useUpload(mediaId: string | null): QueuedUpload | undefined {
  const uploads = useUploads();
  if (mediaId === null) return undefined;
  // One that waits for its turn to go on has no id yet; its file tells.
  const file = rememberedUpload(mediaId)?.file;
  return uploads.find((one) => one.mediaId === mediaId || (file !== undefined && isSameFile(one.file, file)));
}

/** What was begun in this browser, on an earlier visit too, and can go on. */
export const rememberedUploads = (): StoredUpload[] => (memory ? unfinishedUploads(memory) : []);
export const rememberedUpload = (mediaId: string): StoredUpload | undefined =>
  rememberedUploads().find((stored) => stored.mediaId === mediaId);

/** Forgets what was begun here. What the server has of it is its own matter. */
export function forgetRemembered({ file }: StoredUpload): void {
  void forgetHandle(file);
  forgetUpload(memory, file);
}
