// An invoice drawn as a PDF.
import type { Address } from '@videowindow/contract/api/commerce';
import { format, type Money, subtract } from '@videowindow/contract/money';
import { BOLD, GREY, INK, LEFT, LINE, PLAIN, RIGHT, startPdf } from '#platform/pdf';

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

const day = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(iso),
  );
const amountOf = (amount: Money): string => format(amount, 'en');
const times = (unit: Money, quantity: number): Money => ({ ...unit, amount: unit.amount * quantity });

/** @returns the bytes of the file; the same for the same document */
export const invoicePdf = async (document: InvoiceDocument): Promise<Uint8Array> => {
  const isInvoice = document.kind === 'invoice';
  const title = isInvoice ? 'Invoice' : 'Credit note';
  const issued = new Date(document.issuedAt);
  const { pdf, bytes } = startPdf({ title: `${title} ${document.number}`, author: document.seller.name, at: issued });

  pdf.font(BOLD).fontSize(22).fillColor(INK).text(title, LEFT, 56);
  pdf.font(PLAIN).fontSize(9).fillColor(GREY);
  const facts = [
    `Number ${document.number}`,
    `Issued ${day(document.issuedAt)}`,
    `Order ${document.orderNumber}, paid ${day(document.paidAt)}`,
    ...(document.ofInvoice ? [`Corrects invoice ${document.ofInvoice}`] : []),
  ];
  pdf.text(facts.join('\n'), 330, 60, { width: RIGHT - 330, align: 'right', lineGap: 3 });

  const { seller, buyer } = document;
  const sides: readonly [string, string[]][] = [
    ['Sold by', [seller.name, `@${seller.handle} on ${document.siteName}`, ...(seller.city ? [seller.city] : [])]],
    ['Bought by', buyer.address ? addressLines(buyer.address) : [buyer.name]],
  ];
  let bottom = 0;
  for (const [place, [heading, lines]] of sides.entries()) {
    const x = LEFT + place * 250;
    pdf.font(BOLD).fontSize(9).fillColor(GREY).text(heading, x, 140);
    pdf.font(PLAIN).fontSize(10).fillColor(INK).text(lines.join('\n'), x, 155, { width: 230, lineGap: 3 });
    bottom = Math.max(bottom, pdf.y);
  }

  let y = bottom + 30;
  const rule = () => pdf.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.7).strokeColor(LINE).stroke();
  const row = (text: string, amount: string, bold = false) => {
    pdf
      .font(bold ? BOLD : PLAIN)
      .fontSize(10)
      .fillColor(INK);
    const height = pdf.heightOfString(text, { width: 350 });
    if (y + height > 760) {
      pdf.addPage();
      y = 56;
    }
    pdf.text(text, LEFT, y, { width: 350 });
    pdf.text(amount, 400, y, { width: RIGHT - 400, align: 'right' });
    y += height + 10;
  };
  rule();
  y += 12;
  if (isInvoice) {
    for (const { text, quantity, unit } of document.lines) {
      row(quantity > 1 ? `${text}  × ${quantity}, each ${amountOf(unit)}` : text, amountOf(times(unit, quantity)));
    }
    if (document.shipping.amount > 0) row('Shipping', amountOf(document.shipping));
  } else {
    row(
      `Given back of order ${document.orderNumber}: ${document.lines.map(({ text }) => text).join('; ')}`,
      amountOf(document.total),
    );
  }
  rule();
  y += 12;
  row(isInvoice ? 'Total, paid' : 'Total, given back', amountOf(document.total), true);
  if (document.tax) {
    const rate = document.tax.bps === null ? '' : `, ${document.tax.bps / 100} %`;
    row(`Tax included${rate}`, amountOf(document.tax.amount));
    row('Without tax', amountOf(subtract(document.total, document.tax.amount)));
  }
  pdf.font(PLAIN).fontSize(9).fillColor(GREY);
  const taxPayer = document.tax?.owedBy === 'marketplace' ? ` ${document.siteName} collects the tax and pays it.` : '';
  pdf.text(
    `Sold by ${seller.name} by way of ${document.siteName}, who took the payment on their behalf.${taxPayer}`,
    LEFT,
    y + 20,
    { width: RIGHT - LEFT },
  );
  return await bytes();
};

const addressLines = ({ name, line1, line2, city, region, postalCode, country }: Address): string[] =>
  [name, line1, line2, [postalCode, city].filter(Boolean).join(' '), region, country].filter((line): line is string =>
    Boolean(line),
  );
