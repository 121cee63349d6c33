// HTTP of listings.
import { type Actor, DomainError } from '@videowindow/contract';
import {
  type Addition,
  type ListingRow,
  type Listing as ListingView,
  listingsApi,
} from '@videowindow/contract/api/commerce';
import { leastOffer } from '@videowindow/contract/offer-policy';
import { cutPage, decodeCursor, implement, personId } from '#platform/http';
import { changeMany } from './bulk.ts';
import { add, command, duplicate, putTerms, relist } from './commands.ts';
import { buttons, type Listing, type Variant } from './listing.ts';
import { type ListingsDeps, visibleStory } from './parts.ts';
import { changeProfile, createProfile, profilesOf, removeProfile } from './profiles.ts';
import { additionsOf, newestOfStories, pageOfMaker, vacationOf } from './store.ts';
import { importTable, tableOf } from './table.ts';
import { setVacation } from './vacation.ts';
import { variantsOf } from './variants.ts';

/** A listing as this person may see it: the policy's limits and the stock's numbers are its maker's own business. */
const view = (listing: Listing, variants: readonly Variant[], additions: Addition[], actor: Actor): ListingView => {
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
    shippingProfileId: isMaker ? listing.shippingProfileId : null,
    returns: listing.returns,
    additions,
    backOn: listing.backOn?.toISOString() ?? null,
    acceptsOffers: listing.offerPolicy.acceptsOffers && listing.state === 'available',
    leastOffer: leastOffer(listing.offerPolicy, listing.askingPrice, listing.currency),
    currency: listing.currency,
    version: listing.version,
    possible: buttons(listing, isMaker),
  };
};

/** Listings as their maker lists them; four reads, however many. */
const rowsOf = async (deps: ListingsDeps, listings: readonly Listing[], makerId: string): Promise<ListingRow[]> => {
  const { db } = deps.database;
  const storyIds = listings.map((listing) => listing.storyId);
  const stories = await deps.stories(db, storyIds);
  const posters = await deps.posters(db, storyIds);
  const profiles = new Map((await profilesOf(db, makerId)).map(({ id, name }) => [id, name]));
  return listings.map((listing) => ({
    id: listing.id,
    storyId: listing.storyId,
    storyTitle: stories.get(listing.storyId)?.title ?? '',
    posterUrl: posters.get(listing.storyId) ?? null,
    storyListed: stories.get(listing.storyId)?.isShown ?? false,
    kind: listing.kind,
    state: listing.state,
    price: listing.askingPrice,
    topPrice: listing.topPrice,
    unitsFree: listing.units.free,
    unitsHeld: listing.units.held,
    profileName: profiles.get(listing.shippingProfileId ?? '') ?? null,
    backOn: listing.backOn?.toISOString() ?? null,
    possible: [
      ...buttons(listing, true),
      ...(listing.state === 'sold' || listing.state === 'withdrawn' ? ['relist'] : []),
      'duplicate',
    ],
  }));
};

export const listingsRoutes = (deps: ListingsDeps) => {
  const one = async (listing: Listing, actor: Actor): Promise<ListingView> =>
    view(
      listing,
      (await variantsOf(deps.database.db, [listing.id])).get(listing.id) ?? [],
      (await additionsOf(deps.database.db, [listing.id])).get(listing.id) ?? [],
      actor,
    );
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
    'POST /listings/:id/additions': async ({ params, body, context }) =>
      await one(await add(deps, context.actor, params.id, body.text, context.requestId), context.actor),
    'POST /listings/:id/relist': async ({ params, context }) =>
      await one(await relist(deps, context.actor, params.id, context.requestId), context.actor),
    'POST /listings/:id/duplicate': async ({ params, context }) => ({
      storyId: await duplicate(deps, context.actor, params.id, context.requestId),
    }),
    'GET /listings': async ({ query, context }) => {
      const makerId = personId(context.actor);
      const after = decodeCursor(query.cursor, ['instant', 'uuid']);
      const limit = query.limit ?? 20;
      const rows = await pageOfMaker(deps.database.db, {
        makerId,
        state: query.state ?? null,
        kind: query.kind ?? null,
        after: after && { at: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      const { shown, next } = cutPage(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id]);
      return { items: await rowsOf(deps, shown, makerId), next };
    },
    'POST /listings/bulk': async ({ body, context }) => ({
      items: await changeMany(deps, context.actor, body.ids, body.change, context.requestId),
    }),
    'GET /listings/file': async ({ context }) => ({
      name: 'pieces-for-sale.csv',
      bytes: Buffer.from(await tableOf(deps, personId(context.actor))),
    }),
    'POST /listings/import': async ({ body, context }) =>
      await importTable(deps, context.actor, body, context.requestId),
    'GET /makers/me/shipping-profiles': async ({ context }) => ({
      items: await profilesOf(deps.database.db, personId(context.actor)),
    }),
    'POST /makers/me/shipping-profiles': async ({ body, context }) => await createProfile(deps, context.actor, body),
    'PUT /shipping-profiles/:id': async ({ params, body, context }) =>
      await changeProfile(deps, context.actor, params.id, body, context.requestId),
    'DELETE /shipping-profiles/:id': async ({ params, context }) => {
      await removeProfile(deps, context.actor, params.id, context.requestId);
    },
    'GET /makers/:id/vacation': async ({ params, context }) => {
      const { db } = deps.database;
      if (await deps.areApart(db, context.actor.id, params.id)) throw new DomainError('not_found');
      return { returnsAt: (await vacationOf(db, params.id))?.toISOString() ?? null };
    },
    'PUT /makers/me/vacation': async ({ body, context }) => {
      const returnsAt = body.returnsAt === null ? null : new Date(body.returnsAt);
      return {
        returnsAt: (await setVacation(deps, context.actor, returnsAt, context.requestId))?.toISOString() ?? null,
      };
    },
  });
};
