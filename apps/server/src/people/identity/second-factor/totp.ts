// Codes of an authenticator app: TOTP (RFC 6238) over HOTP (RFC 4226) with SHA-1, six digits, 30 seconds, which is what
// every app knows. Pure: the time comes in.
import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_S = 30;
/** A clock may be one step off, either way (RFC 6238, 5.2). */
const STEPS = [0, -1, 1];
/** RFC 4226, section 4: at least 128 bits, 160 recommended. */
export const SECRET_BYTES = 20;

/** The number of the half minute. */
export const stepAt = (at: Date): number => Math.floor(at.getTime() / 1000 / STEP_S);

/** RFC 4226, 5.3: dynamic truncation. */
export const codeAt = (secret: Buffer, step: number, digits = 6): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
};

/** The half minute whose code this is, within one step of `at`; null when it is none's. */
export const stepOfCode = (secret: Buffer, code: string, at: Date): number | null => {
  const given = Buffer.from(code);
  const now = stepAt(at);
  const found = STEPS.map((step) => now + step).filter((step) => {
    const expected = Buffer.from(codeAt(secret, step));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return found[0] ?? null;
};

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6, without padding. */
export const base32 = (bytes: Buffer): string => {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text;
};

/** What an app reads from the picture. Source: Google Authenticator's "Key Uri Format". */
export const keyUri = (secret: Buffer, site: string, account: string): string =>
  `otpauth://totp/${encodeURIComponent(`${site}:${account}`)}?${new URLSearchParams({
    secret: base32(secret),
    issuer: site,
    algorithm: 'SHA1',
    digits: '6',
    period: String(STEP_S),
  })}`.replaceAll('+', '%20');
