// Large objects of S3: sent and copied in parts, and what was left of such uploads taken out.
import { open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

export type Bucket = { client: S3Client; Bucket: string; partBytes: number };

/** Parts in flight; each holds its bytes in memory, so that it can be sent again. */
const AT_ONCE = 3;
/** S3 allows 10,000. */
const MOST_PARTS = 9000;

type Part = { number: number; start: number; end: number };

/** Memory is bounded by three parts. */
export const putInParts = async (
  bucket: Bucket,
  key: string,
  file: string,
  size: number,
  ifNoneMatch?: '*',
): Promise<void> => {
  const handle = await open(file);
  try {
    await upload(
      bucket,
      key,
      size,
      async ({ number, start, end }, UploadId) => {
        const Body = Buffer.allocUnsafe(end - start + 1);
        let read = 0;
        while (read < Body.length) {
          const { bytesRead } = await handle.read(Body, read, Body.length - read, start + read);
          if (bytesRead === 0) throw new Error(`${file} became shorter while it was sent`);
          read += bytesRead;
        }
        const target = { Bucket: bucket.Bucket, Key: key, UploadId, PartNumber: number };
        return (await bucket.client.send(new UploadPartCommand({ ...target, Body }))).ETag;
      },
      ifNoneMatch,
    );
  } finally {
    await handle.close();
  }
};

export const copyInParts = (bucket: Bucket, from: string, to: string, size: number): Promise<void> =>
  upload(bucket, to, size, async ({ number, start, end }, UploadId) => {
    const source = { CopySource: `${bucket.Bucket}/${from}`, CopySourceRange: `bytes=${start}-${end}` };
    const target = { Bucket: bucket.Bucket, Key: to, UploadId, PartNumber: number };
    return (await bucket.client.send(new UploadPartCopyCommand({ ...target, ...source }))).CopyPartResult?.ETag;
  });

const upload = async (
  bucket: Bucket,
  key: string,
  size: number,
  send: (part: Part, uploadId: string) => Promise<string | undefined>,
  IfNoneMatch?: '*',
): Promise<void> => {
  const { client } = bucket;
  const target = { Bucket: bucket.Bucket, Key: key };
  const bytes = Math.max(bucket.partBytes, Math.ceil(size / MOST_PARTS));
  const parts = Array.from({ length: Math.ceil(size / bytes) }, (_, n) => ({
    number: n + 1,
    start: n * bytes,
    end: Math.min(size, (n + 1) * bytes) - 1,
  }));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  if (UploadId === undefined) throw new Error('the store began no upload');
  try {
    const done: { PartNumber: number; ETag: string | undefined }[] = [];
    const waiting = parts.values();
    let failed = false;
    const work = async () => {
      for (const part of waiting) {
        if (failed) return;
        done.push({ PartNumber: part.number, ETag: await send(part, UploadId) });
      }
    };
    const workers = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () =>
        work().catch((error) => {
          failed = true;
          throw error;
        }),
      ),
    );
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    const Parts = done.sort((a, b) => a.PartNumber - b.PartNumber);
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts }, IfNoneMatch }),
    );
  } catch (error) {
    // The answer to its completion may have been lost: then the upload is gone and the object is there.
    if (error instanceof Error && error.name === 'NoSuchUpload') {
      const found = await client.send(new HeadObjectCommand(target)).catch(() => null);
      if (found?.ContentLength === size && found.ETag?.endsWith(`-${parts.length}"`)) return;
    }
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {}); // the sweep does it later
    throw error;
  }
};

/** Parts of uploads that nobody goes on with cost money and show in no list of objects. @returns how many uploads */
export const abortUploadsBefore = async ({ client, Bucket }: Bucket, moment: Date): Promise<number> => {
  let aborted = 0;
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
  while (marker !== null) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket, ...marker }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated || Initiated >= moment) continue;
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      aborted++;
    }
    marker = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
  return aborted;
};
