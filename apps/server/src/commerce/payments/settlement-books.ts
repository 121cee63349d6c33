// What the rooms above payments ask a provider: payouts to banks, disputes, and its own books.
import type { PayoutState } from '@videowindow/contract/machines/payout';
import type { Money } from '@videowindow/contract/money';

/** A payout as the provider tells of it now. */
export type ProviderPayout = {
  readonly id: string;
  readonly amount: Money;
  readonly state: PayoutState;
  readonly madeAt: Date;
  readonly arrivesAt: Date;
  /** The bank's reason in the provider's words. */
  readonly failure: string | null;
};

/** A dispute as the provider tells of it now. */
export type ProviderDispute = {
  readonly id: string;
  readonly chargeId: string;
  /** Our payment, as the provider remembers it; null when it did not say. */
  readonly paymentId: string | null;
  readonly amount: Money;
  readonly reason: string;
  readonly stand: 'open' | 'submitted' | 'won' | 'lost' | 'closed';
  /** The bank has only asked so far. */
  readonly inquiry: boolean;
  readonly evidenceDue: Date | null;
  readonly openedAt: Date;
  /** What was taken from our balance, and given back to it; without fees. */
  readonly taken: Money;
  readonly givenBack: Money;
  readonly fee: Money;
};

/** The evidence of a dispute, each part as text; empty parts are not sent. */
export type EvidenceParts = {
  readonly productDescription: string;
  readonly customerName: string;
  readonly shippingCarrier: string;
  readonly shippingTrackingNumber: string;
  readonly shippingDate: string;
  readonly shippingAddress: string;
  readonly refundPolicy: string;
  readonly story: string;
};

/** The files of a dispute's evidence, by the ids that they have at the provider. */
export type EvidenceFiles = {
  readonly sending?: string | undefined;
  readonly correspondence?: string | undefined;
  readonly pictures?: string | undefined;
};

/** One line of the provider's books about our own balance. `net = amount - fee`. */
export type Movement = {
  readonly id: string;
  /** The provider's word: charge, refund, transfer, adjustment, payout, ... */
  readonly type: string;
  /** What it is about, by the provider's id. */
  readonly source: string | null;
  readonly amount: Money;
  readonly fee: Money;
  readonly net: Money;
  readonly at: Date;
};

/** As with every call to a provider: Refused for a no that stands, external_service_unavailable for not knowing. */
export type ProviderBooks = {
  readPayout(accountId: string, payoutId: string): Promise<ProviderPayout>;
  /** The newest payouts of an account, at most 100. */
  payoutsOf(accountId: string): Promise<readonly ProviderPayout[]>;
  readDispute(disputeId: string): Promise<ProviderDispute>;
  /** Keeps a PDF that evidence can name. @returns its id */
  uploadEvidence(file: { name: string; bytes: Uint8Array }): Promise<string>;
  /** Sends the evidence for good; once for each key. */
  submitEvidence(
    disputeId: string,
    sent: { key: string; evidence: EvidenceParts; files: EvidenceFiles },
  ): Promise<ProviderDispute>;
  /** The movements of our own balance since a moment (seconds since 1970), newest first. */
  movementsSince(seconds: number): AsyncIterable<Movement>;
  /** What the provider holds for us, usable or not, by currency. */
  holdings(): Promise<readonly Money[]>;
};
