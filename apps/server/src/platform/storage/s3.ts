// Objects by key, in a bucket of S3 or of a store that speaks its language.
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DomainError } from '@videowindow/contract';
import { randomToken } from '#platform/crypto';
import { assertKey, missingObject, type ObjectStat, type Storage, type StoredObject } from './port.ts';
import { abortUploadsBefore, type Bucket, copyInParts, putInParts } from './s3-parts.ts';

export type S3Options = {
  bucket: string;
  region: string;
  /** Of a compatible store; Amazon's own when left out. */
  endpoint?: string | undefined;
  /** The SDK's own chain (role of the machine, environment) when left out. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** The bucket in the path instead of in the host's name. */
  forcePathStyle?: boolean;
  /** Files above this go in parts of this size. */
  partBytes?: number;
  /** What the store copies at once. */
  copyBytes?: number;
  /** A request is tried so often in all. */
  tries?: number;
  /** A connection on which nothing moves for so long is given up. */
  silenceMs?: number;
};

const MIB = 2 ** 20;
const READ_TRIES = 5;
const DELETE_ROUNDS = 3;
const KEYS_A_REQUEST = 1000;

export const createS3Storage = (options: S3Options): Storage => {
  const client = new S3Client({
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    forcePathStyle: options.forcePathStyle ?? false,
    maxAttempts: options.tries ?? 5,
    // Not every compatible store knows the newer checksums; payloads are hashed by the signature anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5000,
      socketTimeout: options.silenceMs ?? 60_000,
      httpsAgent: { maxSockets: 100 },
      httpAgent: { maxSockets: 100 },
    },
  });
  const partBytes = options.partBytes ?? 16 * MIB;
  const bucket: Bucket = { client, Bucket: options.bucket, partBytes };
  const at = (key: string) => ({ Bucket: options.bucket, Key: assertKey(key) });

  const head = async (key: string): Promise<ObjectStat | null> => {
    const target = at(key);
    try {
      const found = await client.send(new HeadObjectCommand(target));
      return { bytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw unavailable(error);
    }
  };

  /** Pages of at most 1,000. A prefix here is a mere beginning of keys; undefined is everything. */
  async function* pages(prefix: string | undefined): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const page = await client
        .send(new ListObjectsV2Command({ Bucket: options.bucket, Prefix: prefix, ContinuationToken: token }))
        .catch((error) => {
          throw unavailable(error);
        });
      for (const { Key: key, Size: bytes = 0, LastModified: modifiedAt = new Date(0) } of page.Contents ?? []) {
        if (key !== undefined) yield { key, bytes, modifiedAt };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async function* scan(prefix?: string): AsyncGenerator<StoredObject> {
    if (prefix === undefined) return yield* pages(undefined);
    const self = await head(prefix);
    if (self) yield { key: prefix, bytes: self.bytes, modifiedAt: self.modifiedAt };
    yield* pages(`${prefix}/`);
  }

  const list = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of scan(prefix)) keys.push(key);
    return keys;
  };

  /** @returns the codes of what was refused; the others are said to be gone. */
  const remove = async (keys: readonly string[]): Promise<string[]> => {
    const codes: string[] = [];
    for (let n = 0; n < keys.length; n += KEYS_A_REQUEST) {
      const Objects = keys.slice(n, n + KEYS_A_REQUEST).map((Key) => ({ Key }));
      const { Errors = [] } = await client
        .send(new DeleteObjectsCommand({ Bucket: options.bucket, Delete: { Objects, Quiet: true } }))
        .catch((error) => {
          throw unavailable(error);
        });
      codes.push(...Errors.map(({ Code = 'unknown' }) => Code));
    }
    return codes;
  };

  const read: Storage['read'] = async (key, range) => {
    if (range && range.end < range.start) return Readable.from([]);
    const get = async (start: number, ifMatch: string | undefined) => {
      const from = range || start > 0 ? `bytes=${start}-${range?.end ?? ''}` : undefined;
      const found = await client.send(new GetObjectCommand({ ...at(key), Range: from, IfMatch: ifMatch }));
      // On Node the body is a stream of Node's.
      return { body: found.Body as Readable, etag: found.ETag };
    };
    const first = range?.start ?? 0;
    assertKey(key);
    const opened = await get(first, undefined).catch((error) => {
      throw isMissing(error) ? missingObject(key) : unavailable(error);
    });
    const stream = Readable.from(resumed(first, opened, get), { objectMode: false });
    // Nobody may have begun to read: then the generator has not either, and would keep the connection.
    return stream.once('close', () => opened.body.destroy());
  };

  return {
    async putFile(key, file) {
      assertKey(key);
      const { size } = await stat(file);
      try {
        if (size > partBytes) await putInParts(bucket, key, file, size);
        else await client.send(new PutObjectCommand({ ...at(key), Body: await readFile(file) }));
      } catch (error) {
        throw unavailable(error);
      }
      await rm(file);
    },
    async addFile(key, file) {
      assertKey(key);
      const { size } = await stat(file);
      try {
        if (size > partBytes) await putInParts(bucket, key, file, size, '*');
        else await client.send(new PutObjectCommand({ ...at(key), Body: await readFile(file), IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'PreconditionFailed') return false;
        throw unavailable(error);
      } finally {
        await rm(file, { force: true });
      }
    },
    async put(key, content) {
      await client.send(new PutObjectCommand({ ...at(key), Body: Buffer.from(content) })).catch((error) => {
        throw unavailable(error);
      });
    },
    read,
    stat: head,
    list,
    scan,
    async copy(from, to) {
      assertKey(to);
      const source = await head(from);
      if (!source) throw missingObject(from);
      try {
        if (source.bytes > (options.copyBytes ?? 5 * 1024 * MIB))
          return await copyInParts(bucket, from, to, source.bytes);
        await client.send(new CopyObjectCommand({ ...at(to), CopySource: `${options.bucket}/${from}` }));
      } catch (error) {
        throw isMissing(error) ? missingObject(from) : unavailable(error);
      }
    },
    async deletePrefix(prefix) {
      let codes: string[] = [];
      for (let round = 0; round <= DELETE_ROUNDS; round++) {
        // What a store says it deleted counts when a new list does not show it any more.
        const keys = await list(prefix);
        if (keys.length === 0) return;
        if (round === DELETE_ROUNDS)
          throw new Error(`${keys.length} objects are left below ${prefix}${codes.length > 0 ? `: ${codes[0]}` : ''}`);
        codes = await remove(keys);
      }
    },
    async localFile(key, folder) {
      const content = await read(key);
      await mkdir(folder, { recursive: true });
      const name = `${randomToken(6)}-${key.slice(key.lastIndexOf('/') + 1)}`;
      const part = join(folder, `${name}.part`);
      try {
        await pipeline(content, createWriteStream(part));
        await rename(part, join(folder, name));
      } finally {
        await rm(part, { force: true });
      }
      return join(folder, name);
    },
    space: async () => null,
    sweep: (olderThan) =>
      abortUploadsBefore(bucket, olderThan).catch((error) => {
        throw unavailable(error);
      }),
  };
};

/** An object's bytes; when the connection breaks, goes on from the same byte of the same object. */
async function* resumed(
  first: number,
  opened: { body: Readable; etag: string | undefined },
  get: (start: number, ifMatch: string | undefined) => Promise<{ body: Readable }>,
): AsyncGenerator<Uint8Array> {
  let position = first;
  let { body } = opened;
  for (let tries = 1; ; tries++) {
    try {
      for await (const piece of body) {
        position += piece.length;
        tries = 1;
        yield piece;
      }
      return;
    } catch (error) {
      if (tries >= READ_TRIES) throw unavailable(error);
    }
    ({ body } = await get(position, opened.etag).catch((error) => {
      throw unavailable(error);
    }));
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');

/** What the store answered for good is a bug or a setting of ours; everything else means that it is away. */
const unavailable = (error: unknown): unknown => {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || error instanceof DomainError || (status !== undefined && status < 500)) return error;
  return Object.assign(new DomainError('external_service_unavailable', { provider: 'storage' }), { cause: error });
};
