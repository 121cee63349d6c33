// The evidence of a dispute as text, pure: what was sold, how it went, where it was sent.
import type { Address } from '@videowindow/contract/api/commerce';
import { format, type Money } from '@videowindow/contract/money';
import type { EvidenceParts } from '#commerce/payments';
import type { Entry } from './entry-store.ts';
import type { EvidencePicture } from './evidence-file.ts';

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
  /** The piece's words as it was sold, without marks; empty when they were not kept. */
  readonly piece: string;
  /** What was promised about sending it back, in a sentence. */
  readonly returns: string;
  /** How it is known that it is there; null while it is not. */
  readonly arrival: string | null;
  /** The pictures that it was sold with, and those that the two sent each other. */
  readonly pictures: readonly EvidencePicture[];
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

/** What is kept of a sale, so that nothing of it can change or be forgotten before it is sent. */
export type KeptEvidence = EvidenceParts & { readonly piece?: string; readonly pictures?: readonly EvidencePicture[] };

/** Stripe takes 20,000 characters of the piece, and reviewers read less. */
const LONGEST_PIECE = 6_000;

/** Each part as the provider takes it; a dispute without an order has little to say. */
export const evidenceOf = (facts: EvidenceFacts | null): KeptEvidence => {
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
    productDescription: `“${facts.title}”, a handmade piece, sold for ${format(facts.item, 'en')} and ${format(facts.shipping, 'en')} for its delivery: ${format(total, 'en')} in all. Order ${facts.orderNumber}.${
      facts.piece === '' ? '' : `\n\nAs it was described when it was sold:\n${facts.piece.slice(0, LONGEST_PIECE)}`
    }`,
    piece: facts.piece,
    pictures: facts.pictures,
    customerName: address?.name ?? facts.buyerName,
    shippingCarrier: shipment?.carrier ?? '',
    shippingTrackingNumber: shipment?.trackingNumber ?? '',
    shippingDate: shipment ? shipment.shippedAt.toISOString().slice(0, 10) : '',
    shippingAddress: address ? addressText(address) : '',
    refundPolicy: `The buyer may report a problem until the order is complete, and is refunded when the piece did not arrive or is not as described. ${facts.returns}`,
    story: [
      `Order ${facts.orderNumber}, paid ${moment(facts.paidAt)}${facts.pickup ? ', to be fetched from the maker against a code that only the buyer had' : ''}.${facts.arrival ? ` ${facts.arrival}` : ''}`,
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

/** With the remark of the person who sends it first, and then what the maker says. */
export const withSaid = (
  evidence: KeptEvidence,
  said: { remark: string; entries: readonly Pick<Entry, 'text' | 'at'>[] },
): KeptEvidence => {
  const written = said.entries.filter(({ text }) => text !== '');
  const opening = [
    // What was sent before remarks were kept apart has its own already.
    ...(said.remark === '' || evidence.story.startsWith(said.remark) ? [] : [said.remark, '']),
    ...part(
      'What the maker says',
      written.map(({ text, at }) => `${moment(at)}: ${text}`),
    ),
  ];
  return opening.length === 0 ? evidence : { ...evidence, story: [...opening, evidence.story].join('\n') };
};
