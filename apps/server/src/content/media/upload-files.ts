// Where the bytes of uploads lie while they come in: a file each, whose size is how far it has come, and beside it what
// the client said of it at its creation.
import { type FileHandle, open, readFile, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '@videowindow/contract';

/** Makes an upload ready for bytes. @param metadata the client's Upload-Metadata, to be told again */
export const createUploadFile = async (path: string, metadata: string): Promise<void> => {
  await writeFile(`${path}.json`, JSON.stringify({ metadata }));
  await writeFile(path, '', { flag: 'a' });
};

/** Bytes that are stored; null where there is no such upload. */
export const storedBytes = async (path: string): Promise<number | null> =>
  (await stat(path).catch(() => null))?.size ?? null;

export const uploadMetadata = async (path: string): Promise<string> => {
  const { metadata } = JSON.parse(await readFile(`${path}.json`, 'utf8').catch(() => '{}'));
  return typeof metadata === 'string' ? metadata : '';
};

/** The sender has gone, or was sent away; what came before is stored. */
export class ConnectionGone extends Error {
  override readonly name = 'ConnectionGone';
}

/**
 * Stores a request's body from `offset` on, in order: what lies in the file is always the beginning of the whole. Every
 * byte that has come is stored, also when the connection breaks.
 *
 * A piece is written while the next one comes in; no more are kept in memory.
 * @param most bytes that may come
 * @returns the offset after it
 * @throws ConnectionGone; DomainError payload_too_large, storage_full
 */
export const storeBody = async (
  request: IncomingMessage,
  path: string,
  offset: number,
  most: number,
): Promise<number> => {
  const file = await open(path, 'r+');
  let at = offset;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const piece of bodyOf(request)) {
      if (at + piece.length > offset + most) throw new DomainError('payload_too_large');
      await writing;
      writing = writeAll(file, piece, at);
      writing.catch(() => {}); // heard at the next await, which may be after the next piece
      at += piece.length;
    }
    await writing;
    return at;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new DomainError('storage_full') : error;
  } finally {
    await writing.catch(() => {});
    await file.close();
  }
};

/** The socket stays open when its reader stops: there is an answer to be sent. */
async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new ConnectionGone('the connection ended within the body', { cause });
  }
}

const writeAll = async (file: FileHandle, piece: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done, position + done);
    done += bytesWritten;
  }
  giveBack(piece);
};

/** Its memory is free at once. Left to the collector, a gigabyte of pieces makes it walk the whole heap dozens of times. */
const giveBack = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};
