// What a browser remembers of unfinished uploads, so that the same file chosen again goes on where it stopped.
import type { CallBody } from './call.ts';

/** What an upload is for; it decides what the server accepts. */
export type UploadPurpose = CallBody<'POST /media/uploadSession'>['purpose'];

/** The part of a browser's `File` by which the same file is known again. */
export type UploadFile = { name: string; size: number; type?: string; lastModified?: number };

/**
 * Where unfinished uploads are remembered across page loads. `localStorage` has this shape; `length` and `key` are
 * needed by `unfinishedUploads` only.
 */
export type UploadMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> &
  Partial<Pick<Storage, 'length' | 'key'>>;

/** An upload that was begun; its bytes are kept by the server until `expiresAt`. */
export type StoredUpload = {
  mediaId: string;
  uploadUrl: string;
  expiresAt: string;
  purpose: UploadPurpose;
  file: UploadFile;
};

const PREFIX = 'vw.upload:';

/** The same file has the same fingerprint: its name, size and time of change. Its bytes are not read. */
const fingerprintOf = (file: UploadFile): string => `${PREFIX}${file.name}:${file.size}:${file.lastModified ?? 0}`;

/** The upload of this very file that was begun earlier for the same purpose and can go on; null when there is none. */
export function recallUpload(
  memory: UploadMemory | undefined,
  file: UploadFile,
  purpose: UploadPurpose = 'video',
): StoredUpload | null {
  const stored = read(memory?.getItem(fingerprintOf(file)), file);
  return stored?.purpose === purpose ? stored : null;
}

/** All uploads that were begun here and can go on, e.g. to ask for their files again after a restart. */
export function unfinishedUploads(memory: UploadMemory): StoredUpload[] {
  const keys = Array.from({ length: memory.length ?? 0 }, (_, n) => memory.key?.(n) ?? '');
  return keys
    .filter((key) => key.startsWith(PREFIX))
    .flatMap((key) => read(memory.getItem(key), null) ?? [])
    .filter((stored) => stored.file !== undefined);
}

/** The media's id of an unfinished upload of this very file; null when there is none. */
export function unfinishedUpload(
  memory: UploadMemory,
  file: UploadFile,
  purpose: UploadPurpose = 'video',
): string | null {
  return recallUpload(memory, file, purpose)?.mediaId ?? null;
}

/** Keeps nothing where storage is full or closed to us: the upload then goes on without being remembered. */
export function rememberUpload(memory: UploadMemory | undefined, stored: StoredUpload): void {
  try {
    memory?.setItem(fingerprintOf(stored.file), JSON.stringify(stored));
  } catch {
    // A full localStorage must not stop an upload.
  }
}

/** Forgets an upload here; the server keeps what it has until it is deleted or swept. */
export function forgetUpload(memory: UploadMemory | undefined, file: UploadFile): void {
  memory?.removeItem(fingerprintOf(file));
}

function read(text: string | null | undefined, file: UploadFile | null): StoredUpload | null {
  if (!text) return null;
  try {
    // Written by `rememberUpload` alone; a session that is no longer good is noticed by the server's 404.
    const stored = JSON.parse(text) as StoredUpload;
    if (!(Date.parse(stored.expiresAt) > Date.now())) return null;
    return { ...stored, purpose: stored.purpose ?? 'video', file: file ?? stored.file };
  } catch {
    return null;
  }
}

/** A memory that lives as long as the page, or the process. */
export function createUploadMemory(): UploadMemory {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (n) => [...kept.keys()][n] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
