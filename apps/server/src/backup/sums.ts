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

/** Runs `work` for each item, `atOnce` at a time; after a failure nothing new begins, and it is thrown. */
export const eachOf = async <T>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  for await (const item of items) {
    const run: Promise<void> = work(item)
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => running.delete(run));
    running.add(run);
    if (running.size >= atOnce) await Promise.race(running);
    if (failure) break;
  }
  await Promise.all(running);
  if (failure) throw (failure as { error: unknown }).error;
};
