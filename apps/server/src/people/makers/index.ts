// makers: people who sell. Their default offer policy, and the payout account through a port that payments plugs in.
import { type Actor, DomainError } from '@videowindow/contract';
import { type MakerAccount, makersApi, type OfferPolicy } from '@videowindow/contract/api/people';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import { type Database, type Reader, sql } from '#platform/database';
import type { Events } from '#platform/events';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import { personal } from './personal.ts';

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
  currency: string;
  payoutAccounts: PayoutAccounts;
}) => {
  const { database, events, identity } = deps;

  const find = async (db: Reader, userId: string): Promise<MakerRow | null> => {
    const { rows } = await sql<MakerRow>`
      select user_id as "userId", offer_policy as "offerPolicy", since from makers where user_id = ${userId}`.execute(
      db,
    );
    return rows[0] ?? null;
  };

  /** Makes a person a maker, and keeps the session in which they asked for it. Twice is once. */
  const join = async (actor: Actor & { id: string }, requestId: string | null, sessionId: string | null = null) => {
    await database.transaction(async (tx) => {
      const policy: OfferPolicy = { acceptsOffers: true };
      const added = await sql`
        insert into makers (user_id, offer_policy, since)
        values (${actor.id}, ${JSON.stringify(policy)}, app_now())
        on conflict do nothing
        returning 1`.execute(tx);
      if (added.rows.length === 0) return;
      await identity.grantRole(tx, actor.id, 'maker', actor.id, sessionId);
      await events.emit(tx, 'maker.joined', actor.id, { makerId: actor.id });
      await recordAudit(tx, { actor: actor.id, action: 'maker.joined', subject: actor.id, requestId });
    });
  };

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

  const room: Room = {
    personal,
    routes: [
      implement(makersApi, {
        'POST /makers': async ({ context }) => {
          const id = personId(context.actor);
          await join({ ...context.actor, id }, context.requestId, context.sessionId);
          return await view(id);
        },
        'GET /makers/me': async ({ context }) => await view(personId(context.actor)),
        'PATCH /makers/me': async ({ body, context }) => {
          const id = personId(context.actor);
          assertCurrency(body.offerPolicy);
          await sql`update makers set offer_policy = ${JSON.stringify(body.offerPolicy)} where user_id = ${id}`.execute(
            database.db,
          );
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
    /** The policy that a new listing copies; null when the person is no maker. */
    offerPolicy: async (db: Reader, makerId: string) => (await find(db, makerId))?.offerPolicy ?? null,
    isMaker: async (db: Reader, userId: string) => (await find(db, userId)) !== null,
  };
};
