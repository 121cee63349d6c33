// A request's body into a file: aws-chunked framing taken off, length, hashes and checksums compared with what was said.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Fault } from './fault.ts';

export interface ReceivedBody {
  readonly bytes: number;
  readonly md5: string;
  /** The checksum that came with it, such as x-amz-checksum-crc32. */
  readonly checksum: { readonly header: string; readonly value: string } | null;
}

const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** @throws S3Fault when the body is not what its headers say; the file is then not to be used. */
export async function receiveBody(
  request: IncomingMessage,
  file: string,
  payloadHash: string,
  onBytes: (received: number) => void,
): Promise<ReceivedBody> {
  const chunked = payloadHash.startsWith('STREAMING-');
  if (chunked && payloadHash !== UNSIGNED_TRAILER) {
    throw new S3Fault('NotImplemented', 'A header you provided implies functionality that is not implemented');
  }
  const trailers = new Map<string, string>();
  const announced = checksumName(request);
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  const summing = announced === null ? null : summer(announced);
  let bytes = 0;
  const handle = await open(file, 'wx');
  try {
    for await (const piece of chunked ? unchunk(request, trailers) : plain(request)) {
      bytes += piece.length;
      onBytes(bytes);
      for (const hash of [md5, sha256]) hash.update(piece);
      summing?.add(piece);
      await handle.write(piece);
    }
  } finally {
    await handle.close();
  }
  const length = Number(request.headers[chunked ? 'x-amz-decoded-content-length' : 'content-length']);
  if (Number.isNaN(length)) throw new S3Fault('MissingContentLength', 'You must provide the Content-Length header.');
  if (length !== bytes) throw new S3Fault('IncompleteBody', 'The request body terminated unexpectedly.');
  if (/^[0-9a-f]{64}$/.test(payloadHash) && payloadHash !== sha256.digest('hex')) {
    throw new S3Fault('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match.");
  }
  const digest = md5.digest();
  const contentMd5 = request.headers['content-md5'];
  if (contentMd5 !== undefined && contentMd5 !== digest.toString('base64')) throw badDigest('Content-MD5');
  const checksum = announced && summing ? { header: announced, value: summing.value() } : null;
  if (checksum) {
    const said = trailers.get(checksum.header) ?? request.headers[checksum.header];
    if (said !== checksum.value) throw badDigest(checksum.header);
  }
  return { bytes, md5: digest.toString('hex'), checksum };
}

function badDigest(what: string): S3Fault {
  return new S3Fault('BadDigest', `The ${what} you specified did not match what we received.`);
}

function checksumName(request: IncomingMessage): string | null {
  const trailer = String(request.headers['x-amz-trailer'] ?? '');
  if (trailer.startsWith('x-amz-checksum-')) return trailer;
  return (
    ['crc32', 'sha1', 'sha256'].map((name) => `x-amz-checksum-${name}`).find((name) => request.headers[name]) ?? null
  );
}

function summer(header: string): { add(piece: Buffer): void; value(): string } {
  const name = header.slice('x-amz-checksum-'.length);
  if (name === 'crc32') {
    let sum = 0;
    return {
      add: (piece) => {
        sum = crc32(piece, sum);
      },
      value: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(sum);
        return bytes.toString('base64');
      },
    };
  }
  if (name !== 'sha1' && name !== 'sha256') throw new S3Fault('NotImplemented', `${header} is not implemented`);
  const hash: Hash = createHash(name);
  return { add: (piece) => hash.update(piece), value: () => hash.digest('base64') };
}

async function* plain(request: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const piece of request) yield piece;
}

/** `<hex length>\r\n<bytes>\r\n` … `0\r\n` trailers `\r\n` */
async function* unchunk(request: IncomingMessage, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  const source = request[Symbol.asyncIterator]();
  const more = async () => {
    const { value, done } = await source.next();
    if (done) throw new S3Fault('IncompleteBody', 'The request body terminated unexpectedly.');
    held = Buffer.concat([held, value]);
  };
  const line = async () => {
    let end = held.indexOf('\r\n');
    for (; end < 0; end = held.indexOf('\r\n')) await more();
    const text = held.toString('latin1', 0, end);
    held = held.subarray(end + 2);
    return text;
  };
  for (;;) {
    let left = Number.parseInt(await line(), 16);
    if (Number.isNaN(left)) throw new S3Fault('IncompleteBody', 'The chunk has no length.');
    if (left === 0) break;
    while (left > 0) {
      if (held.length === 0) await more();
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
    if ((await line()) !== '') throw new S3Fault('IncompleteBody', 'The chunk is longer than it says.');
  }
  for (let text = await line(); text !== ''; text = await line()) {
    const at = text.indexOf(':');
    trailers.set(text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim());
  }
}
