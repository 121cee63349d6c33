// HTTP of listings.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Listing as ListingView, listingsApi } from '@videowindow/contract/api/commerce';
import { leastOffer } from '@videowindow/contract/offer-policy';
import { implement } from '#platform/http';
import { command, type ListingsDeps, putTerms, visibleStory } from './commands.ts';
import { buttons, type Listing, type Variant } from './listing.ts';
import { newestOfStories } from './store.ts';
import { variantsOf } from './variants.ts';

/** A listing as this person may see it: the policy's limits and the stock's numbers are its maker's own business. */
const view = (listing: Listing, variants: readonly Variant[], actor: Actor): ListingView => {
  const isMaker = actor.id === listing.makerId;
  return {
    id: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    kind: listing.kind,
    state: listing.state,
    askingPrice: listing.askingPrice,
    offerPolicy: isMaker ? listing.offerPolicy : null,
    optionNames: [...listing.optionNames],
    variants: variants.map(({ id, options, price, quantity, sku }) => ({
      id,
      options: [...options],
      price,
      quantity,
      sku: isMaker ? sku : null,
    })),
    unitsHeld: listing.units.held,
    shipping: listing.shipping,
    acceptsOffers: listing.offerPolicy.acceptsOffers && listing.state === 'available',
    leastOffer: leastOffer(listing.offerPolicy, listing.askingPrice, listing.currency),
    currency: listing.currency,
    version: listing.version,
    possible: buttons(listing, isMaker),
  };
};

export const listingsRoutes = (deps: ListingsDeps) => {
  const one = async (listing: Listing, actor: Actor): Promise<ListingView> =>
    view(listing, (await variantsOf(deps.database.db, [listing.id])).get(listing.id) ?? [], actor);
  return implement(listingsApi, {
    'GET /stories/:storyId/listing': async ({ params, context }) => {
      await visibleStory(deps, deps.database.db, context.actor, params.storyId);
      const listing = (await newestOfStories(deps.database.db, [params.storyId])).get(params.storyId);
      if (!listing) throw new DomainError('not_found');
      return await one(listing, context.actor);
    },
    'PUT /stories/:storyId/listing': async ({ params, body, context }) =>
      await one(await putTerms(deps, context.actor, params.storyId, body), context.actor),
    'POST /listings/:id/pause': async ({ params, context }) =>
      await one(await command(deps, context.actor, params.id, 'pause', context.requestId), context.actor),
    'POST /listings/:id/resume': async ({ params, context }) =>
      await one(await command(deps, context.actor, params.id, 'resume', context.requestId), context.actor),
    'POST /listings/:id/withdraw': async ({ params, context }) =>
      await one(await command(deps, context.actor, params.id, 'withdraw', context.requestId), context.actor),
  });
};
