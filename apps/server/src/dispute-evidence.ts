// What the rooms of a sale know of it, gathered for a bank that asks.
import { format } from '@videowindow/contract';
import type { PersonSummary } from '@videowindow/contract/api/people';
import type { Auctions } from '#commerce/auctions';
import type { EvidenceFacts } from '#commerce/disputes';
import type { Locks } from '#commerce/locks';
import type { Orders } from '#commerce/orders';
import type { Reader } from '#platform/database';

type Sources = {
  orders: Pick<Orders, 'find' | 'timelineOf' | 'addressOf' | 'messagesOf'>;
  locks: Pick<Locks, 'find'>;
  auctions: Pick<Auctions, 'publicLog'>;
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};

/** An order with its auction and what its two sides wrote to each other. */
export const createEvidence =
  ({ orders, locks, auctions, people }: Sources) =>
  async (reader: Reader, orderId: string): Promise<EvidenceFacts | null> => {
    const order = await orders.find(reader, orderId);
    if (!order) return null;
    const auctionId = (await locks.find(reader, order.lockId))?.auctionId;
    const log = auctionId ? await auctions.publicLog(reader, auctionId) : [];
    const messages = await orders.messagesOf(reader, orderId);
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
