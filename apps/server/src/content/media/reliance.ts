// What stands on media: a story that is shown, an order's picture, a bank's evidence. It stays until they need it no more.
import { DomainError, type ErrorCode } from '@videowindow/contract';
import type { Reader } from '#platform/database';

/** A room above, and what one is told when it needs the media. */
export type Reliance = { refusal: ErrorCode; relies(db: Reader, mediaId: string): Promise<boolean> };

/** @throws DomainError with the refusal of the first that relies on it */
export const assertDeletable =
  (reliances: readonly Reliance[]) =>
  async (db: Reader, id: string): Promise<void> => {
    for (const { refusal, relies } of reliances) if (await relies(db, id)) throw new DomainError(refusal);
  };
