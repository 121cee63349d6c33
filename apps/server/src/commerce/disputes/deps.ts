// What the parts of this room are given.
import type { Ledger } from '#commerce/ledger';
import type { Orders } from '#commerce/orders';
import type { Payments, SettlementStrategy } from '#commerce/payments';
import type { Payouts } from '#commerce/payouts';
import type { Keyring } from '#platform/crypto';
import type { Database, Reader } from '#platform/database';
import type { Events } from '#platform/events';
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
  orders: Pick<Orders, 'find' | 'ofPayments'>;
  settlement: SettlementStrategy | null;
  /** What the rooms of the sale know of an order; null when there is none any more. */
  evidence(reader: Reader, orderId: string): Promise<EvidenceFacts | null>;
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
