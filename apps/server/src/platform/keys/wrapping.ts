// How keys lie in the database: wrapped under the installation's secret, which is not in it.
import { deriveKey, type SealingKey, seal, sha256, unseal } from '#platform/crypto';

export type WrappedKey = { id: number; wrapped: string; wrapped_by: string; seals_from: Date };

/** Tells secrets apart without telling anything of them. */
export const fingerprint = (secret: string): string =>
  sha256(deriveKey(secret, 'fingerprint of the secret')).slice(0, 16);

const contextOf = (id: number) => `key ${id}`;

export const wrap = (secret: string, { id, material, sealsFrom }: SealingKey): WrappedKey => ({
  id,
  wrapped: seal(deriveKey(secret, 'wrapping of keys'), material, contextOf(id)),
  wrapped_by: fingerprint(secret),
  seals_from: sealsFrom,
});

/** @throws Error when another secret wrapped it. */
export const unwrap = (secret: string, { id, wrapped, seals_from }: WrappedKey): SealingKey => ({
  id,
  material: unseal(deriveKey(secret, 'wrapping of keys'), wrapped, contextOf(id)),
  sealsFrom: seals_from,
});
