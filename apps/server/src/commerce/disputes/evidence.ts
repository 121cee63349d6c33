// The evidence of a dispute as text, pure: what was sold, how it went, where it was sent.
import type { Address } from '@videowindow/contract/api/commerce';
import { format, type Money } from '@videowindow/contract/money';
import type { EvidenceParts } from '#commerce/payments';

/** What the rooms around know of the sale. */
export type EvidenceFacts = {
  readonly orderNumber: number;
  readonly title: string;
  readonly item: Money;
  readonly shipping: Money;
  readonly pickup: boolean;
  readonly paidAt: Date;
  readonly shipment: { readonly carrier: string; readonly trackingNumber: string; readonly shippedAt: Date } | null;
  readonly address: Address | null;
  readonly buyerName: string;
  readonly timeline: readonly { readonly kind: string; readonly at: Date; readonly note: string | null }[];
  /** The public log of the auction, a line each; empty when it was none. */
  readonly bids: readonly string[];
  /** What buyer and maker wrote to each other about it, a line each. */
  readonly messages: readonly string[];
};

const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const addressText = ({ name, line1, line2, city, region, postalCode, country }: Address): string =>
  [name, line1, line2, `${postalCode} ${city}`, region, country].filter(Boolean).join(', ');

const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`), ''];

/** Each part as the provider takes it; a dispute without an order has little to say. */
export const evidenceOf = (facts: EvidenceFacts | null): EvidenceParts => {
  if (!facts) {
    return {
      productDescription: '',
      customerName: '',
      shippingCarrier: '',
      shippingTrackingNumber: '',
      shippingDate: '',
      shippingAddress: '',
      refundPolicy: '',
      story: 'No order came of this payment.',
    };
  }
  const { shipment, address } = facts;
  const total = { amount: facts.item.amount + facts.shipping.amount, currency: facts.item.currency };
  return {
    productDescription: `“${facts.title}”, a handmade piece, sold for ${format(facts.item, 'en')} and ${format(facts.shipping, 'en')} for its delivery: ${format(total, 'en')} in all. Order ${facts.orderNumber}.`,
    customerName: address?.name ?? facts.buyerName,
    shippingCarrier: shipment?.carrier ?? '',
    shippingTrackingNumber: shipment?.trackingNumber ?? '',
    shippingDate: shipment ? shipment.shippedAt.toISOString().slice(0, 10) : '',
    shippingAddress: address ? addressText(address) : '',
    refundPolicy:
      'The buyer may report a problem until the order is complete, and is refunded when the piece did not arrive or is not as described.',
    story: [
      `Order ${facts.orderNumber}, paid ${moment(facts.paidAt)}${facts.pickup ? ', to be fetched from the maker against a code that only the buyer had' : ''}.`,
      '',
      ...part(
        'What happened',
        facts.timeline.map(
          ({ kind, at, note }) => `${moment(at)}: ${kind.replaceAll('_', ' ')}${note ? ` (${note})` : ''}`,
        ),
      ),
      ...part('The bids by which it was sold', facts.bids),
      ...part('What buyer and maker wrote', facts.messages),
    ]
      .join('\n')
      .trim(),
  };
};

/** With the remark of the person who sends it, first. */
export const withRemark = (evidence: EvidenceParts, remark: string): EvidenceParts =>
  remark === '' ? evidence : { ...evidence, story: `${remark}\n\n${evidence.story}` };
