// Several uploads, some at once, each of which can be paused, resumed, tried again and cancelled.
import type { Answer } from './call.ts';
import type { Client } from './client.ts';
import { type RunningUpload, startUpload, type UploadOptions, type UploadProgress } from './upload.ts';
import { createUploadMemory, type UploadFile, type UploadMemory, type UploadPurpose } from './upload-memory.ts';

export type QueueState = 'waiting' | 'sending' | 'stalled' | 'paused' | 'failed' | 'done';

export type QueuedUpload = {
  /** Of the queue, from the start on; the media's id comes with the announcement. */
  readonly id: string;
  readonly file: UploadFile;
  readonly purpose: UploadPurpose;
  /** `stalled`: the connection is gone, it goes on by itself. `failed`: `error` says why; `resume` tries again. */
  readonly state: QueueState;
  readonly mediaId: string | null;
  readonly progress: UploadProgress | null;
  readonly error: unknown;
};

export type UploadQueueOptions = {
  client: Client;
  /** Without it, what has failed goes on where it stopped only as long as this page lives. */
  memory?: UploadMemory;
  headers?: Record<string, string>;
  chunkBytes?: number;
  /** Uploads that send at the same time; one by default, so that the first is there soonest. */
  atOnce?: number;
};

export type UploadQueue = {
  /** Puts a file at the end. @returns its id in the queue. */
  add(data: UploadOptions['data'], file: UploadFile, purpose?: UploadPurpose): string;
  /** Makes room for the next one; the server keeps what it has for a day. */
  pause(id: string): void;
  /** Goes on with what was paused or has failed, as soon as it is its turn. */
  resume(id: string): void;
  /** Takes it out, here and on the server. What is done stays there. */
  cancel(id: string): Promise<void>;
  /** Everything that was added and not taken out, in order. The same array until something changes. */
  list(): readonly QueuedUpload[];
  /** Calls back after each change. @returns what ends that. */
  subscribe(listener: () => void): () => void;
};

type Entry = { view: QueuedUpload; data: UploadOptions['data']; running: RunningUpload | null };

/** A queue in this page; `list` and `subscribe` have the shape of React's `useSyncExternalStore`. */
export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  const { client, memory = createUploadMemory(), headers, chunkBytes, atOnce = 1 } = options;
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let views: readonly QueuedUpload[] = [];
  let added = 0;

  const tell = () => {
    views = [...entries.values()].map((entry) => entry.view);
    for (const listener of listeners) listener();
  };
  const change = (entry: Entry, values: Partial<QueuedUpload>) => {
    entry.view = { ...entry.view, ...values };
    if (entries.has(entry.view.id)) tell();
  };
  const isSending = ({ view }: Entry) => view.state === 'sending' || view.state === 'stalled';

  const fill = () => {
    for (const entry of entries.values()) {
      if ([...entries.values()].filter(isSending).length >= atOnce) return;
      if (entry.view.state === 'waiting') send(entry);
    }
  };

  const send = (entry: Entry) => {
    change(entry, { state: 'sending', error: null });
    if (entry.running) return entry.running.resume();
    const running = startUpload({
      client,
      data: entry.data,
      file: entry.view.file,
      purpose: entry.view.purpose,
      memory,
      ...(headers && { headers }),
      ...(chunkBytes && { chunkBytes }),
      onCreated: (mediaId) => change(entry, { mediaId }),
      onProgress: (progress) => change(entry, isSending(entry) ? { progress, state: 'sending' } : { progress }),
      onStalled: (stalled) => {
        if (stalled && isSending(entry)) change(entry, { state: 'stalled' });
      },
    });
    entry.running = running;
    const end = (values: Partial<QueuedUpload>) => {
      entry.running = null;
      change(entry, values);
      fill();
    };
    running.done.then(
      ({ mediaId }) => end({ state: 'done', mediaId }),
      (error: unknown) => end({ state: 'failed', error }),
    );
  };

  return {
    add(data, file, purpose = 'video') {
      const id = `upload-${++added}`;
      const view = { id, file, purpose, state: 'waiting', mediaId: null, progress: null, error: null } as const;
      entries.set(id, { view, data, running: null });
      tell();
      fill();
      return id;
    },
    pause(id) {
      const entry = entries.get(id);
      if (!entry || !(isSending(entry) || entry.view.state === 'waiting')) return;
      entry.running?.pause();
      change(entry, { state: 'paused' });
      fill();
    },
    resume(id) {
      const entry = entries.get(id);
      if (entry?.view.state !== 'paused' && entry?.view.state !== 'failed') return;
      change(entry, { state: 'waiting' });
      fill();
    },
    async cancel(id) {
      const entry = entries.get(id);
      if (!entry) return;
      entries.delete(id);
      tell();
      fill();
      const { running } = entry;
      if (running) return await running.cancel();
      // One that has failed is known to the server too.
      if (entry.view.mediaId && entry.view.state !== 'done')
        await client.call('DELETE /media/:id', { params: { id: entry.view.mediaId } }).catch(() => {});
    },
    list: () => views,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Which of these files the server would refuse, by what `GET /media/quota` answers, so that nobody sends bytes in vain.
 * In order: each file takes its part of what is left. Null where it would be taken.
 */
export function refusalsOf(
  quota: Answer<'GET /media/quota'>,
  files: readonly Pick<UploadFile, 'size'>[],
): ('media_too_large' | 'quota_exceeded' | null)[] {
  let left = Math.min(quota.bytesLeft, quota.dayBytesLeft);
  return files.map(({ size }) => {
    if (size > quota.fileBytes) return 'media_too_large';
    if (size > left) return 'quota_exceeded';
    left -= size;
    return null;
  });
}
