// An invoice as a PDF.
import type { Address } from '@videowindow/contract/api/commerce';
import { format, type Money, subtract } from '@videowindow/contract/money';
import { dayOf, drawPaper } from '#platform/pdf';

/** What an invoice says; kept as it was issued. */
export type InvoiceDocument = {
  readonly kind: 'invoice' | 'credit_note';
  readonly number: string;
  /** Of a credit note: the invoice that it corrects. */
  readonly ofInvoice: string | null;
  readonly orderNumber: number;
  readonly siteName: string;
  readonly seller: { readonly name: string; readonly handle: string; readonly city: string | null };
  readonly buyer: { readonly name: string; readonly address: Address | null };
  readonly issuedAt: string;
  readonly paidAt: string;
  readonly lines: readonly { readonly text: string; readonly quantity: number; readonly unit: Money }[];
  readonly shipping: Money;
  readonly total: Money;
  /** Included in the total. */
  readonly tax: {
    readonly bps: number | null;
    readonly amount: Money;
    readonly owedBy?: 'maker' | 'marketplace';
  } | null;
};

const amountOf = (amount: Money): string => format(amount, 'en');
const times = (unit: Money, quantity: number): Money => ({ ...unit, amount: unit.amount * quantity });

/** @returns the bytes of the file; the same for the same document */
export const invoicePdf = (document: InvoiceDocument): Promise<Uint8Array> => {
  const { seller, buyer, lines, total, tax } = document;
  const isInvoice = document.kind === 'invoice';
  const pieces = lines.map(({ text, quantity, unit }): [string, string] => [
    quantity > 1 ? `${text}  × ${quantity}, each ${amountOf(unit)}` : text,
    amountOf(times(unit, quantity)),
  ]);
  const givenBack = `Given back of order ${document.orderNumber}: ${lines.map(({ text }) => text).join('; ')}`;
  const rate = tax === null || tax.bps === null ? '' : `, ${tax.bps / 100} %`;
  const taxPayer = tax?.owedBy === 'marketplace' ? ` ${document.siteName} collects the tax and pays it.` : '';
  return drawPaper({
    title: isInvoice ? 'Invoice' : 'Credit note',
    number: document.number,
    author: seller.name,
    at: new Date(document.issuedAt),
    facts: [
      `Issued ${dayOf(document.issuedAt)}`,
      `Order ${document.orderNumber}, paid ${dayOf(document.paidAt)}`,
      ...(document.ofInvoice ? [`Corrects invoice ${document.ofInvoice}`] : []),
    ],
    sides: [
      ['Sold by', [seller.name, `@${seller.handle} on ${document.siteName}`, ...(seller.city ? [seller.city] : [])]],
      ['Bought by', buyer.address ? addressLines(buyer.address) : [buyer.name]],
    ],
    rows: isInvoice
      ? [...pieces, ...(document.shipping.amount > 0 ? [['Shipping', amountOf(document.shipping)] as const] : [])]
      : [[givenBack, amountOf(total)]],
    sums: [
      [isInvoice ? 'Total, paid' : 'Total, given back', amountOf(total)],
      ...(tax
        ? [
            [`Tax included${rate}`, amountOf(tax.amount)] as const,
            ['Without tax', amountOf(subtract(total, tax.amount))] as const,
          ]
        : []),
    ],
    note: `Sold by ${seller.name} by way of ${document.siteName}, who took the payment on their behalf.${taxPayer}`,
  });
};

const addressLines = ({ name, line1, line2, city, region, postalCode, country }: Address): string[] =>
  [name, line1, line2, [postalCode, city].filter(Boolean).join(' '), region, country].filter((line): line is string =>
    Boolean(line),
  );
