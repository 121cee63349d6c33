// payments: buyers' money in by hosted checkout, makers' money out by transfer, and back when it came too late.
//
// Beyond the usual plan: `settlement.ts` is the shape of a provider and `stripe.ts` is one; `checkout`, `settle`,
// `refunds`, `transfers`, `accounts`, `webhooks` are this room's commands, one money flow each.
import type { Address } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import { returnLabelEntry } from '#commerce/ledger';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import {
  accountOf,
  canReceive,
  makerOf,
  onboardingLink,
  payoutAccount,
  receivingStep,
  sweepAccounts,
} from './accounts.ts';
import { DETACH_CARD, detachCard, hasSavedCard, sharedCards, sweepCards } from './cards.ts';
import { closeCheckout, openCheckout, renewCheckouts, sweepPayments } from './checkout.ts';
import { ADDRESS, openAddress, type PaymentsDeps } from './deps.ts';
import type { CheckoutRequest } from './payment.ts';
import { personal } from './personal.ts';
import { type RefundWish, refund, returnLate, SEND_REFUND, sendRefund, sweepRefunds } from './refunds.ts';
import { SEND_REVERSAL, sendReversal, sweepReversals, type TakeBack, takeBack } from './reversals.ts';
import { paymentsRoutes } from './routes.ts';
import { BOOK_FEE, bookFee, CLOSE_CHECKOUT, settle } from './settle.ts';
import * as store from './store.ts';
import { release, SEND_TRANSFER, sendTransfer, sweepTransfers } from './transfers.ts';
import { type PaymentsReads, receivedOf } from './view.ts';
import { HANDLE_EVENT, handleEvent, reconcile } from './webhooks.ts';
import { restore, withdraw } from './withdrawn.ts';

export type { ReceivingStep } from './accounts.ts';
export type { HeardEvent, PaymentsDeps } from './deps.ts';
export type { CheckoutRequest } from './payment.ts';
export type { Refund, RefundWish } from './refunds.ts';
export { paymentsSettings } from './settings.ts';
export { Refused, type SettlementStrategy } from './settlement.ts';
export type { EvidenceFiles, EvidenceParts, Movement, ProviderDispute, ProviderPayout } from './settlement-books.ts';
export { createStripe, type StripeSettings } from './stripe.ts';

/** Work that should be done by now, after this long. */
const HANGS_AFTER_MS = 5 * 60_000;

export type Payments = ReturnType<typeof createPayments>;

export const createPayments = (deps: PaymentsDeps & PaymentsReads) => {
  const { database } = deps;

  const sweep = async () => {
    if (!deps.settlement) return;
    const now = await database.now(database.db);
    const before = new Date(now.getTime() - HANGS_AFTER_MS);
    await sweepPayments(deps);
    await renewCheckouts(deps, now);
    await sweepRefunds(deps, before);
    await sweepTransfers(deps, before);
    await sweepReversals(deps, before);
    await sweepCards(deps, before);
    await sweepAccounts(deps, now);
  };

  const room: Room = {
    personal,
    routes: [paymentsRoutes(deps)],
    sealed: [{ table: 'payments', column: 'address_sealed', purpose: ADDRESS }],
    jobs: {
      [HANDLE_EVENT]: { handle: ({ eventId }: { eventId: string }) => handleEvent(deps, eventId) },
      [CLOSE_CHECKOUT]: {
        async handle({ lockId }: { lockId: string }) {
          await closeCheckout(deps, lockId);
        },
      },
      [SEND_REFUND]: { handle: ({ refundId }: { refundId: string }) => sendRefund(deps, refundId) },
      [SEND_TRANSFER]: { handle: ({ transferId }: { transferId: string }) => sendTransfer(deps, transferId) },
      [SEND_REVERSAL]: { handle: ({ reversalId }: { reversalId: string }) => sendReversal(deps, reversalId) },
      [DETACH_CARD]: { handle: ({ cardId }: { cardId: string }) => detachCard(deps, cardId) },
      [BOOK_FEE]: { handle: ({ paymentId }: { paymentId: string }) => bookFee(deps, paymentId) },
      'payments.sweep': { cron: '* * * * *', handle: sweep },
      'payments.reconcile': {
        cron: '*/5 * * * *',
        async handle() {
          if (deps.settlement) await reconcile(deps);
        },
      },
    },
    subscribers: [
      {
        name: 'payments',
        on: {
          // The order has the address now, sealed as its own.
          'order.placed': (tx, { payload }) => store.forgetAddress(tx, payload.lockId),
        },
      },
    ],
  };

  return {
    room,
    /** Whether a provider is configured. */
    available: deps.settlement !== null,
    /** Compares the provider's events with ours. @returns how many had never come. @throws DomainError capability_off */
    reconcile: () => reconcile(deps),
    /** Who of these people has a saved card that has not expired. */
    hasSavedCard: (reader: Reader, people: readonly string[]) => hasSavedCard(deps, reader, people),
    /** Each of these people with everybody who once saved the same card. */
    sharedCards,
    /** The hosted checkout of a lock. */
    checkouts: {
      /** @throws DomainError external_service_unavailable, capability_off, session_expired, checkout_in_progress */
      open: (request: CheckoutRequest) => openCheckout(deps, request),
      /** @throws DomainError external_service_unavailable when the provider did not say */
      close: (lockId: string) => closeCheckout(deps, lockId),
      /** Whether money for this lock may still come. */
      isOpen: async (reader: Reader, lockId: string) => (await store.moneyFor(reader, lockId)).live !== null,
    },
    /** The money behind an order. */
    funds: {
      /**
       * What came with the money: the address that the buyer gave, null when none was asked for or the order has it
       * already; by what they paid, in the provider's word, null when it did not say; the tax in it that the marketplace
       * owes, null where it owes none.
       */
      async cameWith(
        reader: Reader,
        paymentId: string,
      ): Promise<{ address: Address | null; method: string | null; tax: Money | null }> {
        const payment = await store.findPayment(reader, paymentId);
        const sealed = payment?.address_sealed ?? null;
        return {
          address: sealed === null ? null : openAddress(deps.keyring, paymentId, sealed),
          method: payment?.method ?? null,
          tax: payment?.tax_amount == null ? null : money(payment.tax_amount, payment.amount.currency),
        };
      },
      /**
       * Money goes back to the buyer, in full or in part, and with it the maker's part and ours; once for each key.
       * @throws DomainError not_found, invalid_transition, refund_exceeds_captured{left}, currency_mismatch,
       * idempotency_key_reused
       */
      refund: (tx: Tx, wish: RefundWish) => refund(deps, tx, wish),
      /**
       * A maker gives back a part that their payable was debited with, whatever has become of its transfer: less is sent,
       * what was sent is reversed, and what their account does not hold is a debt. The caller holds the payment's lock.
       */
      takeBack: (tx: Tx, part: TakeBack) => takeBack(deps, tx, part),
      /** The maker owes what a label cost that brings a piece back; their next sales pay it. Once for each label. */
      async chargeLabel(tx: Tx, label: { id: string; paymentId: string; makerId: string; cost: Money }): Promise<void> {
        const { id, paymentId, makerId, cost } = label;
        await deps.ledger.post(tx, returnLabelEntry(id, paymentId, makerId, cost));
      },
      /** Money that came for a lock that had been released, or was paid before, goes back in full. */
      returnLate: (tx: Tx, paymentId: string, paidBefore?: boolean) => returnLate(deps, tx, paymentId, paidBefore),
      /** The maker's part goes to the maker, less what was refunded of it. `payable` is the part as it was agreed. */
      release: (tx: Tx, order: { orderId: string; paymentId: string; makerId: string; payable: Money }) =>
        release(deps, tx, order),
    },
    /** What buyers' banks take back. */
    withdrawals: {
      /** It comes out of the parts, as much as is left of them. @returns what, of whom */
      take: (tx: Tx, paymentId: string, amount: Money) => withdraw(tx, paymentId, amount),
      /** What was taken is the makers' again, and what had come back from them goes out once more. */
      giveBack: (tx: Tx, given: Parameters<typeof restore>[2]) => restore(deps, tx, given),
    },
    /** A maker's whole part of a payment, as it was agreed. */
    async shareOf(reader: Reader, paymentId: string, makerId: string): Promise<Money | null> {
      const payment = await store.findPayment(reader, paymentId);
      const shares = payment ? await store.readShares(reader, payment) : [];
      return shares.find((share) => share.makerId === makerId)?.payable ?? null;
    },
    /** How a maker's account stands, as last heard. */
    accountState: payoutAccount,
    /** Payments by what the provider calls what moved their money: charges, refunds, transfers and reversals. */
    paymentsOf: (reader: Reader, sources: readonly string[]) => store.paymentsOfSources(reader, sources),
    /** The maker behind an account at the provider, and the account of a maker; null when there is none. */
    makerOf: (reader: Reader, accountId: string) => makerOf(reader, accountId),
    accountOf: (reader: Reader, makerId: string) => accountOf(reader, makerId),
    /** What the provider calls the card of each of these payments; those not paid by card are left out. */
    cardPrints: store.cardPrints,
    find: store.findPayment,
    ofLock: store.paymentsOfLock,
    /** Payments that differ from what was agreed and wait for a person. */
    quarantined: async (reader: Reader) =>
      (await store.quarantinedPayments(reader)).map((payment) => ({
        id: payment.id,
        expected: payment.amount,
        received: receivedOf(payment),
        at: payment.created_at.toISOString(),
      })),
    /** Asks the provider how a payment stands: something that followed it was heard first. */
    async refresh(id: string): Promise<void> {
      const payment = await store.findPayment(database.db, id);
      if (deps.settlement && payment?.session_id) {
        await settle(deps, await deps.settlement.readSession(payment.session_id));
      }
    },
    /** Where makers' money goes; the port of makers. */
    payoutAccounts: {
      account: (makerId: string) => payoutAccount(database.db, makerId),
      onboardingLink: (maker: { id: string; email: string }) => onboardingLink(deps, maker),
    },
    /** Whether a sale of this maker can be paid for. */
    canReceive,
    /** What a maker has to do before that. */
    receivingStep,
  };
};
