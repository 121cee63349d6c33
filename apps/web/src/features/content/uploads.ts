// Uploads that go on while one writes the story or looks around. They live as long as the page; what was sent is kept
// by the server, and the same file chosen again goes on from there.
import type { UploadProgress } from '@videowindow/client';
import { useSyncExternalStore } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

export type RunningUpload =
  | { state: 'sending'; progress: UploadProgress | null; stalled: boolean }
  | { state: 'failed'; sentence: string; file: File };

const running = new Map<string, RunningUpload>();
const aborts = new Map<string, AbortController>();
const listeners = new Set<() => void>();

const change = (mediaId: string, upload: RunningUpload | null) => {
  if (upload) running.set(mediaId, upload);
  else running.delete(mediaId);
  for (const listener of listeners) listener();
};

const warnBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault();
const watchLeaving = () => {
  const isSending = [...running.values()].some((upload) => upload.state === 'sending');
  if (isSending) addEventListener('beforeunload', warnBeforeLeaving);
  else removeEventListener('beforeunload', warnBeforeLeaving);
};
listeners.add(watchLeaving);

/** What the browser remembers between visits; nothing where storage is closed to us. */
const memory = (): Storage | undefined => {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
};

/**
 * Starts sending a file in the background. Resolves with its media's id as soon as the server knows of it, long before
 * the bytes are there. Rejects with ApiError when it is refused (too large, over quota).
 */
export function startUpload(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    let id: string | null = null;
    const abort = new AbortController();
    let last: UploadProgress | null = null;
    const storage = memory();
    void import('@videowindow/client').then(({ uploadVideo }) =>
      uploadVideo({
        client,
        data: file,
        file: { name: file.name, size: file.size, type: file.type, lastModified: file.lastModified },
        signal: abort.signal,
        ...(storage && { memory: storage }),
        onCreated: (mediaId) => {
          id = mediaId;
          aborts.set(mediaId, abort);
          change(mediaId, { state: 'sending', progress: null, stalled: false });
          resolve(mediaId);
        },
        onProgress: (progress) => {
          last = progress;
          if (id) change(id, { state: 'sending', progress, stalled: false });
        },
        onStalled: (stalled) => {
          if (id && stalled) change(id, { state: 'sending', progress: last, stalled });
        },
      }).then(
        ({ mediaId }) => change(mediaId, null),
        (error: unknown) => {
          if (!id) reject(error);
          else if (abort.signal.aborted) change(id, null);
          else change(id, { state: 'failed', sentence: sentenceOf(error), file });
        },
      ),
    );
  });
}

/** Stops sending; what the server has is kept for a day. */
export const stopUpload = (mediaId: string): void => aborts.get(mediaId)?.abort(new Error('stopped'));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The upload of a clip as long as it runs from this page. */
export const useUpload = (mediaId: string | null): RunningUpload | undefined =>
  useSyncExternalStore(subscribe, () => (mediaId ? running.get(mediaId) : undefined));
