// Ids, random values, hashes, signatures and encryption at rest. Node's own primitives under fixed rules.
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { v7 } from 'uuid';

export { createKeyring, firstKeys, type Keyring, keyIdOf, type SealingKey } from './keyring.ts';
export { deriveKey, seal, unseal } from './seal.ts';

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
