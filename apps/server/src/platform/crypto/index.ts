// Ids, random values, hashes, signatures and encryption at rest. Node's own primitives under fixed rules.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto';
import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562): sorts by the time it was made, in milliseconds. */
export const newId = (): string => v7();

/** `bytes` of randomness as base64url; 32 by default (256 bits). */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** `digits` decimal digits, evenly distributed, leading zeros kept. */
export const randomDigits = (digits: number): string => String(randomInt(0, 10 ** digits)).padStart(digits, '0');

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('base64url');

/** Compares two strings in a time that does not depend on where they differ. */
export const equalInConstantTime = (a: string, b: string): boolean => {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
};

/** Keys derived from the one secret of the installation, one for each purpose (HKDF-SHA256, RFC 5869). */
export type Keyring = {
  /** HMAC-SHA256 of `text` under the key of `purpose`, base64url. */
  sign(purpose: string, text: string): string;
  verify(purpose: string, text: string, signature: string): boolean;
  /** AES-256-GCM; `context` is authenticated too, so that a value cannot be moved to another row. */
  encrypt(purpose: string, text: string, context: string): string;
  /** @throws Error when the text was changed, or sealed for another context. */
  decrypt(purpose: string, sealed: string, context: string): string;
};

export const createKeyring = (secret: string): Keyring => {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    let key = keys.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, 'videowindow', purpose, 32));
      keys.set(purpose, key);
    }
    return key;
  };
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', keyFor(purpose)).update(text).digest('base64url');
  return {
    sign,
    verify(purpose, text, signature) {
      const expected = Buffer.from(sign(purpose, text));
      const given = Buffer.from(signature);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
    encrypt(purpose, text, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      // `1` is the id of the key, so that keys can be rotated without guessing.
      return `1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    decrypt(purpose, sealed, context) {
      const bytes = Buffer.from(sealed.slice(2), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, 12))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
};
