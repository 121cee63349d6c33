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

/** The id of the key stands before what it sealed, so that keys can be rotated without guessing. */
const KEY_ID = '1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${KEY_ID}${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    decrypt(purpose, sealed, context) {
      const bytes = Buffer.from(sealed.slice(KEY_ID.length), 'base64url');
      if (!sealed.startsWith(KEY_ID) || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new Error('not a sealed value of ours');
      // The length of the tag is fixed: a shorter one would be accepted, and could be guessed.
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
};
