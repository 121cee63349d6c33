// Resumable upload by the tus 1.0 protocol. Loads tus-js-client when the first upload starts.
//
// One file: `startUpload` (or `uploadFile`, its promise alone). Several, in turn: ./upload-queue.ts. What survives a
// closed page: ./upload-memory.ts.
import type { Upload as TusUpload } from 'tus-js-client';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import {
  forgetUpload,
  recallUpload,
  rememberUpload,
  type StoredUpload,
  type UploadFile,
  type UploadMemory,
  type UploadPurpose,
} from './upload-memory.ts';

export type UploadProgress = {
  sentBytes: number;
  totalBytes: number;
  /** Mean of the last seconds; null before there is one. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
};

export type UploadOptions = {
  client: Client;
  /** What to send: a File or Blob in a browser, a Buffer or stream in Node. */
  data: TusUpload['file'];
  file: UploadFile;
  /** `video` when not given. */
  purpose?: UploadPurpose;
  onProgress?: (progress: UploadProgress) => void;
  /** The connection is gone or back; the upload goes on by itself. */
  onStalled?: (stalled: boolean) => void;
  memory?: UploadMemory;
  /** Stops sending; what the server has is kept, as with `pause`, but `done` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** More headers for the tus requests, e.g. the cookie of a session in Node. */
  headers?: Record<string, string>;
  /** Bytes a request; the rest of the file in one when not given. */
  chunkBytes?: number;
  /** Called with the media's id as soon as the server knows of it. */
  onCreated?: (mediaId: string) => void;
};

/** An upload under way. */
export type RunningUpload = {
  /** Resolves when the server has every byte. Rejects with ApiError when it is refused, with `UploadCancelled`. */
  readonly done: Promise<{ mediaId: string }>;
  /** Stops sending; the server keeps what it has for a day. Nothing happens to one that is over. */
  pause(): void;
  /** Goes on from the last byte that the server stored. */
  resume(): void;
  /** Ends it for good, here and on the server. `done` rejects with `UploadCancelled`. */
  cancel(): Promise<void>;
};

/** Why `done` rejects after `cancel`. */
export class UploadCancelled extends Error {
  override readonly name = 'UploadCancelled';
}

const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000, 15_000];
const SPEED_WINDOW_MS = 5_000;

/**
 * Starts to send a file. The same file chosen again goes on from the last stored byte while the server keeps it (24 h),
 * also after the page or the server was closed in between, when `memory` is given.
 */
export function startUpload(options: UploadOptions): RunningUpload {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const line = createLine();
  let mediaId: string | null = null;
  const done = transfer(
    {
      ...options,
      signal,
      onCreated: (id) => {
        mediaId = id;
        options.onCreated?.(id);
      },
    },
    line,
  );
  // Whoever only listens to a queue never looks at it.
  done.catch(() => {});
  return {
    done,
    pause: line.pause,
    resume: line.resume,
    async cancel() {
      stop.abort(new UploadCancelled('the upload was cancelled'));
      const over = await done.then(
        () => true,
        () => false,
      );
      if (over) return;
      forgetUpload(options.memory, options.file);
      // What is gone already is what was wanted; what cannot be reached is swept after a day.
      if (mediaId)
        await options.client.call('DELETE /media/:id', { params: { id: mediaId } }).catch((error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
        });
    },
  };
}

/** Sends a file and resolves with its media's id when the server has every byte. Throws ApiError when it is refused. */
export const uploadFile = (options: UploadOptions): Promise<{ mediaId: string }> => startUpload(options).done;

/** `uploadFile` of a video. */
export const uploadVideo = (options: Omit<UploadOptions, 'purpose'>): Promise<{ mediaId: string }> =>
  uploadFile({ ...options, purpose: 'video' });

type Transfer = UploadOptions & { signal: AbortSignal };

async function transfer(options: Transfer, line: Line): Promise<{ mediaId: string }> {
  const { client, file, memory, purpose = 'video', signal } = options;
  signal.throwIfAborted();
  const remembered = recallUpload(memory, file, purpose);
  const session = remembered ?? (await openSession(options, purpose));
  rememberUpload(memory, session);
  options.onCreated?.(session.mediaId);
  try {
    await send(options, new URL(session.uploadUrl, client.baseUrl).href, line);
  } catch (error) {
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 410);
    if (error instanceof ApiError && error.status !== 0) forgetUpload(memory, file);
    // What was remembered has been swept on the server, or belongs to somebody else here: begin anew, once.
    if (gone && remembered) return transfer(options, line);
    throw error;
  }
  forgetUpload(memory, file);
  return { mediaId: session.mediaId };
}

async function openSession({ client, file, signal }: Transfer, purpose: UploadPurpose): Promise<StoredUpload> {
  const session = await client.call('POST /media/uploadSession', {
    body: { purpose, filename: file.name, bytes: file.size, ...(file.type && { mimeType: file.type }) },
    signal,
  });
  const { name, size, type, lastModified } = file;
  return {
    ...session,
    purpose,
    file: { name, size, ...(type && { type }), ...(lastModified !== undefined && { lastModified }) },
  };
}

async function send(options: Transfer, uploadUrl: string, line: Line): Promise<void> {
  const { Upload, DetailedError } = await import('tus-js-client');
  const { signal } = options;
  signal.throwIfAborted();
  const speed = createSpeedometer();
  try {
    await new Promise<void>((resolve, reject) => {
      const upload: TusUpload = new Upload(options.data, {
        uploadUrl,
        uploadSize: options.file.size,
        headers: options.headers ?? {},
        chunkSize: options.chunkBytes ?? Number.POSITIVE_INFINITY,
        retryDelays: RETRY_DELAYS_MS,
        storeFingerprintForResuming: false,
        onProgress: (sentBytes, totalBytes) => {
          options.onStalled?.(false);
          options.onProgress?.(speed(sentBytes, totalBytes ?? options.file.size));
        },
        onShouldRetry: (error) => {
          const status = error.originalResponse?.getStatus() ?? 0;
          const again = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
          if (again) options.onStalled?.(true);
          return again;
        },
        onSuccess: () => resolve(),
        onError: (error) => {
          const response = error instanceof DetailedError ? error.originalResponse : null;
          reject(problemOf(response?.getStatus() ?? 0, response?.getBody() ?? '', error));
        },
      });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      line.plug({ start: () => upload.start(), stop: () => void upload.abort() });
    });
  } finally {
    line.unplug();
  }
}

type Sending = { start: () => void; stop: () => void };
type Line = ReturnType<typeof createLine>;

/** Whether bytes may flow, kept while there is nothing to send yet. */
function createLine() {
  let open = true;
  let sending: Sending | null = null;
  return {
    plug(next: Sending) {
      sending = next;
      if (open) next.start();
    },
    unplug() {
      sending?.stop();
      sending = null;
    },
    pause() {
      open = false;
      sending?.stop();
    },
    resume() {
      if (open) return;
      open = true;
      sending?.start();
    },
  };
}

/** tus refuses with our problem+json where our hooks did, with plain words where the protocol did. */
function problemOf(status: number, body: string, cause: unknown): ApiError {
  let problem: { code?: string; title?: string; requestId?: string } = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // Plain words: the defaults below say it better.
  }
  const offline = status === 0;
  return new ApiError(
    {
      code: problem.code ?? (offline ? 'network_unreachable' : 'internal'),
      status,
      title:
        problem.title ??
        (offline
          ? 'The connection was lost for too long. What was sent is kept; choose the file again to go on.'
          : 'The upload was refused. Your file is unchanged; try again.'),
      requestId: problem.requestId,
    },
    { cause },
  );
}

function createSpeedometer(): (sentBytes: number, totalBytes: number) => UploadProgress {
  const samples: { at: number; sentBytes: number }[] = [];
  return (sentBytes, totalBytes) => {
    const now = Date.now();
    samples.push({ at: now, sentBytes });
    while (samples.length > 2 && now - (samples[0]?.at ?? now) > SPEED_WINDOW_MS) samples.shift();
    const first = samples[0];
    const elapsed = first ? now - first.at : 0;
    const bytesPerSecond = first && elapsed > 500 ? ((sentBytes - first.sentBytes) / elapsed) * 1000 : null;
    return {
      sentBytes,
      totalBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond ? (totalBytes - sentBytes) / bytesPerSecond : null,
    };
  };
}
