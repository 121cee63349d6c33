// What the parts of this room are given.
import type { Ledger } from '#commerce/ledger';
import type { Orders } from '#commerce/orders';
import type { Payments, SettlementStrategy } from '#commerce/payments';
import type { Database, Reader } from '#platform/database';
import type { Events } from '#platform/events';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { FundsRules } from './funds.ts';

export type PayoutsDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  log: Log;
  ledger: Ledger;
  payments: Payments;
  orders: Pick<Orders, 'find' | 'ofPayments'>;
  /** Whether something is wrong with an order and not settled. */
  issueHolds(reader: Reader, orderId: string): Promise<boolean>;
  settlement: SettlementStrategy | null;
  /** Payments by the provider's ids of their disputes. */
  disputedPayments(reader: Reader, sources: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Who is told when the books differ. */
  admins(reader: Reader): Promise<readonly string[]>;
  currency: string;
  rules: FundsRules;
};
