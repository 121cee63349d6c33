// One hot auction and its bidders, in a database of its own.
import { randomBytes, randomUUID } from 'node:crypto';
import { minNext } from '@videowindow/contract/increments';
import { type Money, money } from '@videowindow/contract/money';
import type pg from 'pg';
import type { App } from '../../apps/server/src/app.ts';
import { differing } from '../../apps/server/src/commerce/auctions/prove.ts';
import { findAuction, readLog } from '../../apps/server/src/commerce/auctions/store.ts';
import { sha256 } from '../../apps/server/src/platform/crypto/index.ts';

export type Bidder = { readonly id: string; readonly cookie: string };
export type Arena = { readonly makerId: string; readonly bidders: readonly Bidder[] };

/** A maker and bidders who are signed in: a session each, as signing in makes it. */
export const fillArena = async (pool: pg.Pool, bidders: number): Promise<Arena> => {
  const people = Array.from({ length: bidders + 1 }, () => ({
    id: randomUUID(),
    token: randomBytes(32).toString('base64url'),
  }));
  await pool.query(
    `insert into users (id, email, handle, display_name, roles)
     select id, id || '@bench.test', 'bench_' || left(replace(id::text, '-', ''), 20), 'Bench', '{maker}'
     from unnest($1::uuid[]) as id`,
    [people.map((person) => person.id)],
  );
  await pool.query(
    `insert into sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at)
     select gen_random_uuid(), id, hash, now(), now(), now() + interval '1 day'
     from unnest($1::uuid[], $2::text[]) as each (id, hash)`,
    [people.map((person) => person.id), people.map((person) => sha256(person.token))],
  );
  const [maker, ...others] = people;
  return {
    makerId: maker?.id ?? '',
    bidders: others.map(({ id, token }) => ({
      id,
      // Both cookies that a browser keeps.
      cookie: `vw_session=${token}; vw_visitor=${token.slice(0, 22)}`,
    })),
  };
};

/** A new auction at 100.00 whose opener is the first bidder; open for a week. */
export const openAuction = async (
  app: App,
  arena: Arena,
  hours: 24 | 168 = 168,
  more: { buyNow?: Money } = {},
): Promise<string> => {
  const opener = arena.bidders[0]?.id ?? '';
  const policy = { acceptsOffers: true, auctionDurationH: hours, ...more };
  const shipping = { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: 'Lisbon' };
  const { rows } = await app.database.pool.query<{ id: string; story_id: string }>(
    `with story as (
       insert into stories (id, maker_id, state, title, created_at, updated_at, listed_at)
       values (gen_random_uuid(), $1, 'listed', 'Moon jar', now(), now(), now())
       returning id
     )
     insert into listings (id, story_id, maker_id, state, currency, asking_amount, offer_policy, shipping, created_at, updated_at)
     select gen_random_uuid(), id, $1, 'available', 'USD', null, $2, $3, now(), now() from story
     returning id, story_id`,
    [arena.makerId, policy, shipping],
  );
  const { id = '', story_id: storyId = '' } = rows[0] ?? {};
  const lot = await app.database.transaction((tx) =>
    app.auctions.open(tx, {
      listing: {
        id,
        storyId,
        makerId: arena.makerId,
        kind: 'offers',
        state: 'available',
        currency: 'USD',
        askingPrice: null,
        topPrice: null,
        offerPolicy: policy,
        optionNames: [],
        units: { free: 1, held: 0 },
        shipping,
        shippingProfileId: null,
        returns: { days: 0, postage: 'buyer' },
        backOn: null,
        version: 1,
        createdAt: new Date(),
      },
      title: 'Moon jar',
      opening: { bidder: opener, amount: money(10_000, 'USD') },
    }),
  );
  return lot.id;
};

/** Rising amounts, each the least that beats the one before: what bidders who follow the price would name. */
export const risingAmounts = (table: Parameters<typeof minNext>[1], from = 10_000): (() => number) => {
  let price = money(from, 'USD');
  return () => {
    price = minNext(price, table);
    return price.amount;
  };
};

/** Whether the stored auction is exactly what the replay of its log makes. */
export const isReplay = async (app: App, auctionId: string): Promise<boolean> => {
  const lot = await findAuction(app.database.db, auctionId);
  return lot !== null && (await differing(app.database.db, [lot])).length === 0;
};

/** How many bids people have placed in an auction, those too that only raised the leader's own maximum. */
export const bidCount = async (app: App, auctionId: string): Promise<number> => {
  const log = await readLog(app.database.db, { id: auctionId, currency: 'USD' });
  return log.filter(({ kind }) => kind === 'bid' || kind === 'raised').length;
};
