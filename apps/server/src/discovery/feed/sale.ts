// How a piece can be bought, as people see it: derived from its listing and its auction, stored nowhere.
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Sale } from '@videowindow/contract/api/discovery';
import { leastOffer } from '@videowindow/contract/offer-policy';
import type { Auctions } from '#commerce/auctions';
import type { Listing, Listings } from '#commerce/listings';
import type { Reader } from '#platform/database';

export const NOT_FOR_SALE: Sale = {
  state: 'not_for_sale',
  kind: 'offers',
  listingId: null,
  askingPrice: null,
  topPrice: null,
  leastOffer: null,
  acceptsOffers: false,
  shipping: null,
  returns: null,
  additions: [],
  backOn: null,
  auction: null,
};

const STATES: Readonly<Record<Listing['state'], Sale['state']>> = {
  available: 'open',
  in_auction: 'auction',
  locked: 'reserved',
  sold: 'sold',
  paused: 'not_for_sale',
  withdrawn: 'not_for_sale',
};

/** Whether people see its auction; before one, and after a withdrawal, there is nothing to read. */
const showsAuction = ({ state }: Listing): boolean => state === 'in_auction' || state === 'locked' || state === 'sold';

const saleOf = (listing: Listing, auction: AuctionState | undefined): Sale => {
  // Between an auction's end and the winner's payment the listing is still in it: the piece is somebody's.
  const ended = listing.state === 'in_auction' && auction !== undefined && auction.state !== 'live';
  return {
    state: ended ? 'reserved' : STATES[listing.state],
    kind: listing.kind,
    listingId: listing.id,
    askingPrice: listing.askingPrice,
    topPrice: listing.topPrice,
    leastOffer: leastOffer(listing.offerPolicy, listing.askingPrice, listing.currency),
    acceptsOffers: listing.state === 'available' && listing.offerPolicy.acceptsOffers,
    shipping: listing.shipping,
    returns: listing.returns,
    additions: [],
    backOn: listing.state === 'paused' ? (listing.backOn?.toISOString() ?? null) : null,
    auction: (showsAuction(listing) ? auction : undefined) ?? null,
  };
};

/** The sale of each story, in two reads however many there are; one where nothing of them is in an auction. */
export const salesOf = async (
  rooms: { listings: Listings; auctions: Auctions },
  db: Reader,
  storyIds: readonly string[],
): Promise<Map<string, Sale>> => {
  const listings = await rooms.listings.ofStories(db, storyIds);
  const inAuction = [...listings.values()].filter(showsAuction).map(({ id }) => id);
  const auctions = await rooms.auctions.ofListings(db, inAuction);
  return new Map([...listings].map(([storyId, listing]) => [storyId, saleOf(listing, auctions.get(listing.id))]));
};
