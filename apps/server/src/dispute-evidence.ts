// What the rooms of a sale know of it, gathered for a bank that asks.
import { format } from '@videowindow/contract';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { plainText } from '@videowindow/contract/rich-text';
import type { Auctions } from '#commerce/auctions';
import type { EvidenceFacts } from '#commerce/disputes';
import type { Locks } from '#commerce/locks';
import type { Orders, PieceWords } from '#commerce/orders';
import type { Reader } from '#platform/database';

type Sources = {
  orders: Pick<Orders, 'find' | 'timelineOf' | 'addressOf' | 'messagesOf' | 'pieceOf'>;
  locks: Pick<Locks, 'find'>;
  auctions: Pick<Auctions, 'publicLog'>;
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};

const arrivalWords = {
  handed_over: 'It was handed over against the code that only the buyer had.',
  received: 'The buyer confirmed that it arrived and that all was well.',
  scanned: 'Its carrier scanned it as delivered.',
  assumed_delivered: null,
  none: null,
};

/** A piece's words, without marks. */
const pieceText = ({ caption, sections, additions }: PieceWords): string =>
  [
    caption,
    ...sections.filter(({ text }) => text !== '').map(({ kind, text }) => `${kind}: ${plainText(text)}`),
    ...additions.map(({ at, text }) => `added ${at.slice(0, 10)}: ${text}`),
  ]
    .filter((words) => words !== '')
    .join('\n\n');

/** An order with its auction and what its two sides wrote to each other. */
export const createEvidence =
  ({ orders, locks, auctions, people }: Sources) =>
  async (reader: Reader, orderId: string): Promise<EvidenceFacts | null> => {
    const order = await orders.find(reader, orderId);
    if (!order) return null;
    const auctionId = (await locks.find(reader, order.lockId))?.auctionId;
    const log = auctionId ? await auctions.publicLog(reader, auctionId) : [];
    const messages = await orders.messagesOf(reader, orderId);
    const piece = await orders.pieceOf(reader, orderId);
    return {
      orderNumber: order.number,
      title: order.title,
      item: order.item,
      shipping: order.shipping,
      pickup: order.delivery === 'pickup',
      paidAt: order.paidAt,
      shipment: order.shipment,
      address: orders.addressOf(order),
      buyerName: (await people(reader, [order.buyerId])).get(order.buyerId)?.displayName ?? '',
      piece: piece ? pieceText(piece) : '',
      returns:
        order.returns.days === 0
          ? 'Beyond what the law gives, it cannot be sent back.'
          : `It may be sent back within ${order.returns.days} days of its arrival; the ${order.returns.postage} pays for the parcel.`,
      arrival: arrivalWords[order.deliveryHow ?? 'none'],
      pictures: [
        ...(piece?.sections ?? []).flatMap(({ pictures = [] }) =>
          pictures.map(({ mediaId, alt }) => ({
            id: mediaId,
            words: ['The piece as it was sold', alt].filter(Boolean).join(': '),
          })),
        ),
        ...messages.flatMap(({ pictures, from, at }) =>
          pictures.map((id) => ({ id, words: `Sent by the ${from}, ${at.toISOString().slice(0, 10)}` })),
        ),
      ],
      timeline: await orders.timelineOf(reader, orderId),
      bids: log.map(({ at, kind, label, amount }) =>
        [`${at.slice(0, 16).replace('T', ' ')} UTC`, kind.replaceAll('_', ' '), label, amount && format(amount, 'en')]
          .filter(Boolean)
          .join(', '),
      ),
      messages: messages.map(({ from, kind, text, at }) =>
        [`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`, from, kind.replaceAll('_', ' '), text]
          .filter(Boolean)
          .join(', '),
      ),
    };
  };
