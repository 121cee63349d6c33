// Streams into files and out of them, with their checksum.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Summed = { bytes: number; sha256: string };

/** Lets bytes through and sums them. */
const summing = () => {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new PassThrough().on('data', (piece: Buffer) => {
    bytes += piece.length;
    hash.update(piece);
  });
  return { stream, result: (): Summed => ({ bytes, sha256: hash.digest('hex') }) };
};

/** Readable by its owner only, and on disk when it resolves. */
export const writeSummed = async (from: Readable, file: string): Promise<Summed> => {
  const sum = summing();
  await pipeline(from, sum.stream, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  return sum.result();
};

/** null when there is no such file */
export const sumFile = async (file: string): Promise<Summed | null> => {
  const sum = summing();
  try {
    await pipeline(createReadStream(file), sum.stream);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return sum.result();
};
