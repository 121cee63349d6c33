// SQL of invoices: numbered per seller without a gap, kept sealed as they were issued.
import { type Reader, sql, type Tx } from '#platform/database';

export type InvoiceKind = 'invoice' | 'credit_note';

export type InvoiceRow = {
  readonly id: string;
  readonly orderId: string;
  readonly sellerId: string;
  readonly kind: InvoiceKind;
  readonly number: number;
  readonly issuedAt: Date;
  readonly amount: number;
  readonly sealed: string;
};

const INVOICE = sql`id, order_id as "orderId", seller_id as "sellerId", kind, number, issued_at as "issuedAt", amount, sealed`;

/**
 * The seller's next number. Its row stays locked until the transaction ends, so that a number is used by the one that
 * drew it or, when that is rolled back, by the next: no gaps.
 */
export const drawNumber = async (tx: Tx, sellerId: string): Promise<number> => {
  const { rows } = await sql<{ last: number }>`
    insert into invoice_numbers (seller_id, last) values (${sellerId}, 1)
    on conflict (seller_id) do update set last = invoice_numbers.last + 1
    returning last`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('no number was drawn');
  return row.last;
};

/** `cause`: what it is about, once: the order, or a refund of it. */
export const insertInvoice = async (tx: Tx, invoice: InvoiceRow & { cause: string }): Promise<void> => {
  await sql`
    insert into order_invoices (id, order_id, seller_id, kind, number, issued_at, amount, sealed, cause)
    values (${invoice.id}, ${invoice.orderId}, ${invoice.sellerId}, ${invoice.kind}, ${invoice.number},
            ${invoice.issuedAt}, ${invoice.amount}, ${invoice.sealed}, ${invoice.cause})`.execute(tx);
};

/** The one that something was the cause of. */
export const invoiceBy = async (reader: Reader, cause: string): Promise<InvoiceRow | null> => {
  const { rows } = await sql<InvoiceRow>`select ${INVOICE} from order_invoices where cause = ${cause}`.execute(reader);
  return rows[0] ?? null;
};

/** The invoices of some orders, each order's in the order of their issue. */
export const invoicesOf = async (reader: Reader, orderIds: readonly string[]): Promise<Map<string, InvoiceRow[]>> => {
  const found = new Map<string, InvoiceRow[]>(orderIds.map((id) => [id, []]));
  if (orderIds.length === 0) return found;
  const { rows } = await sql<InvoiceRow>`
    select ${INVOICE} from order_invoices
    where order_id = any(${[...orderIds]}::uuid[]) order by order_id, issued_at, number`.execute(reader);
  for (const row of rows) found.get(row.orderId)?.push(row);
  return found;
};

export const findInvoice = async (reader: Reader, orderId: string, id: string): Promise<InvoiceRow | null> => {
  const { rows } = await sql<InvoiceRow>`
    select ${INVOICE} from order_invoices where order_id = ${orderId} and id = ${id}`.execute(reader);
  return rows[0] ?? null;
};
