// A stand-in for S3 on loopback: path-style addresses, signatures checked, multipart uploads, XML errors.
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { receiveBody } from './body.ts';
import { type Answer, assertAbsent, type Call, copySource, rangeOf, receiveText, xmlAnswer } from './call.ts';
import { createS3Chaos, type S3Chaos } from './chaos.ts';
import { S3Fault } from './fault.ts';
import { multipart } from './multipart.ts';
import { openObjects } from './objects.ts';
import { type Credentials, checkSignature } from './signature.ts';
import { elementsOf, renderXml, textOf, type Xml } from './xml.ts';

export type { S3Chaos } from './chaos.ts';

export interface S3Options extends Credentials {
  /** Folder of its state; made when missing. */
  readonly dir: string;
  readonly bucket: string;
  readonly port?: number;
  readonly clock?: () => Date;
  /** S3 copies at most 5 GiB at once; tests set it lower. */
  readonly maxCopyBytes?: number;
  /** As a bucket that was made public by mistake: objects are read without a signature. */
  readonly open?: boolean;
  /** Parts but the last have at least 5 MiB; tests set it lower. */
  readonly minPartBytes?: number;
}

export interface ServedS3 {
  /** Such as http://127.0.0.1:40123 */
  readonly url: string;
  readonly chaos: S3Chaos;
  close(): Promise<void>;
}

const GIB = 2 ** 30;

/** Listens on 127.0.0.1. */
export async function serveS3(options: S3Options): Promise<ServedS3> {
  const objects = openObjects(options.dir);
  objects.makeBucket(options.bucket);
  const chaos = createS3Chaos();
  const limits = { maxCopyBytes: options.maxCopyBytes ?? 5 * GIB, minPartBytes: options.minPartBytes ?? 5 * 2 ** 20 };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await chaos.heard(request);
    if (chaos.isSlow(request)) throw new S3Fault('SlowDown', 'Please reduce your request rate.');
    const now = options.clock?.() ?? new Date();
    const unsigned = options.open && request.method === 'GET' && request.headers.authorization === undefined;
    const payloadHash = unsigned ? '' : checkSignature(request, options, now);
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(decodeURIComponent(url.pathname)) ?? [];
    if (!objects.hasBucket(bucket)) throw new S3Fault('NoSuchBucket', 'The specified bucket does not exist');
    if (Buffer.byteLength(key) > 1024) throw new S3Fault('KeyTooLongError', 'Your key is too long');
    const cutAfter = chaos.cutAfter(request);
    const answer = await operate({
      ...{ request, objects, bucket, key, query: url.searchParams, payloadHash, now: now.getTime(), limits, chaos },
      onBytes: (received) => received > cutAfter && request.destroy(),
    });
    request.resume();
    if (chaos.losesAnswer(request)) return void request.socket.destroy();
    send(request, response, answer, cutAfter);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      const fault = error instanceof S3Fault ? error : new S3Fault('InternalError', String(error));
      request.resume();
      const xml: Xml = [
        ['Code', fault.code],
        ['Message', fault.message],
        ['Resource', request.url ?? ''],
        ['RequestId', 'sandbox'],
      ];
      // What is not read of the body would stand before the next request of this connection.
      response.writeHead(fault.status, { 'content-type': 'application/xml', 'x-amz-request-id': 'sandbox' });
      response.end(request.method === 'HEAD' ? undefined : renderXml('Error', xml));
    });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(options.port ?? 0, '127.0.0.1', done);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    chaos: chaos.knobs,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      objects.close();
    },
  };
}

function operate(call: Call): Answer | Promise<Answer> {
  const { request, key, query } = call;
  const { method } = request;
  const upload = multipart(call);
  if (upload !== null) return upload;
  if (key === '') {
    if (method === 'HEAD') return { status: 200 };
    if (method === 'GET' && query.get('list-type') === '2') return listObjects(call);
    if (method === 'POST' && query.has('delete')) return deleteObjects(call);
  } else {
    if (method === 'PUT') return request.headers['x-amz-copy-source'] ? copyObject(call) : putObject(call);
    if (method === 'GET' || method === 'HEAD') return getObject(call);
    if (method === 'DELETE') {
      if (!call.chaos.forgetsDelete(key)) call.objects.remove(call.bucket, key);
      return { status: 204 };
    }
  }
  throw new S3Fault('NotImplemented', 'A header you provided implies functionality that is not implemented');
}

async function putObject(call: Call): Promise<Answer> {
  const { request, objects, bucket, key, now } = call;
  const file = objects.newFile();
  try {
    const { bytes, md5, checksum } = await receiveBody(request, objects.path(file), call.payloadHash, call.onBytes);
    assertAbsent(call);
    const type = request.headers['content-type'] ?? 'binary/octet-stream';
    const row = {
      key,
      file,
      bytes,
      etag: md5,
      modified: now,
      type,
      checksum: checksum ? JSON.stringify(checksum) : '',
    };
    objects.put(bucket, row);
    return { status: 200, headers: { etag: `"${md5}"`, ...(checksum ? { [checksum.header]: checksum.value } : {}) } };
  } catch (error) {
    objects.drop(file);
    throw error;
  }
}

function copyObject(call: Call): Answer {
  const source = copySource(call);
  if (source.bytes > call.limits.maxCopyBytes) {
    throw new S3Fault('InvalidRequest', 'The specified copy source is larger than the maximum allowable size');
  }
  const made = call.objects.copy(call.bucket, source, call.key, call.now);
  return xmlAnswer('CopyObjectResult', [
    ['LastModified', new Date(made.modified).toISOString()],
    ['ETag', `"${made.etag}"`],
  ]);
}

function getObject({ request, objects, bucket, key }: Call): Answer {
  const found = objects.find(bucket, key);
  if (!found) throw new S3Fault('NoSuchKey', 'The specified key does not exist.');
  const { headers: asked } = request;
  const etag = `"${found.etag}"`;
  const common = {
    etag,
    'last-modified': new Date(found.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': found.type,
  };
  if (asked['if-match'] !== undefined && asked['if-match'] !== etag) {
    throw new S3Fault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  if (asked['if-none-match'] === etag) return { status: 304, headers: common };
  const range = rangeOf(asked.range, found.bytes);
  const { start, end } = range ?? { start: 0, end: found.bytes - 1 };
  const checksum = found.checksum === '' || range ? null : JSON.parse(found.checksum);
  const mode = String(asked['x-amz-checksum-mode'] ?? '').toUpperCase() === 'ENABLED';
  return {
    status: range ? 206 : 200,
    headers: {
      ...common,
      'content-length': end - start + 1,
      ...(range ? { 'content-range': `bytes ${start}-${end}/${found.bytes}` } : {}),
      ...(checksum && mode ? { [checksum.header]: checksum.value } : {}),
    },
    ...(request.method === 'GET' ? { body: { file: objects.path(found.file), start, end } } : {}),
  };
}

function listObjects({ objects, bucket, query }: Call): Answer {
  const prefix = query.get('prefix') ?? '';
  const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000));
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const rows = objects.list(bucket, prefix, after, limit + 1);
  const page = rows.slice(0, limit);
  const more = rows.length > limit;
  const next = Buffer.from(page.at(-1)?.key ?? '').toString('base64url');
  return xmlAnswer('ListBucketResult', [
    ['Name', bucket],
    ['Prefix', prefix],
    ['MaxKeys', limit],
    ['KeyCount', page.length],
    ['IsTruncated', more],
    ['NextContinuationToken', more ? next : null],
    ...page.map(({ key, bytes, etag, modified }) => {
      const row: Xml = [
        ['Key', key],
        ['LastModified', new Date(modified).toISOString()],
        ['ETag', `"${etag}"`],
        ['Size', bytes],
        ['StorageClass', 'STANDARD'],
      ];
      return ['Contents', row] as const;
    }),
  ]);
}

async function deleteObjects(call: Call): Promise<Answer> {
  const { objects, bucket, chaos, request } = call;
  const document = await receiveText(call);
  if (!request.headers['content-md5'] && !Object.keys(request.headers).some((n) => n.startsWith('x-amz-checksum-'))) {
    throw new S3Fault('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const keys = elementsOf(document, 'Object').map((object) => textOf(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > 1000) throw new S3Fault('MalformedXML', 'The XML you provided was not right');
  const quiet = textOf(document, 'Quiet') === 'true';
  const results = keys.map((key): readonly [string, Xml] => {
    if (chaos.refusesDelete(key)) {
      return [
        'Error',
        [
          ['Key', key],
          ['Code', 'InternalError'],
          ['Message', 'We encountered an internal error.'],
        ],
      ];
    }
    if (!chaos.forgetsDelete(key)) objects.remove(bucket, key);
    return ['Deleted', [['Key', key]]];
  });
  return xmlAnswer(
    'DeleteResult',
    results.filter(([name]) => !quiet || name === 'Error'),
  );
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, cutAfter: number): void {
  response.writeHead(answer.status, { 'x-amz-request-id': 'sandbox', ...answer.headers });
  if (answer.body === undefined || typeof answer.body === 'string') return void response.end(answer.body);
  const { file, start, end } = answer.body;
  if (end < start) return void response.end();
  const cut = end - start >= cutAfter;
  const stream = createReadStream(file, { start, end: cut ? start + cutAfter - 1 : end });
  // Cut in the middle: what was sent before goes out, the rest never comes.
  if (cut) stream.once('end', () => request.socket.destroySoon());
  stream.on('error', () => request.socket.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response, { end: !cut });
}
