// The live channel of an auction: its state, versioned by seq, and how many look on.
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { DomainEvent } from '#platform/events';
import type { Channel, Publication } from '#platform/realtime';
import { stateNow } from './names.ts';
import type { AuctionsDeps } from './parts.ts';
import * as store from './store.ts';
import { type AuctionsReads, findVisible } from './visibility.ts';

export const channelOf = (deps: AuctionsDeps & AuctionsReads): Channel => ({
  prefix: 'auction',
  kind: 'state',
  async authorize(actor, id) {
    return (await findVisible(deps, actor, id)) !== null;
  },
  async read(id, _after, viewers) {
    const lot = await store.findAuction(deps.database.db, id);
    if (!lot) return null;
    return {
      offset: lot.auction.seq,
      data: {
        auction: await stateNow(deps, deps.database.db, lot, deps.database.clock().getTime()),
        watching: viewers,
      },
    };
  },
  publish: (event, viewers) => {
    const auction = auctionIn(event);
    return auction && publication(auction, viewers(auction.id));
  },
});

const auctionIn = (event: DomainEvent): AuctionState | null =>
  event.type === 'auction.changed' || event.type === 'auction.opened' || event.type === 'auction.closed'
    ? event.payload.auction
    : null;

const publication = (auction: AuctionState, watching: number): Publication => ({
  id: auction.id,
  offset: auction.seq,
  data: { auction, watching },
});
