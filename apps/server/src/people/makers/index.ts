// makers: people who sell. How one becomes one, their default offer policy, what they say of how they sell and where they
// work, and the payout account through a port that payments plugs in.
import { type Actor, DomainError } from '@videowindow/contract';
import { makerPagesApi } from '@videowindow/contract/api/makers';
import { type MakerAccount, makersApi, type OfferPolicy, type PersonSummary } from '@videowindow/contract/api/people';
import type { Graph } from '#people/graph';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import type { Keyring } from '#platform/crypto';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import * as applications from './applications.ts';
import { addPlace, changePlace, makerPage, ownPage, PLACE, removePlace, setPolicies } from './pages.ts';
import { personalOf } from './personal.ts';

export { makersSettings, mapOrigins } from './settings.ts';

/** Where the money of a maker goes; a room above knows the provider. */
export type PayoutAccounts = {
  /** How the account stands, as last heard. */
  account(makerId: string): Promise<MakerAccount['payoutAccount']>;
  /** A fresh single-use link to the provider's onboarding. */
  onboardingLink(maker: { id: string; email: string; displayName: string }): Promise<string>;
};

type MakerRow = { userId: string; offerPolicy: OfferPolicy; since: Date };

export type Makers = ReturnType<typeof createMakers>;

export const createMakers = (deps: {
  database: Database;
  events: Events;
  identity: Identity;
  graph: Graph;
  keyring: Keyring;
  /** Others as readers see them; a room above knows their pictures. */
  people(db: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  currency: string;
  /** Whether admins look at everybody who wants to sell. */
  reviewed: boolean;
  payoutAccounts: PayoutAccounts;
}) => {
  const { database, events, identity, graph } = deps;

  const find = async (db: Reader, userId: string): Promise<MakerRow | null> => {
    const { rows } = await sql<MakerRow>`
      select user_id as "userId", offer_policy as "offerPolicy", since from makers where user_id = ${userId}`.execute(
      db,
    );
    return rows[0] ?? null;
  };

  /** Twice is once. `keep`: a session that goes on; their others end, as with every change of roles. */
  const makeMaker = async (
    tx: Tx,
    userId: string,
    { by, requestId = null, keep = null }: { by: string | null; requestId?: string | null; keep?: string | null },
  ) => {
    const policy: OfferPolicy = { acceptsOffers: true };
    const added = await sql`
      insert into makers (user_id, offer_policy, since)
      values (${userId}, ${JSON.stringify(policy)}, app_now())
      on conflict do nothing
      returning 1`.execute(tx);
    if (added.rows.length === 0) return;
    await identity.grantRole(tx, userId, 'maker', by, keep);
    await events.emit(tx, 'maker.joined', userId, { makerId: userId });
    await recordAudit(tx, { actor: by, action: 'maker.joined', subject: userId, requestId });
  };

  /** Makes a person a maker, and keeps the session in which they asked for it. Twice is once. */
  const join = (actor: Actor & { id: string }, requestId: string | null, keep: string | null = null) =>
    database.transaction((tx) => makeMaker(tx, actor.id, { by: actor.id, requestId, keep }));

  const asking: applications.ApplicationsDeps = {
    database,
    events,
    identity,
    people: deps.people,
    join: (tx, userId, by) => makeMaker(tx, userId, { by }),
  };
  const pages = {
    database,
    keyring: deps.keyring,
    async isThereFor(reader: Actor['id'], person: string): Promise<boolean> {
      const user = await identity.user(database.db, person);
      if (!user || user.status === 'deactivated' || user.status === 'deleted') return false;
      return reader === null || !(await graph.areApart(database.db, reader, person));
    },
  };
  const myApplication = async (id: string) => ({
    reviewed: deps.reviewed,
    application: await applications.latestApplication(asking, id),
  });

  const view = async (userId: string): Promise<MakerAccount> => {
    const row = await find(database.db, userId);
    if (!row) throw new DomainError('not_found');
    return {
      id: row.userId,
      offerPolicy: row.offerPolicy,
      payoutAccount: await deps.payoutAccounts.account(userId),
      since: row.since.toISOString(),
    };
  };

  const assertCurrency = (policy: OfferPolicy) => {
    for (const amount of [policy.minimumOffer, policy.autoRejectBelow, policy.startAuctionAt]) {
      if (amount && amount.currency !== deps.currency)
        throw new DomainError('currency_mismatch', { expected: deps.currency });
    }
  };

  /** What new listings copy from now on. @throws DomainError not_found */
  const setOfferPolicy = (id: string, policy: OfferPolicy) =>
    database.transaction(async (tx) => {
      const { rows } = await sql<{ before: OfferPolicy }>`
        update makers m set offer_policy = ${JSON.stringify(policy)}
        from (select offer_policy from makers where user_id = ${id} for update) as old
        where m.user_id = ${id}
        returning old.offer_policy as before`.execute(tx);
      const [row] = rows;
      if (!row) throw new DomainError('not_found');
      const { before } = row;
      await recordAudit(tx, { actor: id, action: 'maker.offer_policy_changed', subject: id, before, after: policy });
    });

  const room: Room = {
    personal: personalOf(deps.keyring),
    sealed: [{ table: 'maker_places', column: 'point_sealed', purpose: PLACE }],
    routes: [
      implement(makerPagesApi, {
        'GET /makers/me/application': async ({ context }) => await myApplication(personId(context.actor)),
        'POST /makers/me/application': async ({ body, context }) => {
          const id = personId(context.actor);
          if (await find(database.db, id)) throw new DomainError('already_a_maker');
          if (!deps.reviewed) throw new DomainError('application_not_needed');
          const said = { about: body.about, link: body.link ?? null };
          await applications.applyAsMaker(asking, id, said, context.requestId);
          return await myApplication(id);
        },
        'DELETE /makers/me/application': async ({ context }) => {
          const id = personId(context.actor);
          await applications.withdrawApplication(asking, id, context.requestId);
          return await myApplication(id);
        },
        'GET /admin/maker-applications': async ({ query }) => await applications.applicationsPage(asking, query),
        'GET /admin/maker-applications/:id': async ({ params }) =>
          await applications.applicationById(asking, params.id),
        'POST /admin/maker-applications/:id/approve': async ({ params, body, context }) => {
          const { actor, requestId } = context;
          await applications.decideApplication(asking, actor, params.id, 'approve', body.reason, requestId);
          return await applications.applicationById(asking, params.id);
        },
        'POST /admin/maker-applications/:id/decline': async ({ params, body, context }) => {
          const { actor, requestId } = context;
          await applications.decideApplication(asking, actor, params.id, 'decline', body.reason, requestId);
          return await applications.applicationById(asking, params.id);
        },
        'GET /makers/:id/page': async ({ params, context }) => await makerPage(pages, context.actor.id, params.id),
        'GET /makers/me/page': async ({ context }) => await ownPage(pages, personId(context.actor)),
        'PUT /makers/me/policies': async ({ body, context }) => {
          const id = personId(context.actor);
          await setPolicies(pages, id, body);
          return await ownPage(pages, id);
        },
        'POST /makers/me/places': async ({ body, context }) => {
          const id = personId(context.actor);
          await addPlace(pages, id, body);
          return await ownPage(pages, id);
        },
        'PUT /makers/me/places/:id': async ({ params, body, context }) => {
          const id = personId(context.actor);
          await changePlace(pages, id, params.id, body);
          return await ownPage(pages, id);
        },
        'DELETE /makers/me/places/:id': async ({ params, context }) => {
          const id = personId(context.actor);
          await removePlace(pages, id, params.id);
          return await ownPage(pages, id);
        },
      }),
      implement(makersApi, {
        'POST /makers': async ({ context }) => {
          const id = personId(context.actor);
          if (deps.reviewed && !(await find(database.db, id))) throw new DomainError('application_needed');
          await join({ ...context.actor, id }, context.requestId, context.sessionId);
          return await view(id);
        },
        'GET /makers/me': async ({ context }) => await view(personId(context.actor)),
        'PATCH /makers/me': async ({ body, context }) => {
          const id = personId(context.actor);
          assertCurrency(body.offerPolicy);
          await setOfferPolicy(id, body.offerPolicy);
          return await view(id);
        },
        'POST /makers/me/onboarding': async ({ context }) => {
          const user = await identity.user(database.db, personId(context.actor));
          if (!user) throw new DomainError('not_found');
          return { url: await deps.payoutAccounts.onboardingLink(user) };
        },
      }),
    ],
  };
  return {
    room,
    join,
    /** Makes somebody a maker by the word of an admin. Twice is once. */
    make: (tx: Tx, userId: string, by: string | null) => makeMaker(tx, userId, { by }),
    /** The policy that a new listing copies; null when the person is no maker. */
    offerPolicy: async (db: Reader, makerId: string) => (await find(db, makerId))?.offerPolicy ?? null,
    isMaker: async (db: Reader, userId: string) => (await find(db, userId)) !== null,
  };
};
