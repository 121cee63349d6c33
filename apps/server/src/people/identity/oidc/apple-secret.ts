// Apple's client secret: a statement of ours, signed with the developer's key (ES256), made anew for each call.
// Source: Apple, "Creating a client secret".
import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';

export type AppleKey = { clientId: string; teamId: string; keyId: string; privateKey: string };

/** Long enough for one call and clocks that differ. */
const LIFE_S = 300;

/** Reads the key. @throws Error when it is no P-256 key in PEM. */
export const appleSecret = ({ clientId, teamId, keyId, privateKey }: AppleKey) => {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a P-256 key');
  return async (audience: string, now: Date): Promise<string> => {
    const seconds = Math.floor(now.getTime() / 1000);
    return await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + LIFE_S)
      .sign(key);
  };
};
