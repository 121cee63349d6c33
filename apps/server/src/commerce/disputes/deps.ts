// What the parts of this room are given.
import type { ImageView } from '@videowindow/contract/api/media';
import type { Ledger } from '#commerce/ledger';
import type { Orders } from '#commerce/orders';
import type { Payments, SettlementStrategy } from '#commerce/payments';
import type { Payouts } from '#commerce/payouts';
import type { Keyring } from '#platform/crypto';
import type { Database, Reader } from '#platform/database';
import type { Events } from '#platform/events';
import type { RequestContext } from '#platform/http';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { EvidenceFacts } from './evidence.ts';

export type DisputesDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  keyring: Keyring;
  log: Log;
  ledger: Ledger;
  payments: Payments;
  payouts: Payouts;
  orders: Pick<Orders, 'find' | 'ofPayments' | 'countOf'>;
  settlement: SettlementStrategy | null;
  /** What the rooms of the sale know of an order; null when there is none any more. */
  evidence(reader: Reader, orderId: string): Promise<EvidenceFacts | null>;
  siteName: string;
  /** Refuses pictures that are not this person's own and ready. @throws DomainError not_found, media_not_ready */
  assertPictures(reader: Reader, ownerId: string, ids: readonly string[]): Promise<void>;
  /** Pictures by id, with the grant to see them; whoever asks has been let in. */
  pictures(
    ids: readonly string[],
    context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>,
  ): Promise<Map<string, ImageView>>;
  /** A picture as a JPEG; null when it is gone. */
  jpeg(reader: Reader, id: string): Promise<Uint8Array | null>;
  /** Who is told of what a person must do. */
  admins(reader: Reader): Promise<readonly string[]>;
};

export const EVIDENCE = 'dispute-evidence';

/** Evidence has an address and a name in it: it lies sealed, with the dispute's id as part of the seal. */
export const sealEvidence = (keyring: Keyring, id: string, evidence: object): string =>
  keyring.encrypt(EVIDENCE, JSON.stringify(evidence), id);

/** @throws Error when the row was changed. */
export const openEvidence = <T>(keyring: Keyring, id: string, sealed: string): T =>
  // Sealed above, from what it is read as.
  JSON.parse(keyring.decrypt(EVIDENCE, sealed, id)) as T;
