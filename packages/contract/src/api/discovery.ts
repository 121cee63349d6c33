// feed
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { Addition, AuctionState, listingKinds, ReturnsPolicy, Shipping } from './commerce.ts';
import { PublicStory } from './content.ts';

/** How a piece can be bought, as people see it; derived from listing and auction. */
export const saleStates = ['open', 'auction', 'reserved', 'sold', 'not_for_sale'] as const;

export const Sale = Strict({
  state: OneOf(saleStates),
  kind: OneOf(listingKinds),
  listingId: Nullable(Id),
  askingPrice: Nullable({ ...Money, description: 'At fixed prices the lowest of them' }),
  topPrice: Nullable({ ...Money, description: 'The highest of the fixed prices, where they differ' }),
  leastOffer: Nullable(Money),
  acceptsOffers: Type.Boolean(),
  shipping: Nullable(Shipping),
  returns: Nullable(ReturnsPolicy),
  additions: Type.Array(Addition, { description: 'On the page of one story; empty in lists' }),
  backOn: Nullable({ ...Instant, description: 'When it is sold again, while its maker is on holiday' }),
  auction: Nullable(AuctionState),
});
export type Sale = Static<typeof Sale>;

export const FeedItem = Strict({ story: PublicStory, sale: Sale });
export type FeedItem = Static<typeof FeedItem>;

export const feedApi = defineApi({
  'GET /feed/:name': {
    summary:
      'Clips to watch: `for-you`. Neither repeats nor skips while new ones arrive; grants playback of what it shows',
    action: 'feed.read',
    query: PageQuery,
    response: Page(FeedItem),
  },
  'GET /feed/story/:id': {
    summary: 'One listed story with how it can be bought, as its page shows it',
    action: 'feed.read',
    response: FeedItem,
  },
  'GET /feed/maker/:id': {
    summary: "A maker's listed stories, newest first",
    action: 'feed.read',
    query: PageQuery,
    response: Page(FeedItem),
  },
});
