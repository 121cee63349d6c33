// HTTP of sale locks.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Hold, type Lock as LockView, locksApi } from '@videowindow/contract/api/commerce';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { possibleCommands } from '@videowindow/contract/machine';
import { type LockCommand, lockMachine } from '@videowindow/contract/machines/lock';
import { zero } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import { authorize, implement, personId } from '#platform/http';
import { buy } from './buy.ts';
import { checkout } from './checkout.ts';
import { askExtension, extend, extensionFacts, heldBy } from './extension.ts';
import { clocksOf, totalOf } from './lock.ts';
import { freeToGo, type LocksDeps } from './parts.ts';
import { decline } from './release.ts';
import { lookAt, openSignals } from './signals.ts';
import { findLock, findLocks, type Lock } from './store.ts';
import { answerAppeal, appeal, bidderStanding, openAppeals, strikesOf } from './strikes.ts';
import { type Together, togetherWith } from './together.ts';

export type LocksReads = {
  /** People by id, small. */
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  /** The order that each paid lock became; orders, the room above, plugs it in. */
  ordersOf(reader: Reader, lockIds: readonly string[]): Promise<Map<string, string>>;
};

/** A buyer's locks as they see them: hydrated in a handful of reads, however many there are. */
const views = async (deps: LocksDeps & LocksReads, buyerId: string, locks: readonly Lock[]): Promise<LockView[]> => {
  const { db } = deps.database;
  const now = await deps.database.now(db);
  const makers = await deps.people(
    db,
    locks.map((lock) => lock.makerId),
  );
  const together = await togetherWith(deps, db, buyerId, locks.filter(isPayable));
  const orders = await deps.ordersOf(
    db,
    locks.filter((lock) => lock.state === 'paid').map((lock) => lock.id),
  );
  return locks.flatMap((lock) => {
    const maker = makers.get(lock.makerId);
    return maker ? [view(lock, maker, orders.get(lock.id) ?? null, together.get(lock.id) ?? null, now)] : [];
  });
};

const isPayable = ({ state }: Lock): boolean => state === 'held' || state === 'checkout_open';

const view = (
  lock: Lock,
  maker: PersonSummary,
  orderId: string | null,
  together: Together | null,
  now: Date,
): LockView => ({
  id: lock.id,
  storyId: lock.storyId,
  storyTitle: lock.title,
  maker,
  reason: lock.reason,
  state: lock.state,
  released: lock.releaseReason,
  options: [...lock.options],
  quantity: lock.quantity,
  item: lock.item,
  shipping: lock.shipping ?? zero(lock.item.currency),
  total: totalOf(lock),
  expiresAt: lock.expiresAt.toISOString(),
  serverTime: now.toISOString(),
  pickup: lock.pickup,
  zones: [...lock.zones],
  returns: lock.returns,
  country: lock.country,
  shippable: lock.shipping !== null,
  orderId,
  extension: lock.extension,
  paymentFailed: lock.paymentFailed,
  together: together && { orderNumber: together.number, country: together.country, shipping: together.shipping },
  possible: possibleCommands(lockMachine, lock.state, {
    byBuyer: true,
    inTime: now < lock.expiresAt,
    ...freeToGo(lock),
    ...extensionFacts(lock),
  }).filter((command) => BUTTONS.includes(command)),
});

const BUTTONS: readonly LockCommand[] = ['checkout', 'decline', 'askExtension'];

export const locksRoutes = (deps: LocksDeps & LocksReads) => {
  const one = async (lock: Lock): Promise<LockView> => {
    const [seen] = await views(deps, lock.buyerId, [lock]);
    if (!seen) throw new DomainError('not_found');
    return seen;
  };
  const ownLock = async (actor: Actor, id: string): Promise<Lock> => {
    const lock = await findLock(deps.database.db, id);
    if (!lock) throw new DomainError('not_found');
    authorize(actor, 'lock.read', { ownerId: lock.buyerId });
    return lock;
  };
  const hold = async (actor: Actor, id: string): Promise<Hold> => {
    const { lock, possible } = await heldBy(deps, actor, id);
    const buyer = (await deps.people(deps.database.db, [lock.buyerId])).get(lock.buyerId);
    if (!buyer) throw new DomainError('not_found');
    return {
      id: lock.id,
      storyId: lock.storyId,
      storyTitle: lock.title,
      buyer,
      state: lock.state,
      item: lock.item,
      expiresAt: lock.expiresAt.toISOString(),
      extension: lock.extension,
      extensionHours: clocksOf(lock, deps.rules).extendMs / 3_600_000,
      possible,
    };
  };
  return implement(locksApi, {
    'GET /locks': async ({ context }) => {
      const buyerId = personId(context.actor);
      return { items: await views(deps, buyerId, await findLocks(deps.database.db, { buyerId, open: true })) };
    },
    'GET /locks/:id': async ({ params, context }) => await one(await ownLock(context.actor, params.id)),
    'POST /locks/:id/checkout': async ({ params, body, context }) => {
      const session = await checkout(deps, context.actor, params.id, body.delivery, context.requestId, body);
      return { url: session.url, expiresAt: session.expiresAt.toISOString() };
    },
    'POST /listings/:id/buy': async ({ params, body, context }) =>
      await one(await buy(deps, context.actor, params.id, body, context.requestId)),
    'GET /strikes': async ({ context }) => {
      const me = personId(context.actor);
      const { db } = deps.database;
      return { standing: await bidderStanding(deps, db, me), items: await strikesOf(db, me) };
    },
    'POST /strikes/:id/appeal': ({ params, body, context }) =>
      appeal(deps, context.actor, params.id, body.text, context.requestId),
    'GET /moderation/appeals': async () => {
      const appeals = await openAppeals(deps.database.db);
      const people = await deps.people(
        deps.database.db,
        appeals.map((each) => each.personId),
      );
      return {
        items: appeals.flatMap(({ personId: id, ...strike }) => {
          const person = people.get(id);
          return person ? [{ ...strike, person }] : [];
        }),
      };
    },
    'POST /moderation/appeals/:id/answer': ({ params, body, context }) =>
      answerAppeal(deps, context.actor, params.id, body.answer, context.requestId),
    'GET /moderation/bidders': async () => {
      const { db } = deps.database;
      const signals = await openSignals(db);
      const people = await deps.people(
        db,
        signals.flatMap(({ personId: id, otherId }) => (otherId === null ? [id] : [id, otherId])),
      );
      return {
        items: signals.flatMap(({ personId: id, otherId, at, ...rest }) => {
          const person = people.get(id);
          const other = otherId === null ? null : people.get(otherId);
          return person && other !== undefined ? [{ ...rest, at: at.toISOString(), person, other }] : [];
        }),
      };
    },
    'POST /moderation/bidders/:id/looked': async ({ params, body, context }) => {
      await lookAt(deps, context.actor, params.id, body.reason, context.requestId);
    },
    'POST /locks/:id/ask-extension': async ({ params, context }) => {
      await ownLock(context.actor, params.id);
      return await one(await askExtension(deps, context.actor, params.id, context.requestId));
    },
    'GET /locks/:id/hold': async ({ params, context }) => await hold(context.actor, params.id),
    'POST /locks/:id/extend': async ({ params, context }) => {
      await extend(deps, context.actor, params.id, context.requestId);
      return await hold(context.actor, params.id);
    },
    'POST /locks/:id/decline': async ({ params, context }) =>
      await one(await decline(deps, context.actor, params.id, context.requestId)),
  });
};
