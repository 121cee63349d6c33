// Access tokens of apps: JWS (RFC 7515) of one form only, made and read by us alone. What a token says of its own algorithm
// and key is not read: its header must be ours to the letter, so there is nothing to choose for who forges one.
import type { Keyring } from '#platform/crypto';

export const ACCESS_LIFE_S = 15 * 60;

const KEY = 'access-token';
const AUDIENCE = 'videowindow-api';
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** `at+jwt` is the type of access tokens (RFC 9068), so that no other token of ours can ever pass for one. */
const HEADER = encode({ alg: 'HS256', typ: 'at+jwt', kid: KEY });

/** Signs a token for a session. */
export const signAccessToken = (keyring: Keyring, sessionId: string, userId: string, now: Date): string => {
  const iat = Math.floor(now.getTime() / 1000);
  const signed = `${HEADER}.${encode({ aud: AUDIENCE, sub: userId, sid: sessionId, iat, exp: iat + ACCESS_LIFE_S })}`;
  return `${signed}.${keyring.sign(KEY, signed)}`;
};

/** The session of a token that we signed, for this use, and whose time is not over; null else. */
export const readAccessToken = (keyring: Keyring, token: string, now: Date): string | null => {
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== HEADER || !payload || !signature || more.length > 0) return null;
  if (!keyring.verify(KEY, `${header}.${payload}`, signature)) return null;
  // Signed by us: made by `signAccessToken`, of this version or one before.
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    aud?: string;
    sid?: string;
    exp?: number;
  };
  const isGood = claims.aud === AUDIENCE && typeof claims.exp === 'number' && claims.exp > now.getTime() / 1000;
  return isGood && typeof claims.sid === 'string' ? claims.sid : null;
};
