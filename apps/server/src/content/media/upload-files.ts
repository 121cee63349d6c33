// Where the bytes of uploads lie while they come in: a file each, and beside it what the protocol's library notes.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { errors } from '@videowindow/contract';

/** Written in pieces of this size; small ones cost a system call each. */
const PIECE_BYTES = 1 << 20;
/** In the words of every other refusal; what has come so far is kept, and the client goes on when there is room. */
const { status, title } = errors.storage_full;
const DISK_FULL = { status_code: status, body: JSON.stringify({ code: 'storage_full', status, title }) };

/**
 * The library's store of files, with a shorter way for the bytes: from the request to the file in large pieces.
 *
 * Its own expiration stays off: it would look for the file once more after the last byte, when that has moved on. The
 * length has to be said at the creation, since it decides whether an upload is let in.
 */
export const createUploadFiles = (folder: string): FileStore => {
  const files = new FileStore({ directory: folder });
  files.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
  files.write = async (readable, id, offset) => {
    const { storage } = await files.getUpload(id);
    const file = createWriteStream(storage?.path ?? '', { flags: 'r+', start: offset, highWaterMark: PIECE_BYTES });
    try {
      await pipeline(readable, file);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? DISK_FULL : error;
    }
    return offset + file.bytesWritten;
  };
  return files;
};
