// What the parts of this room are given.
import type { PersonSummary } from '@videowindow/contract/api/people';
import type { Ledger } from '#commerce/ledger';
import type { Orders } from '#commerce/orders';
import type { Payments, SettlementStrategy } from '#commerce/payments';
import type { Database, Reader } from '#platform/database';
import type { Events } from '#platform/events';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { FundsRules } from './funds.ts';
import type { SalesProfile, SignalRules } from './signals.ts';

export type PayoutsDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  log: Log;
  ledger: Ledger;
  payments: Payments;
  orders: Pick<Orders, 'find' | 'ofPayments' | 'progressOf'>;
  /** Whether something is wrong with an order and not settled. */
  issueHolds(reader: Reader, orderId: string): Promise<boolean>;
  /** By when the banks that dispute some payments are answered, by payment; those that have their answer are left out. */
  answersDue(reader: Reader, paymentIds: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  settlement: SettlementStrategy | null;
  /** Payments by the provider's ids of their disputes. */
  disputedPayments(reader: Reader, sources: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Who is told when the books differ. */
  admins(reader: Reader): Promise<readonly string[]>;
  currency: string;
  rules: FundsRules;
  signals: SignalRules;
  /** A maker's sales as the rules look at them; what was before `since` counts as history only. */
  salesProfile(reader: Reader, makerId: string, since: Date | null): Promise<SalesProfile>;
  /** People by id, small. */
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};
