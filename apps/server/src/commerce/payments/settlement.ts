// What payments need of a provider. Stripe is one; another fits behind the same shape.
import type { Address } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import type { ProviderBooks } from './settlement-books.ts';

/** What a hosted checkout page is asked to show. Stored, and sent the same at every try. */
export type SessionRequest = {
  readonly email: string;
  readonly lines: readonly {
    readonly label: string;
    readonly amount: Money;
    /** What sending costs, which has tax rates of its own. */
    readonly isShipping?: true;
  }[];
  /** The provider says what of these prices is tax, which we then owe. */
  readonly taxed?: true;
  /** Countries that an address is asked for; null when nothing is sent. */
  readonly shipsTo: readonly string[] | null;
  /** RFC 3339; the page takes no payment afterwards. */
  readonly endsAt: string;
  /** Where people land afterwards; `{SESSION}` in it becomes the session's id. */
  readonly successUrl: string;
  readonly cancelUrl: string;
};

/** A checkout session as the provider tells of it now. */
export type Session = {
  readonly id: string;
  readonly paymentId: string | null;
  readonly url: string | null;
  readonly endsAt: Date;
  readonly status: 'open' | 'complete' | 'expired';
  /** The money is there. Complete and not paid: the provider still waits for it. */
  readonly paid: boolean;
  /** It had been promised, and did not come. */
  readonly failed: boolean;
  readonly received: Money | null;
  readonly intentId: string | null;
  readonly chargeId: string | null;
  /** The same for one card, whoever pays with it; null for other ways to pay. */
  readonly cardPrint: string | null;
  /** What the provider took; null while it doesn't know. */
  readonly fee: Money | null;
  readonly address: Address | null;
  /** The tax within what was paid, where the provider was asked for it and money is there. */
  readonly tax: Money | null;
  /** By what it was paid, in the provider's word; null while it doesn't know. */
  readonly method: string | null;
};

/** Where a maker's money goes, as the provider tells of it now. */
export type ProviderAccount = {
  readonly id: string;
  readonly submitted: boolean;
  readonly canReceive: boolean;
  readonly canPayOut: boolean;
  readonly requirementsDue: readonly string[];
  /** Why the provider bars it for good or looks into it: sanctions, fraud, its terms; null for almost everybody. */
  readonly barred: string | null;
};

/** A card that is saved at the provider; `customerId` is null once it is there no more. */
export type ProviderCard = {
  readonly id: string;
  readonly customerId: string | null;
  readonly brand: string;
  readonly last4: string;
  readonly expYear: number;
  readonly expMonth: number;
  readonly fingerprint: string | null;
};

export type EventEndpoint = 'platform' | 'connect';

export type ProviderEvent = {
  readonly id: string;
  readonly type: string;
  readonly subject: string | null;
  readonly account: string | null;
  /** Seconds since 1970 by the provider's clock. */
  readonly created: number;
};

/** A refusal that stands: the request was wrong, and the same again is wrong again. `code` is the provider's. */
export class Refused extends Error {
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

/**
 * Every call may be repeated with the same arguments and takes effect once.
 * Calls throw Refused, or DomainError external_service_unavailable when the outcome is unknown.
 */
export type SettlementStrategy = ProviderBooks & {
  openSession(payment: { id: string; lockId: string }, request: SessionRequest): Promise<Session>;
  readSession(sessionId: string): Promise<Session>;
  /** Ends an open session. @returns how it stands afterwards, which is complete when the payment was faster. */
  expireSession(sessionId: string): Promise<Session>;
  /** `attempt` counts the tries before that were refused for good: each is a call of its own. */
  refund(refund: {
    id: string;
    attempt: number;
    intentId: string;
    amount: Money;
  }): Promise<{ id: string; state: RefundState }>;
  readRefund(refundId: string): Promise<{ id: string; refund: string | null; state: RefundState }>;
  transfer(transfer: {
    id: string;
    attempt: number;
    /** The charge that it is paid from; null: what we hold. */
    chargeId: string | null;
    accountId: string;
    amount: Money;
    orderId: string;
  }): Promise<{ id: string }>;
  /** Takes a part of a transfer back from the account that got it. */
  reverseTransfer(reversal: {
    id: string;
    attempt: number;
    transferId: string;
    amount: Money;
  }): Promise<{ id: string }>;
  /** What an account holds at the provider and could give back now. */
  accountBalance(accountId: string, currency: string): Promise<Money>;
  createCustomer(person: { id: string; email: string }): Promise<string>;
  /** The address of a page on which a customer saves a card. The same id gives the same page. */
  openSetup(setup: { id: string; customerId: string }, urls: { success: string; cancel: string }): Promise<string>;
  /** @returns what was saved; null when nothing was, so far */
  readSetup(setupId: string): Promise<string | null>;
  /** @returns null for what is no card */
  readCard(cardId: string): Promise<ProviderCard | null>;
  detachCard(cardId: string): Promise<void>;
  createAccount(maker: { id: string; email: string }): Promise<ProviderAccount>;
  readAccount(accountId: string): Promise<ProviderAccount>;
  /** A single-use address of the provider's onboarding. */
  accountLink(accountId: string, urls: { returnTo: string; refresh: string }): Promise<string>;
  /** @throws Refused when the signature is not the provider's or too old. */
  readWebhook(endpoint: EventEndpoint, body: Buffer, signature: string): ProviderEvent;
  /** The platform's events since a moment, or those of an account; newest first, however many there are. */
  eventsSince(seconds: number, accountId: string | null): AsyncIterable<ProviderEvent>;
};

export type RefundState = 'pending' | 'sent' | 'failed';
