// The keys of an installation. Signatures come from its secret; what is sealed at rest has keys of its own, each with a
// number that stands before what it sealed, so that they can be exchanged one after another (platform/keys keeps them).
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, seal, unseal } from './seal.ts';

/** A key for sealing. Its material is a secret of which a key for each purpose is derived. */
export type SealingKey = { readonly id: number; readonly material: string; readonly sealsFrom: Date };

export type Keyring = {
  /** HMAC-SHA256 of `text` under the key of `purpose`, base64url. */
  sign(purpose: string, text: string): string;
  /** Whether `sign` made it, under this secret or the one before. */
  verify(purpose: string, text: string, signature: string): boolean;
  /** AES-256-GCM; `context` (the row's id) is authenticated too, so that a value cannot be moved to another row. */
  encrypt(purpose: string, text: string, context: string): string;
  /** @throws Error when the text was changed, sealed for another context, or by a key that is gone. */
  decrypt(purpose: string, sealed: string, context: string): string;
  /**
   * What a sealed value that must be unique or found is looked up by: HMAC-SHA256, the same for the same text. Normalise
   * the text first. Its key is never exchanged: two keys would let one phone number stand twice.
   */
  blindIndex(purpose: string, text: string): string;
  /** HMAC-SHA256 that will be checked in many years: under the same key, which is never exchanged. */
  stamp(purpose: string, text: string): string;
  /** The key that seals at this moment. */
  sealingKey(): number;
  /** From now on these are the keys, key 0 that of the blind indexes. */
  use(keys: readonly SealingKey[]): void;
};

/** Keys of an installation that has only its secret: the one that sealed before there were several, and that of indexes. */
export const firstKeys = (secret: string): readonly SealingKey[] => [
  { id: 0, material: deriveKey(secret, 'blind indexes').toString('base64url'), sealsFrom: new Date(0) },
  { id: 1, material: secret, sealsFrom: new Date(0) },
];

/** The number of the key that sealed a value; null when it is none of ours. */
export const keyIdOf = (sealed: string): number | null => {
  const id = /^([1-9]\d{0,8})\./.exec(sealed)?.[1];
  return id === undefined ? null : Number(id);
};

/** @param previous the secret before this one, while what it signed is still about. */
export const createKeyring = (secret: string, previous?: string): Keyring => {
  const derived = new Map<string, Buffer>();
  let keys = new Map(firstKeys(secret).map((key) => [key.id, key]));

  const keyOf = (name: string, material: string, purpose: string): Buffer => {
    const cached = `${name} ${purpose}`;
    let key = derived.get(cached);
    if (!key) {
      key = deriveKey(material, purpose);
      derived.set(cached, key);
    }
    return key;
  };
  const sealingKeyOf = (id: number | null, purpose: string): Buffer => {
    const key = id === null ? undefined : keys.get(id);
    if (!key) throw new Error(id === null ? 'not a sealed value of ours' : `key ${id} is not here`);
    return keyOf(`key ${key.id}`, key.material, purpose);
  };
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url');
  const sealingKey = () => {
    const now = Date.now();
    return Math.max(...[...keys.values()].filter((key) => key.sealsFrom.getTime() <= now).map((key) => key.id));
  };

  return {
    sign: (purpose, text) => hmac(keyOf('secret', secret, purpose), text),
    verify(purpose, text, signature) {
      const given = Buffer.from(signature);
      const isBy = (key: Buffer) => {
        const expected = Buffer.from(hmac(key, text));
        return expected.length === given.length && timingSafeEqual(expected, given);
      };
      if (isBy(keyOf('secret', secret, purpose))) return true;
      return previous !== undefined && isBy(keyOf('previous', previous, purpose));
    },
    encrypt(purpose, text, context) {
      const id = sealingKey();
      return `${id}.${seal(sealingKeyOf(id, purpose), text, context)}`;
    },
    decrypt(purpose, sealed, context) {
      const id = keyIdOf(sealed);
      return unseal(sealingKeyOf(id, purpose), sealed.slice(sealed.indexOf('.') + 1), context);
    },
    blindIndex: (purpose, text) => hmac(sealingKeyOf(0, purpose), text),
    stamp: (purpose, text) => hmac(sealingKeyOf(0, `stamp of ${purpose}`), text),
    sealingKey,
    use(given) {
      keys = new Map(given.map((key) => [key.id, key]));
      derived.clear();
    },
  };
};
