// offers: what buyers would pay, judged by the maker's policy.
import type { Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { closePending, expire } from './commands.ts';
import { propose } from './counter.ts';
import { EXPIRE, type OffersDeps } from './parts.ts';
import { personal } from './personal.ts';
import { type OffersReads, offersRoutes } from './routes.ts';

export { defaultOfferRules, type OfferRules } from './offer.ts';

export type Offers = ReturnType<typeof createOffers>;

export const createOffers = (deps: OffersDeps & OffersReads) => {
  const room: Room = {
    personal,
    routes: [offersRoutes(deps)],
    timers: { [EXPIRE]: (tx, id) => expire(deps, tx, id) },
    subscribers: [
      {
        name: 'offers',
        on: { 'lock.paid': (tx, event) => closePending(deps, tx, event.payload.listingId) },
      },
    ],
  };
  return {
    room,
    /** The maker of a piece that the caller has locked names a price to somebody. @throws DomainError currency_mismatch */
    propose: (tx: Tx, sale: Parameters<typeof propose>[2]) => propose(deps, tx, sale),
  };
};
