// Keys and identity tokens of the issuers: RS256 as Google and Apple sign, and every wrong way that a test asks for.
import { createECDH, createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import type { Store } from '../store.ts';

export const issuerNames = ['google', 'apple'] as const;
export type IssuerName = (typeof issuerNames)[number];

/** What may be wrong with the next token. Source of the list: RFC 8725, and OpenID Connect Core 3.1.3.7. */
export const tokenFaults = [
  'alg_none',
  'hs256_public_key',
  'foreign_key',
  'wrong_audience',
  'wrong_issuer',
  'wrong_nonce',
  'no_nonce',
  'expired',
] as const;
export type TokenFault = (typeof tokenFaults)[number];

type SigningKey = { private: JWK; public: JWK };
const KEPT_KEYS = 2;

/** The issuer's keys, the newest first; the first is made when it is needed. */
const keysOf = async (store: Store, issuer: IssuerName): Promise<SigningKey[]> =>
  store.get<{ keys: SigningKey[] }>('oidc_keys', issuer)?.keys ?? (await rotateKeys(store, issuer));

/** Signs with a new key from now on; the one before stays in the set. */
export const rotateKeys = async (store: Store, issuer: IssuerName): Promise<SigningKey[]> => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const named = { kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
  const made = {
    private: { ...(await exportJWK(pair.privateKey)), ...named },
    public: { ...(await exportJWK(pair.publicKey)), ...named },
  };
  const before = store.get<{ keys: SigningKey[] }>('oidc_keys', issuer)?.keys ?? [];
  const keys = [made, ...before].slice(0, KEPT_KEYS);
  store.put('oidc_keys', issuer, { keys });
  return keys;
};

export const publicKeys = async (store: Store, issuer: IssuerName): Promise<JWK[]> =>
  (await keysOf(store, issuer)).map((key) => key.public);

export type IdTokenClaims = { iss: string; aud: string; sub: string; nonce?: string | undefined } & Record<
  string,
  unknown
>;

/** A signed identity token that lives an hour, `now` in seconds; or one with a fault. */
export const signIdToken = async (
  store: Store,
  issuer: IssuerName,
  claims: IdTokenClaims,
  now: number,
  fault: TokenFault | undefined,
): Promise<string> => {
  const [key] = await keysOf(store, issuer);
  if (!key) throw new Error('an issuer without a key');
  const { nonce, ...others } = claims;
  const body = {
    ...others,
    ...(fault === 'no_nonce' ? {} : { nonce: fault === 'wrong_nonce' ? 'of-another-browser' : nonce }),
    ...(fault === 'wrong_audience' ? { aud: 'another-client' } : {}),
    ...(fault === 'wrong_issuer' ? { iss: `${claims.iss}.elsewhere.test` } : {}),
    iat: fault === 'expired' ? now - 7200 : now,
    exp: fault === 'expired' ? now - 3600 : now + 3600,
  };
  if (fault === 'alg_none') return new UnsecuredJWT(body).encode();
  if (fault === 'hs256_public_key') {
    const pem = createPublicKey({ key: key.public, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return await new SignJWT(body)
      .setProtectedHeader({ alg: 'HS256', kid: key.public.kid })
      .sign(Buffer.from(pem.toString()));
  }
  const signing =
    fault === 'foreign_key' ? (await generateKeyPair('RS256')).privateKey : await importJWK(key.private, 'RS256');
  return await new SignJWT(body).setProtectedHeader({ alg: 'RS256', kid: key.public.kid }).sign(signing);
};

/** Any P-256 key will do where nothing is real; one from a fixed seed needs no file and no word between the two sides. */
const appleDeveloperKey = (): JWK => {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(createHash('sha256').update('the sandbox’s Apple developer').digest());
  const point = ecdh.getPublicKey();
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
    d: ecdh.getPrivateKey().toString('base64url'),
  };
};

/** What the sandbox's Apple has on file of its one developer; the key signs client secrets. */
export const appleDeveloper = {
  clientId: 'test.videowindow.sandbox',
  teamId: 'SANDBOX000',
  keyId: 'SANDBOXKEY',
  /** PEM, as Apple hands it out. */
  privateKey: (): string =>
    createPrivateKey({ key: appleDeveloperKey(), format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/** @throws when a client secret is not one that Apple would take: ES256, by this team, for this client, at most 6 months. */
export const checkAppleSecret = async (secret: string, audience: string, now: number): Promise<void> => {
  const { d: _, ...publicKey } = appleDeveloperKey();
  const { payload, protectedHeader } = await jwtVerify(secret, await importJWK(publicKey, 'ES256'), {
    algorithms: ['ES256'],
    issuer: appleDeveloper.teamId,
    subject: appleDeveloper.clientId,
    audience,
    requiredClaims: ['exp', 'iat'],
    currentDate: new Date(now * 1000),
    clockTolerance: 5,
  });
  if (protectedHeader.kid !== appleDeveloper.keyId) throw new Error('an unknown key');
  if ((payload.exp ?? 0) - (payload.iat ?? 0) > 15_777_000) throw new Error('a life beyond six months');
};
