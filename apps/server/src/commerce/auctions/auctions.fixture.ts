import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { type Market, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { make } from '../offers/commands.ts';
import { findAuction, readLog } from './store.ts';

/** A live auction at 50.00, opened by an offer of `opener`. */
export const auctionIn = async (market: Market, policy: Partial<ListingTerms['offerPolicy']> = {}) => {
  const [maker, opener] = [await market.person('maker', 'maker'), await market.person('opener')];
  const storyId = market.story(maker.id);
  const offerPolicy = { ...plainTerms.offerPolicy, ...policy };
  const listing = await putTerms(market.deps.listings, maker, storyId, { ...plainTerms, offerPolicy });
  const offer = await make(market.deps.offers, opener, storyId, usd(5_000), 'test');
  const auctionId = offer.auctionId ?? '';
  const lot = async () => {
    const found = await findAuction(market.database.db, auctionId);
    if (!found) throw new Error('the auction is gone');
    return found;
  };
  const listingNow = async () => (await market.listings.find(market.database.db, listing.id))?.state;
  let keys = 0;
  const bid = (who: { id: string }, amount: number, clientKey = `key-${++keys}-${amount}`, maximum = false) =>
    market.auctions.bid({ id: who.id, roles: ['viewer'] }, auctionId, { amount: usd(amount), clientKey, maximum });
  const most = (who: { id: string }, amount: number) => bid(who, amount, `most-${++keys}-${amount}`, true);
  const log = () => readLog(market.database.db, { id: auctionId, currency: 'USD' });
  const lockOf = async (who: { id: string }) =>
    await market.locks.newestOfAuction(market.database.db, auctionId, who.id);
  const accept = async (expectedSeq: number, by = maker) =>
    await market.auctions.accept(by, auctionId, expectedSeq, 'test');
  return { maker, opener, storyId, auctionId, lot, listingNow, bid, most, log, lockOf, accept };
};
