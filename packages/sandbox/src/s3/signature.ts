// Signature Version 4 in the Authorization header, checked as S3 and CloudFront do.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Fault } from './fault.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([a-z0-9]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const SKEW_MS = 15 * 60_000;

/**
 * @returns the payload's hash as it was signed: 64 hexadecimal digits, UNSIGNED-PAYLOAD, or a STREAMING- word.
 * @throws S3Fault AccessDenied, InvalidAccessKeyId, RequestTimeTooSkewed, SignatureDoesNotMatch
 */
export function checkSignature(
  request: IncomingMessage,
  credentials: Credentials,
  now: Date,
  service: 's3' | 'cloudfront' = 's3',
): string {
  const { headers, method = '', url = '/' } = request;
  if (headers.authorization === undefined) throw new S3Fault('AccessDenied', 'Access Denied');
  const match = AUTHORIZATION.exec(headers.authorization);
  if (match === null || match[4] !== service) {
    throw new S3Fault('AuthorizationHeaderMalformed', 'The authorization header that you provided is not valid.');
  }
  const [, accessKeyId = '', day = '', region = '', , signedHeaders = '', signature = ''] = match;
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Fault('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  const date = String(headers['x-amz-date'] ?? '');
  if (Math.abs(momentOf(date) - now.getTime()) > SKEW_MS || !date.startsWith(day)) {
    throw new S3Fault(
      'RequestTimeTooSkewed',
      "The difference between the request time and the server's time is too large.",
    );
  }
  const payloadHash = String(headers['x-amz-content-sha256'] ?? '');
  const names = signedHeaders.split(';');
  // What could be changed on the way unseen is not accepted.
  const unsigned = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (payloadHash === '' || !names.includes('host') || unsigned !== undefined) {
    throw new S3Fault('AccessDenied', `There were headers present in the request which were not signed: ${unsigned}`);
  }
  const [path = '/', query = ''] = url.split(/\?(.*)/s);
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signedHeaders,
    payloadHash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw new S3Fault(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  return payloadHash;
}

/** 20261121T123000Z in milliseconds; NaN when it is none, which no comparison lets through. */
function momentOf(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return Number.NEGATIVE_INFINITY;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s).map((text) => encode(decodeURIComponent(text)));
      return `${name}=${value}`;
    })
    .sort()
    .join('&');
}

/** RFC 3986: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
