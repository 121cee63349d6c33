// Multipart uploads: create, parts, complete, abort, and the lists of both.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { receiveBody } from './body.ts';
import { type Answer, assertAbsent, type Call, copySource, rangeOf, receiveText, xmlAnswer } from './call.ts';
import { S3Fault } from './fault.ts';
import type { UploadRow } from './objects.ts';
import { elementsOf, textOf, type Xml } from './xml.ts';

/** @returns null when the request is about something else */
export function multipart(call: Call): Answer | Promise<Answer> | null {
  const { request, query, key } = call;
  const { method } = request;
  if (method === 'POST' && query.has('uploads')) return create(call);
  if (method === 'GET' && key === '' && query.has('uploads')) return listUploads(call);
  if (!query.has('uploadId')) return null;
  const upload = call.objects.upload(call.bucket, key, query.get('uploadId') ?? '');
  if (!upload) throw new S3Fault('NoSuchUpload', 'The specified multipart upload does not exist.');
  if (method === 'PUT') return request.headers['x-amz-copy-source'] ? copyPart(call, upload) : putPart(call, upload);
  if (method === 'POST') return complete(call, upload);
  if (method === 'GET') return listParts(call, upload);
  if (method !== 'DELETE') throw new S3Fault('MethodNotAllowed', 'The specified method is not allowed.');
  call.objects.endUpload(upload.id);
  return { status: 204 };
}

function create({ request, objects, bucket, key, now }: Call): Answer {
  const id = objects.startUpload(bucket, key, request.headers['content-type'] ?? 'binary/octet-stream', now);
  return xmlAnswer('InitiateMultipartUploadResult', [
    ['Bucket', bucket],
    ['Key', key],
    ['UploadId', id],
  ]);
}

function partNumber({ query }: Call): number {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new S3Fault('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
}

async function putPart(call: Call, upload: UploadRow): Promise<Answer> {
  const { objects, now } = call;
  const number = partNumber(call);
  const file = objects.newFile();
  try {
    const { bytes, md5, checksum } = await receiveBody(
      call.request,
      objects.path(file),
      call.payloadHash,
      call.onBytes,
    );
    objects.putPart(upload.id, { number, file, bytes, etag: md5, modified: now });
    return { status: 200, headers: { etag: `"${md5}"`, ...(checksum ? { [checksum.header]: checksum.value } : {}) } };
  } catch (error) {
    objects.drop(file);
    throw error;
  }
}

async function copyPart(call: Call, upload: UploadRow): Promise<Answer> {
  const { objects, request, now } = call;
  const source = copySource(call);
  const range = rangeOf(String(request.headers['x-amz-copy-source-range'] ?? ''), source.bytes);
  const { start, end } = range ?? { start: 0, end: source.bytes - 1 };
  const file = objects.newFile();
  const md5 = createHash('md5');
  const hashing = new Transform({
    transform(piece, _encoding, done) {
      md5.update(piece);
      done(null, piece);
    },
  });
  await pipeline(
    createReadStream(objects.path(source.file), { start, end }),
    hashing,
    createWriteStream(objects.path(file)),
  );
  const etag = md5.digest('hex');
  objects.putPart(upload.id, { number: partNumber(call), file, bytes: end - start + 1, etag, modified: now });
  return xmlAnswer('CopyPartResult', [
    ['LastModified', new Date(now).toISOString()],
    ['ETag', `"${etag}"`],
  ]);
}

async function complete(call: Call, upload: UploadRow): Promise<Answer> {
  const { objects, bucket, key, now, limits } = call;
  const asked = elementsOf(await receiveText(call), 'Part').map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: textOf(part, 'ETag')?.replaceAll('"', ''),
  }));
  if (asked.length === 0) throw new S3Fault('MalformedXML', 'The XML you provided was not well-formed');
  if (asked.some(({ number }, n) => n > 0 && number <= (asked[n - 1]?.number ?? 0))) {
    throw new S3Fault('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const there = new Map(objects.parts(upload.id).map((part) => [part.number, part]));
  const chosen = asked.map(({ number, etag }) => {
    const part = there.get(number);
    if (part && part.etag === etag) return part;
    throw new S3Fault('InvalidPart', 'One or more of the specified parts could not be found.');
  });
  if (chosen.slice(0, -1).some(({ bytes }) => bytes < limits.minPartBytes)) {
    throw new S3Fault('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  const joined = await objects.join(chosen);
  assertAbsent(call);
  objects.put(bucket, { key, ...joined, modified: now, type: upload.type, checksum: '' });
  objects.endUpload(upload.id);
  return xmlAnswer('CompleteMultipartUploadResult', [
    ['Location', `/${bucket}/${key}`],
    ['Bucket', bucket],
    ['Key', key],
    ['ETag', `"${joined.etag}"`],
  ]);
}

function listUploads({ objects, bucket, query }: Call): Answer {
  const marker = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''] as const;
  const limit = Math.min(1000, Number(query.get('max-uploads') ?? 1000));
  const rows = objects
    .uploads(bucket, query.get('prefix') ?? '')
    .filter(({ key, id }) => key > marker[0] || (key === marker[0] && id > marker[1]));
  const page = rows.slice(0, limit);
  const more = rows.length > limit;
  const last = page.at(-1);
  return xmlAnswer('ListMultipartUploadsResult', [
    ['Bucket', bucket],
    ['MaxUploads', limit],
    ['IsTruncated', more],
    ['NextKeyMarker', more && last ? last.key : null],
    ['NextUploadIdMarker', more && last ? last.id : null],
    ...page.map(({ key, id, started }) => {
      const row: Xml = [
        ['Key', key],
        ['UploadId', id],
        ['Initiated', new Date(started).toISOString()],
      ];
      return ['Upload', row] as const;
    }),
  ]);
}

function listParts({ objects, bucket, key, query }: Call, upload: UploadRow): Answer {
  const limit = Math.min(1000, Number(query.get('max-parts') ?? 1000));
  const rows = objects.parts(upload.id).filter(({ number }) => number > Number(query.get('part-number-marker') ?? 0));
  const page = rows.slice(0, limit);
  return xmlAnswer('ListPartsResult', [
    ['Bucket', bucket],
    ['Key', key],
    ['UploadId', upload.id],
    ['IsTruncated', rows.length > limit],
    ['NextPartNumberMarker', page.at(-1)?.number ?? 0],
    ...page.map(({ number, etag, bytes, modified }) => {
      const row: Xml = [
        ['PartNumber', number],
        ['LastModified', new Date(modified).toISOString()],
        ['ETag', `"${etag}"`],
        ['Size', bytes],
      ];
      return ['Part', row] as const;
    }),
  ]);
}
