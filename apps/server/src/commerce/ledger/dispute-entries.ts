// The entries of a dispute: a bank takes a payment back, and what of it was whose.
import type { Money } from '@videowindow/contract/money';
import { type Entry, type Line, moving, negative, type Share } from './entry.ts';

type Disputed = { readonly disputeId: string; readonly paymentId: string };

const entry = ({ disputeId, paymentId }: Disputed, kind: Entry['kind'], lines: readonly Line[]): Entry => ({
  kind,
  key: `dispute:${disputeId}:${kind.replace('dispute_', '')}`,
  paymentId,
  lines: moving(lines),
});

/** The bank has taken the money from what the provider holds for us. Who bears it is known at the end. */
export const disputeTakenEntry = (of: Disputed, amount: Money): Entry =>
  entry(of, 'dispute_taken', [
    { account: 'dispute_loss', amount },
    { account: 'clearing', amount: negative(amount) },
  ]);

/** What the provider asks for its work on the dispute; ours, whoever wins. */
export const disputeFeeEntry = (of: Disputed, fee: Money): Entry =>
  entry(of, 'dispute_fee', [
    { account: 'provider_fees', amount: fee },
    { account: 'clearing', amount: negative(fee) },
  ]);

/** The makers' parts of it are kept apart until it is decided. */
export const disputeFrozenEntry = (of: Disputed, parts: readonly Share[]): Entry =>
  entry(
    of,
    'dispute_frozen',
    fromPayableToReserve(parts, (amount) => amount),
  );

/** They are the makers' to have again. */
export const disputeUnfrozenEntry = (of: Disputed, parts: readonly Share[]): Entry =>
  entry(of, 'dispute_unfrozen', fromPayableToReserve(parts, negative));

/** Won: the bank has given the money back. */
export const disputeGivenBackEntry = (of: Disputed, amount: Money): Entry =>
  entry(of, 'dispute_given_back', [
    { account: 'clearing', amount },
    { account: 'dispute_loss', amount: negative(amount) },
  ]);

/**
 * Lost: the makers bear what was theirs of the sale, we bear our fee, of a sale that is undone no tax is owed, and what
 * nobody had stays a loss.
 */
export const disputeLostEntry = (of: Disputed, parts: readonly Share[]): Entry =>
  entry(
    of,
    'dispute_lost',
    parts.flatMap(({ makerId, payable, fee, tax }): Line[] => [
      { account: 'maker_reserve', owner: makerId, amount: payable },
      { account: 'dispute_loss', amount: negative(payable) },
      { account: 'fee_revenue', about: makerId, amount: fee },
      { account: 'dispute_loss', amount: negative(fee) },
      ...(tax
        ? ([
            { account: 'tax_payable', about: makerId, amount: tax },
            { account: 'dispute_loss', amount: negative(tax) },
          ] as const)
        : []),
    ]),
  );

/** Lost, and a refund of the same money never reached the buyer: the bank has given it to them. */
export const disputeRefundedEntry = (of: Disputed, amount: Money): Entry => ({
  kind: 'refund_sent',
  key: `dispute:${of.disputeId}:refunded`,
  paymentId: of.paymentId,
  lines: [
    { account: 'refunds_in_transit', amount },
    { account: 'dispute_loss', amount: negative(amount) },
  ],
});

const fromPayableToReserve = (parts: readonly Share[], sign: (amount: Money) => Money): Line[] =>
  parts.flatMap(({ makerId, payable }): Line[] => [
    { account: 'maker_payable', owner: makerId, amount: sign(payable) },
    { account: 'maker_reserve', owner: makerId, amount: negative(sign(payable)) },
  ]);
