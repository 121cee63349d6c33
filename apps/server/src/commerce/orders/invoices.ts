// Invoices and credit notes: what was sold by whom to whom, frozen when it was issued. The maker is the legal seller.
import type { FileAnswer } from '@videowindow/contract';
import { add, type Money } from '@videowindow/contract/money';
import { newId } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import { numberText } from '#platform/pdf';
import { type InvoiceDocument, invoicePdf } from './invoice-pdf.ts';
import * as invoiceStore from './invoice-store.ts';
import { linesOf } from './lines.ts';
import { addressOf, type OrdersDeps } from './parts.ts';
import { type Order, ordersOfPayments } from './store.ts';
import { type Tax, taxBack } from './tax.ts';

export const INVOICE_SEAL = 'order-invoice';

/** The invoice of an order that is just placed; in its transaction. */
export const issueInvoice = async (deps: OrdersDeps, tx: Tx, order: Order): Promise<void> =>
  await issue(deps, tx, order, {
    kind: 'invoice',
    cause: `order:${order.id}`,
    amount: add(order.item, order.shipping),
  });

const causeOf = ({ refundId }: { refundId: string }): string => `refund:${refundId}`;

/** The credit note of money that went back. Twice is once. The order is locked. */
export const issueCreditNote = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  refund: { refundId: string; amount: Money },
): Promise<void> => {
  const cause = causeOf(refund);
  if (await invoiceStore.invoiceBy(tx, cause)) return;
  await issue(deps, tx, order, { kind: 'credit_note', cause, amount: refund.amount });
};

const issue = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  what: { kind: invoiceStore.InvoiceKind; cause: string; amount: Money },
): Promise<void> => {
  const issuedAt = await deps.database.now(tx);
  const people = await deps.people(tx, [order.makerId, order.buyerId]);
  const lines = (await linesOf(tx, [order.id])).get(order.id) ?? [];
  const earlier = (await invoiceStore.invoicesOf(tx, [order.id])).get(order.id) ?? [];
  const invoice = earlier.find(({ kind }) => kind === 'invoice');
  const id = newId();
  const number = await invoiceStore.drawNumber(tx, order.makerId);
  const seller = people.get(order.makerId);
  const document: InvoiceDocument = {
    kind: what.kind,
    number: numberText(number),
    ofInvoice: what.kind === 'credit_note' && invoice ? numberText(invoice.number) : null,
    orderNumber: order.number,
    siteName: deps.siteName,
    seller: { name: seller?.displayName ?? '', handle: seller?.handle ?? '', city: seller?.city ?? null },
    buyer: { name: people.get(order.buyerId)?.displayName ?? '', address: addressOf(deps, order) },
    issuedAt: issuedAt.toISOString(),
    paidAt: order.paidAt.toISOString(),
    lines: lines.map(({ title, options, quantity, unit }) => ({
      text: [title, ...options.map(({ value }) => value)].join(', '),
      quantity,
      unit,
    })),
    shipping: order.shipping,
    total: what.amount,
    tax: order.tax && { ...order.tax, amount: taxOf(order, order.tax, what, earlier) },
  };
  await invoiceStore.insertInvoice(tx, {
    id,
    orderId: order.id,
    sellerId: order.makerId,
    kind: what.kind,
    number,
    issuedAt,
    amount: what.amount.amount,
    sealed: deps.keyring.encrypt(INVOICE_SEAL, JSON.stringify(document), id),
    cause: what.cause,
  });
};

/** The tax of an invoice, or what of it a credit note gives back. */
const taxOf = (
  order: Order,
  tax: Tax,
  what: { kind: invoiceStore.InvoiceKind; amount: Money },
  earlier: readonly invoiceStore.InvoiceRow[],
): Money => {
  if (what.kind === 'invoice') return tax.amount;
  const before = earlier.filter(({ kind }) => kind === 'credit_note').reduce((sum, { amount }) => sum + amount, 0);
  return taxBack(tax.amount, add(order.item, order.shipping), before, what.amount.amount);
};

/** An invoice as a file; it is drawn anew from what was frozen, and so always the same. */
export const invoiceFile = async (
  deps: Pick<OrdersDeps, 'keyring'>,
  row: invoiceStore.InvoiceRow,
): Promise<FileAnswer> => {
  // Sealed by `issue`.
  const document = JSON.parse(deps.keyring.decrypt(INVOICE_SEAL, row.sealed, row.id)) as InvoiceDocument;
  const name = `${row.kind === 'invoice' ? 'invoice' : 'credit-note'}-${document.orderNumber}-${document.number}.pdf`;
  return { name, bytes: await invoicePdf(document) };
};

/** The invoice of an order; null for one that was placed before there were any. */
export const invoiceOfOrder = async (
  deps: Pick<OrdersDeps, 'keyring'>,
  reader: Reader,
  orderId: string,
): Promise<FileAnswer | null> => {
  const rows = (await invoiceStore.invoicesOf(reader, [orderId])).get(orderId) ?? [];
  const row = rows.find(({ kind }) => kind === 'invoice');
  return row ? await invoiceFile(deps, row) : null;
};

/**
 * The credit note of a refund. Null where there is none: the payment became no order.
 * @throws Error while it is not written yet: an order hears in a moment of money that an admin gave back
 */
export const creditNoteOf = async (
  deps: Pick<OrdersDeps, 'keyring'>,
  reader: Reader,
  refund: { refundId: string; paymentId?: string },
): Promise<FileAnswer | null> => {
  const row = await invoiceStore.invoiceBy(reader, causeOf(refund));
  if (row) return await invoiceFile(deps, row);
  if (refund.paymentId && (await ordersOfPayments(reader, [refund.paymentId])).size > 0) {
    throw new Error(`refund ${refund.refundId} has no credit note yet`);
  }
  return null;
};
