// An authenticator in software, for what a real one would never do: it signs whatever it is told to.
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** CBOR (RFC 8949) of what an attestation consists of: integers, bytes, text, maps. */
const cbor = (value: number | string | Buffer | Map<unknown, unknown>): Buffer => {
  const head = (major: number, n: number) => {
    if (n < 24) return Buffer.from([(major << 5) | n]);
    if (n < 256) return Buffer.from([(major << 5) | 24, n]);
    return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  };
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const parts = [...value].flatMap(([key, member]) => [cbor(key as number), cbor(member as number)]); // those above
  return Buffer.concat([head(5, value.size), ...parts]);
};

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const UP = 1;
const UV = 4;
const ATTESTED = 64;

type Saying = {
  challenge: string;
  origin: string;
  rpId: string;
  counter?: number;
  verified?: boolean;
  type?: string;
  userHandle?: string;
};

export type SoftKey = ReturnType<typeof makeSoftKey>;

export const makeSoftKey = () => {
  const id = randomBytes(16);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const base = <T extends object>(fields: T) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key' as const,
    clientExtensionResults: {},
    ...fields,
  });
  const clientData = ({ type = 'webauthn.get', challenge, origin }: Saying) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = ({ rpId, counter = 0, verified = true }: Saying, attested = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = UP | (verified ? UV : 0) | (attested.length > 0 ? ATTESTED : 0);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested]);
  };

  return {
    /** The answer to a challenge for making a passkey. */
    make(saying: Saying) {
      const idLength = Buffer.from([0, id.length]);
      const attested = Buffer.concat([Buffer.alloc(16), idLength, id, cbor(coseKey(publicKey))]);
      const attestation = new Map<unknown, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authenticatorData(saying, attested)],
      ]);
      return base({
        response: {
          clientDataJSON: clientData({ type: 'webauthn.create', ...saying }).toString('base64url'),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: ['internal' as const],
        },
      });
    },
    /** The answer to a challenge for signing in. */
    use(saying: Saying) {
      const said = clientData(saying);
      const data = authenticatorData(saying);
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(said)]))
        .sign(privateKey);
      return base({
        response: {
          clientDataJSON: said.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          ...(saying.userHandle === undefined ? {} : { userHandle: saying.userHandle }),
        },
      });
    },
  };
};

/** RFC 9053: EC2, ES256, P-256. */
const coseKey = (key: KeyObject) => {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return new Map<unknown, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]);
};
