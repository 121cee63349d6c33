// CloudFront in front of this place: it lets through whom we give its signed cookies, and keeps one copy for all.
//
// The cookies are those of its "custom policy" (signed cookies, developer guide): the policy as JSON without spaces, and
// its RSA signature with SHA-1, both in base64 with `+=/` written as `-_~`.
import { createPrivateKey, type KeyObject, sign, timingSafeEqual } from 'node:crypto';
import { ConfigError } from '#platform/config';
import { sha256 } from '#platform/crypto';

export type CloudFront = {
  /** Cookies that open everything below a path of ours until then. */
  cookiesFor(path: string, expiresAt: Date): { name: string; value: string }[];
  /** Whether a request came through our distribution, which has checked the cookies by then. */
  isOrigin(header: string | string[] | undefined): boolean;
};

export const ORIGIN_HEADER = 'x-videowindow-origin';

/**
 * @returns null where nothing of it is set
 * @throws ConfigError when only a part is set, or the key is none
 */
export const createCloudFront = (options: {
  keyPairId: string | undefined;
  privateKey: string | undefined;
  originSecret: string | undefined;
  publicUrl: string | undefined;
}): CloudFront | null => {
  const { keyPairId, privateKey, originSecret, publicUrl } = options;
  if (!keyPairId && !privateKey && !originSecret) return null;
  if (!keyPairId || !privateKey || !originSecret || !publicUrl)
    throw new ConfigError([
      'CloudFront needs CLOUDFRONT_KEY_PAIR_ID, CLOUDFRONT_PRIVATE_KEY, CLOUDFRONT_ORIGIN_SECRET and PUBLIC_URL together',
    ]);
  const key = readKey(privateKey);
  const { origin } = new URL(publicUrl);
  const expected = Buffer.from(sha256(originSecret));
  let last = { policy: '', signature: '' };

  /** A signature costs a millisecond, and what is public is granted with every page of the feed. */
  const signatureOf = (policy: string): string => {
    if (last.policy !== policy) last = { policy, signature: encode(sign('RSA-SHA1', Buffer.from(policy), key)) };
    return last.signature;
  };

  return {
    cookiesFor(path, expiresAt) {
      // Down to the minute, so that grants of the same minute share a signature.
      const policy = policyOf(`${origin}${path}*`, Math.floor(expiresAt.getTime() / 60_000) * 60);
      return [
        { name: 'CloudFront-Policy', value: encode(Buffer.from(policy)) },
        { name: 'CloudFront-Signature', value: signatureOf(policy) },
        { name: 'CloudFront-Key-Pair-Id', value: keyPairId },
      ];
    },
    isOrigin: (header) => typeof header === 'string' && timingSafeEqual(Buffer.from(sha256(header)), expected),
  };
};

/** @param expires seconds since 1970 */
const policyOf = (resource: string, expires: number): string =>
  JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': expires } } }],
  });

const encode = (bytes: Buffer): string =>
  bytes.toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');

const readKey = (pem: string): KeyObject => {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The same sentence: it is no key that can be used here.
  }
  throw new ConfigError(['CLOUDFRONT_PRIVATE_KEY is not an RSA private key in PEM']);
};
