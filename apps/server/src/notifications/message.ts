// What a notice is made of.
import { format as formatMoney, type Money } from '@videowindow/contract';
import type { DomainEvent } from '#platform/events';

export type Message = {
  to: string;
  kind: string;
  title: string;
  body: string;
  /** Path in the web app that leads to the thing. */
  href: string;
  /** Also by mail, with this on the button, and with a PDF: an order's invoice, our own to this maker, a refund's credit note. */
  mail?: {
    action: string;
    invoiceOf?: string;
    feeInvoice?: string;
    creditNote?: { refundId: string; paymentId?: string };
  };
};

/** '21 Nov, 18:04 UTC': mails are read in places whose zone we do not know. */
export const moment = (iso: string): string =>
  `${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(new Date(iso))} UTC`;

/** In the language of the sentence around it, whatever the server's own is. */
export const format = (amount: Money): string => formatMoney(amount, 'en');

/** What each event says, to whom. Pure: event in, messages out. */
export type Kinds = { [T in DomainEvent['type']]?: (event: DomainEvent<T>) => Message[] };
