// What the parts of this room are given.
import type { Address } from '@videowindow/contract/api/commerce';
import type { Ledger } from '#commerce/ledger';
import type { Identity } from '#people/identity';
import type { Keyring } from '#platform/crypto';
import type { Database } from '#platform/database';
import type { Events } from '#platform/events';
import type { Jobs } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { SettlementStrategy } from './settlement.ts';

/** What the provider says has changed; where to look, not how it stands. */
export type HeardEvent = { readonly type: string; readonly subject: string; readonly account: string | null };

export type PaymentsDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  keyring: Keyring;
  log: Log;
  ledger: Ledger;
  identity: Identity;
  /** The payment provider; null while none is configured, and then every call throws capability_off. */
  settlement: SettlementStrategy | null;
  /** Whether the provider says what of a price is tax: then the marketplace owes that, else whoever sells. */
  taxedByProvider: boolean;
  /** What the rooms above do about events, by how their types begin. Fails where it should be told again. */
  otherEvents: Readonly<Record<string, (event: HeardEvent) => Promise<unknown>>>;
  /** Hosted pages of these locks end soon; the room above has new ones made for those that are still to be paid. */
  sessionsEnding(lockIds: readonly string[]): Promise<void>;
  /** Pages of our own to which the provider sends people back. */
  pages: {
    /** After a checkout; `outcome` is only what the page may show first: what counts comes by webhook. */
    checkout(lockId: string, outcome: 'paid' | 'cancelled'): string;
    /** Where people land after the page on which a card is saved; `saved` is only what may be shown first. */
    cards(outcome: 'saved' | 'back'): string;
    /** After onboarding, and where a link that has ended makes a new one. */
    onboarding(outcome: 'done' | 'refresh'): string;
  };
};

export const ADDRESS = 'payment-address';

/** Addresses lie sealed; the payment's id is part of the seal. */
export const sealAddress = (keyring: Keyring, paymentId: string, address: Address): string =>
  keyring.encrypt(ADDRESS, JSON.stringify(address), paymentId);

/** @throws Error when the row was changed. */
export const openAddress = (keyring: Keyring, paymentId: string, sealed: string): Address =>
  // Sealed above, from what the settlement had read into an Address.
  JSON.parse(keyring.decrypt(ADDRESS, sealed, paymentId)) as Address;
