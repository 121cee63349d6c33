// A payment, pure: what is asked of the provider, and what its word about a session means.
import { apply, type Facts } from '@videowindow/contract/machine';
import {
  type PaymentCommand,
  type PaymentGuard,
  type PaymentState,
  paymentMachine,
} from '@videowindow/contract/machines/payment';
import { type Money, subtract } from '@videowindow/contract/money';
import type { Share } from '#commerce/ledger';
import type { Session, SessionRequest } from './settlement.ts';

/** Who pays what for which lock, and whose it is afterwards. */
export type CheckoutRequest = {
  readonly lockId: string;
  readonly buyerId: string;
  readonly makerId: string;
  readonly title: string;
  readonly item: Money;
  /** Null when nothing is sent: then no address is asked for. */
  readonly shipping: Money | null;
  readonly total: Money;
  readonly fee: Money;
  /** Countries that the address may be in, ISO 3166; none where the address is known. */
  readonly shipsTo: readonly string[];
  /** When the provider's page should end: 30 min to 24 h from now. */
  readonly expiresAt: Date;
  /** When the time to pay is over, which may be after the page's end. */
  readonly lockEndsAt: Date;
};

/** A page with less time than this is not given to anybody who has more: it is the shortest that a provider makes. */
const SOON_MS = 30 * 60_000;

/**
 * What the provider's page is asked to show. `urls` are where people land afterwards; `taxed`: the provider is to say what
 * of it is tax.
 */
export const pageOf = (
  request: CheckoutRequest,
  email: string,
  urls: { success: string; cancel: string },
  taxed = false,
): SessionRequest => ({
  email,
  lines: [
    { label: request.title, amount: request.item },
    ...(request.shipping && request.shipping.amount > 0
      ? [{ label: 'Shipping', amount: request.shipping, isShipping: true as const }]
      : []),
  ],
  ...(taxed && { taxed: true }),
  shipsTo: request.shipping && request.shipsTo.length > 0 ? request.shipsTo : null,
  endsAt: request.expiresAt.toISOString(),
  successUrl: urls.success,
  cancelUrl: urls.cancel,
});

/**
 * Whose the money will be: the maker's, less our fee.
 * @throws Error when the parts of the request don't sum to its total, or the fee is above it: bugs of the caller's.
 */
export const sharesOf = (request: CheckoutRequest): readonly Share[] => {
  const parts = request.item.amount + (request.shipping?.amount ?? 0);
  if (parts !== request.total.amount) throw new Error(`parts of ${parts} for a total of ${request.total.amount}`);
  const payable = subtract(request.total, request.fee);
  if (payable.amount < 0) throw new Error(`a fee of ${request.fee.amount} on a total of ${request.total.amount}`);
  return [{ makerId: request.makerId, payable, fee: request.fee }];
};

/** Whether an open checkout shows what is asked for now; when it ends and where it leads may differ. */
export const showsTheSame = (open: SessionRequest, asked: SessionRequest): boolean =>
  JSON.stringify([open.lines.map(lineText), open.shipsTo]) ===
  JSON.stringify([asked.lines.map(lineText), asked.shipsTo]);

/** Whether a page ends before the time to pay does, and soon: then a new one takes its place. */
export const isSoonOver = (
  { session_ends_at, request }: { session_ends_at: Date | null; request: SessionRequest },
  lockEndsAt: Date,
  now: Date,
): boolean => {
  const ends = session_ends_at ?? new Date(request.endsAt);
  return lockEndsAt > ends && ends.getTime() - now.getTime() < SOON_MS;
};

// Members in one order, whatever order a round through the database gave them.
const lineText = ({ label, amount }: SessionRequest['lines'][number]) => [label, amount.amount, amount.currency];

/** A step that the provider's word makes, and where it leads. */
export type Decision = { readonly command: PaymentCommand; readonly to: PaymentState };

/**
 * The step that a session makes of a payment, or null when it makes none: what is late, doubled or out of order never
 * moves a payment back.
 */
export const decide = (payment: { state: PaymentState; amount: Money }, session: Session): Decision | null => {
  const { command, facts } = wordOf(payment.amount, session);
  const moved = apply(paymentMachine, payment.state, command, facts);
  return moved.ok ? { command, to: moved.to } : null;
};

const wordOf = (expected: Money, session: Session): { command: PaymentCommand; facts: Facts<PaymentGuard> } => {
  if (session.status === 'expired') return { command: 'expire', facts: {} };
  if (session.status === 'open') return { command: 'openSession', facts: {} };
  if (session.failed) return { command: 'fail', facts: {} };
  if (session.received === null) return { command: 'process', facts: {} };
  const { amount, currency } = session.received;
  const amountMatches = amount === expected.amount && currency === expected.currency && isWithin(session.tax, expected);
  return { command: amountMatches ? 'capture' : 'quarantine', facts: { amountMatches, differs: !amountMatches } };
};

/** A tax that is no part of the price is as strange as another price. */
const isWithin = (tax: Money | null, price: Money): boolean =>
  tax === null || (tax.currency === price.currency && tax.amount >= 0 && tax.amount < price.amount);

/** Whether money may still come by a payment in this state. */
export const isLive = (state: PaymentState): boolean =>
  state === 'created' || state === 'session_open' || state === 'processing';
