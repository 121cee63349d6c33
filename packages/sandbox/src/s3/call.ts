// One operation on the S3 stand-in: what it gets to know, what it answers, and what several of them share.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { receiveBody } from './body.ts';
import type { createS3Chaos } from './chaos.ts';
import { S3Fault } from './fault.ts';
import type { ObjectRow, Objects } from './objects.ts';
import { renderXml, type Xml } from './xml.ts';

/** What an operation gets to know. */
export interface Call {
  readonly request: IncomingMessage;
  readonly objects: Objects;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly payloadHash: string;
  readonly now: number;
  readonly limits: { readonly maxCopyBytes: number; readonly minPartBytes: number };
  /** Hears how much of the body has come; cuts the connection when that was asked for. */
  readonly onBytes: (received: number) => void;
  readonly chaos: ReturnType<typeof createS3Chaos>;
}

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | { readonly file: string; readonly start: number; readonly end: number };
};

/** @throws S3Fault PreconditionFailed when `If-None-Match: *` was asked and there is one */
export function assertAbsent({ request, objects, bucket, key }: Call): void {
  if (request.headers['if-none-match'] !== '*' || !objects.find(bucket, key)) return;
  throw new S3Fault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}

/** The object that x-amz-copy-source names. */
export function copySource({ request, objects, bucket }: Call): ObjectRow {
  const source = decodeURIComponent(String(request.headers['x-amz-copy-source'])).replace(/^\//, '');
  const found = source.startsWith(`${bucket}/`) ? objects.find(bucket, source.slice(bucket.length + 1)) : undefined;
  if (!found) throw new S3Fault('NoSuchKey', 'The specified key does not exist.');
  return found;
}

/** A header that is no range is passed over, as S3 does. */
export function rangeOf(header: string | undefined, bytes: number): { start: number; end: number } | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return null;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (start >= bytes) throw new S3Fault('InvalidRange', 'The requested range is not satisfiable');
  return { start, end };
}

/** A body that is a document: checked like every other one. */
export async function receiveText(call: Call): Promise<string> {
  const file = call.objects.newFile();
  try {
    await receiveBody(call.request, call.objects.path(file), call.payloadHash, call.onBytes);
    return await readFile(call.objects.path(file), 'utf8');
  } finally {
    call.objects.drop(file);
  }
}

export function xmlAnswer(name: string, content: Xml): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: renderXml(name, content) };
}
