// offers: what buyers would pay, judged by the maker's policy.
import type { Room } from '#platform/room';
import { closePending, EXPIRE, expire, type OffersDeps } from './commands.ts';
import { type OffersReads, offersRoutes } from './routes.ts';

export { defaultOfferRules, type OfferRules } from './offer.ts';

export type Offers = ReturnType<typeof createOffers>;

export const createOffers = (deps: OffersDeps & OffersReads) => {
  const room: Room = {
    routes: [offersRoutes(deps)],
    timers: { [EXPIRE]: (tx, id) => expire(deps, tx, id) },
    subscribers: [
      {
        name: 'offers',
        on: { 'lock.paid': (tx, event) => closePending(deps, tx, event.payload.listingId) },
      },
    ],
  };
  return { room };
};
