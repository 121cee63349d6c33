// Resumable upload by the tus 1.0 protocol. Loads tus-js-client when the first upload starts.
import type { Upload as TusUpload } from 'tus-js-client';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';

/** Remembers unfinished uploads across page loads; `localStorage` has this shape. */
export type UploadMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type UploadFile = { name: string; size: number; type?: string; lastModified?: number };

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
  onProgress?: (progress: UploadProgress) => void;
  /** The connection is gone or back; the upload goes on by itself. */
  onStalled?: (stalled: boolean) => void;
  memory?: UploadMemory;
  signal?: AbortSignal;
  /** More headers for the tus requests, e.g. the cookie of a session in Node. */
  headers?: Record<string, string>;
  /** Bytes a request; the rest of the file in one when not given. */
  chunkBytes?: number;
  /** Called with the media's id as soon as the server knows of it. */
  onCreated?: (mediaId: string) => void;
};

type Remembered = { mediaId: string; uploadUrl: string; expiresAt: string };

const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000, 15_000];
const SPEED_WINDOW_MS = 5_000;

const memoryKey = (file: UploadFile) => `vw.upload:${file.name}:${file.size}:${file.lastModified ?? 0}`;

/**
 * Sends a file and resolves with its media's id when the server has every byte. The same file chosen again goes on
 * from the last stored byte while the server keeps it (24 h). Throws ApiError when it is refused.
 */
export async function uploadVideo(options: UploadOptions): Promise<{ mediaId: string }> {
  const { client, file, memory, signal } = options;
  signal?.throwIfAborted();
  const remembered = recall(memory, file);
  const session = remembered ?? (await openSession(client, file, signal));
  memory?.setItem(memoryKey(file), JSON.stringify(session));
  options.onCreated?.(session.mediaId);
  try {
    await send(options, new URL(session.uploadUrl, client.baseUrl).href);
  } catch (error) {
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 410);
    if (error instanceof ApiError && error.status !== 0) memory?.removeItem(memoryKey(file));
    // What was remembered has been swept on the server: begin anew, once.
    if (gone && remembered) return uploadVideo(options);
    throw error;
  }
  memory?.removeItem(memoryKey(file));
  return { mediaId: session.mediaId };
}

/** The media's id of an upload of this very file that was begun earlier and can go on; null when there is none. */
export function unfinishedUpload(memory: UploadMemory, file: UploadFile): string | null {
  return recall(memory, file)?.mediaId ?? null;
}

function recall(memory: UploadMemory | undefined, file: UploadFile): Remembered | null {
  const text = memory?.getItem(memoryKey(file));
  if (!text) return null;
  try {
    // Written by `uploadVideo` alone; a session that is no longer good is noticed by the server's 404.
    const session = JSON.parse(text) as Remembered;
    return Date.parse(session.expiresAt) > Date.now() ? session : null;
  } catch {
    return null;
  }
}

async function openSession(client: Client, file: UploadFile, signal?: AbortSignal): Promise<Remembered> {
  return client.call('POST /media/uploadSession', {
    body: { purpose: 'video', filename: file.name, bytes: file.size, ...(file.type && { mimeType: file.type }) },
    ...(signal && { signal }),
  });
}

async function send(options: UploadOptions, uploadUrl: string): Promise<void> {
  const { Upload, DetailedError } = await import('tus-js-client');
  const { signal } = options;
  const speed = createSpeedometer();
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
    signal?.addEventListener(
      'abort',
      () => {
        void upload.abort();
        reject(signal.reason);
      },
      { once: true },
    );
    upload.start();
  });
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
