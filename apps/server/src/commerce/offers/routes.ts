// HTTP of offers.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Offer as OfferView, offersApi } from '@videowindow/contract/api/commerce';
import type { PersonSummary } from '@videowindow/contract/api/people';
import type { Reader } from '#platform/database';
import { authorize, cutPage, decodeCursor, implement, personId } from '#platform/http';
import { answer, make, withdraw } from './commands.ts';
import { counter } from './counter.ts';
import { buttons } from './offer.ts';
import type { OffersDeps } from './parts.ts';
import { findOffer, type Offer, pageOfOffers } from './store.ts';

export type OffersReads = {
  /** People by id, small. */
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};

type Deps = OffersDeps & OffersReads;

/** Offers as one of their two sides sees them; two reads, however many offers. */
const views = async (deps: Deps, offers: readonly Offer[], readerId: string): Promise<OfferView[]> => {
  const { db } = deps.database;
  const buyers = await deps.people(
    db,
    offers.map((offer) => offer.buyerId),
  );
  // What waits for an answer is nothing between two who are apart; what came of an offer goes on.
  const other = ({ buyerId, makerId }: Offer) => (readerId === makerId ? buyerId : makerId);
  const hidden = await deps.hiddenFrom(db, readerId, offers.map(other));
  const listings = await deps.listings.ofStories(db, [...new Set(offers.map((offer) => offer.storyId))]);
  return offers.flatMap((offer) => {
    const buyer = buyers.get(offer.buyerId);
    if (!buyer || (offer.state === 'pending' && hidden.has(other(offer)))) return [];
    const listing = listings.get(offer.storyId);
    const pieceFree = listing?.id === offer.listingId && listing.state === 'available';
    return [
      {
        id: offer.id,
        listingId: offer.listingId,
        storyId: offer.storyId,
        storyTitle: offer.title,
        buyer,
        makerId: offer.makerId,
        from: offer.from,
        answers: offer.answers,
        amount: offer.amount,
        state: offer.state,
        expiresAt: offer.expiresAt.toISOString(),
        createdAt: offer.createdAt.toISOString(),
        auctionId: offer.auctionId,
        lockId: offer.lockId,
        possible: buttons(offer, readerId === offer.makerId ? 'maker' : 'buyer', {
          pieceFree,
          counterOffers: deps.rules.counterOffers,
        }),
      },
    ];
  });
};

export const offersRoutes = (deps: Deps) => {
  const one = async (offer: Offer, actor: Actor): Promise<OfferView> => {
    const [seen] = await views(deps, [offer], personId(actor));
    if (!seen) throw new DomainError('not_found');
    return seen;
  };
  return implement(offersApi, {
    'POST /stories/:storyId/offers': async ({ params, body, context }) =>
      await one(
        await make(deps, context.actor, params.storyId, body.amount, context.requestId, context.idempotencyKey),
        context.actor,
      ),
    'GET /offers': async ({ query, context }) => {
      const me = personId(context.actor);
      const after = decodeCursor(query.cursor, ['uuid']);
      const limit = query.limit ?? 20;
      const rows = await pageOfOffers(deps.database.db, {
        as: query.as,
        personId: me,
        state: query.state ?? null,
        from: query.from ?? null,
        below: after?.[0] ?? null,
        limit: limit + 1,
      });
      const { shown, next } = cutPage(rows, limit, ({ id }) => [id]);
      return { items: await views(deps, shown, me), next };
    },
    'GET /offers/:id': async ({ params, context }) => {
      const offer = await findOffer(deps.database.db, params.id);
      if (!offer) throw new DomainError('not_found');
      const isMaker = context.actor.id === offer.makerId;
      authorize(context.actor, 'offer.read', { ownerId: isMaker ? offer.makerId : offer.buyerId });
      return await one(offer, context.actor);
    },
    'POST /offers/:id/withdraw': async ({ params, context }) =>
      await one(await withdraw(deps, context.actor, params.id, context.requestId), context.actor),
    'POST /offers/:id/accept': async ({ params, context }) =>
      await one(
        await answer(deps, context.actor, params.id, 'accept', context.requestId, context.idempotencyKey),
        context.actor,
      ),
    'POST /offers/:id/counter': async ({ params, body, context }) =>
      await one(
        await counter(deps, context.actor, params.id, body.amount, context.requestId, context.idempotencyKey),
        context.actor,
      ),
    'POST /offers/:id/decline': async ({ params, context }) =>
      await one(await answer(deps, context.actor, params.id, 'decline', context.requestId), context.actor),
    'POST /offers/:id/open-auction': async ({ params, context }) =>
      await one(
        await answer(deps, context.actor, params.id, 'openAuction', context.requestId, context.idempotencyKey),
        context.actor,
      ),
  });
};
