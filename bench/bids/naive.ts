// The same rules as one would write them without a line: one prepared transaction a bid, 20 connections.
import { randomUUID } from 'node:crypto';
import { type Money, money } from '@videowindow/contract/money';
import pg from 'pg';
import { type Auction, decideBid } from '../../apps/server/src/commerce/auctions/auction.ts';
import { record } from '../../apps/server/src/commerce/auctions/replay.ts';
import { stateOf } from '../../apps/server/src/commerce/auctions/view.ts';

const CONNECTIONS = 20;

type Row = {
  listing_id: string;
  story_id: string;
  maker_id: string;
  title: string;
  state: Auction['state'];
  seq: number;
  currency: string;
  price_amount: number | null;
  leader_id: string | null;
  leader_number: number | null;
  bid_count: number;
  bidder_count: number;
  ends_at: Date;
  cap_at: Date;
  extensions: number;
  terms: Auction['terms'];
  standing: Pick<Auction, 'max' | 'suspendedAt' | 'asked' | 'chancesGiven' | 'decideBy' | 'barred'>;
  now: Date;
};

const STATEMENTS = {
  lock: `with locked as materialized (select * from auctions where id = $1 for update)
         select locked.*, app_now() as now from locked`,
  known: `select a.seq, a.refusal, b.number
          from (select 1) one
          left join auction_answers a on a.auction_id = $1 and a.bidder_id = $2 and a.client_key = $3
          left join auction_bidders b on b.auction_id = $1 and b.bidder_id = $2`,
  blocked: `select 1 from blocks where (blocker, blocked) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))`,
  log: `insert into auction_log (auction_id, seq, kind, bidder_id, bidder_number, amount, facts, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  number: `insert into auction_bidders (auction_id, bidder_id, number) values ($1, $2, $3) on conflict do nothing`,
  answer: `insert into auction_answers (auction_id, bidder_id, client_key, amount, currency, seq, refusal, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  auction: `update auctions set seq = $2, price_amount = $3, leader_id = $4, leader_number = $5, bid_count = $6,
                                bidder_count = $7, ends_at = $8, extensions = $9, standing = $10
            where id = $1`,
  event: `insert into outbox (id, type, aggregate, payload) values ($1, $2, $3, $4)`,
} as const;

/** Places bids one transaction each. `place` resolves with whether the bid was taken, after its commit. */
export const openNaive = (url: string, auctionId: string) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });

  const place = async (bidder: string, amount: Money, clientKey: string): Promise<boolean> => {
    const client = await pool.connect();
    const run = async <T extends pg.QueryResultRow>(name: keyof typeof STATEMENTS, values: unknown[]): Promise<T[]> =>
      (await client.query<T>({ name, text: STATEMENTS[name], values })).rows;
    try {
      await client.query('begin');
      const taken = await decide(run, auctionId, bidder, amount, clientKey);
      await client.query('commit');
      return taken;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  };
  return { place, close: () => pool.end() };
};

type Run = <T extends pg.QueryResultRow>(name: keyof typeof STATEMENTS, values: unknown[]) => Promise<T[]>;

const decide = async (run: Run, auctionId: string, bidder: string, amount: Money, clientKey: string) => {
  const [row] = await run<Row>('lock', [auctionId]);
  if (!row) throw new Error('no such auction');
  const [known] = await run<{ seq: number | null; number: number | null }>('known', [auctionId, bidder, clientKey]);
  if (known?.seq != null) return true;
  const blocked = await run('blocked', [row.maker_id, bidder]);
  const auction: Auction = {
    state: row.state,
    seq: row.seq,
    terms: row.terms,
    price: row.price_amount === null ? null : money(row.price_amount, row.currency),
    leader:
      row.leader_id === null || row.leader_number === null
        ? null
        : { bidder: row.leader_id, number: row.leader_number },
    bidCount: row.bid_count,
    bidderCount: row.bidder_count,
    endsAt: row.ends_at.getTime(),
    capAt: row.cap_at.getTime(),
    extensions: row.extensions,
    ...row.standing,
    max: row.standing.max ?? null,
  };
  const now = row.now.getTime();
  const bid = {
    bidder,
    number: known?.number ?? null,
    amount,
    isMaker: bidder === row.maker_id,
    isBlocked: blocked.length > 0,
  };
  const decision = decideBid(auction, bid, now);
  if (!decision.ok) {
    const { ok: _refused, ...refusal } = decision;
    await run('answer', [auctionId, bidder, clientKey, amount.amount, amount.currency, null, refusal, row.now]);
    return false;
  }
  const { auction: after, entries } = record(auction, decision.happenings, now);
  const { leader, price } = after;
  const own = entries.find((entry) => entry.kind === 'bid' || entry.kind === 'raised');
  if (own?.kind !== 'bid' && own?.kind !== 'raised') throw new Error('a bid that is taken is in the log');
  for (const { seq, at: _at, kind, ...facts } of entries) {
    const {
      bidder: who = null,
      number = null,
      amount: shown,
      ...more
    } = facts as Partial<typeof own & { amount: Money }>;
    await run('log', [auctionId, seq, kind, who, number, shown?.amount ?? null, more, row.now]);
  }
  if (known?.number == null) await run('number', [auctionId, bidder, own.number]);
  await run('answer', [auctionId, bidder, clientKey, amount.amount, amount.currency, own.seq, null, row.now]);
  await run('auction', [
    auctionId,
    after.seq,
    price?.amount,
    leader?.bidder,
    leader?.number,
    after.bidCount,
    after.bidderCount,
    new Date(after.endsAt),
    after.extensions,
    { ...row.standing, max: after.max },
  ]);
  const about = { listingId: row.listing_id, storyId: row.story_id, makerId: row.maker_id, title: row.title };
  const state = stateOf({ id: auctionId, openerId: null, ...about, auction: after }, now, new Map());
  await run('event', [randomUUID(), 'auction.changed', auctionId, { auctionId, auction: state }]);
  if (auction.leader && auction.leader.bidder !== bidder) {
    const bidderIds = [auction.leader.bidder];
    const outbid = { auctionId, ...about, bidderIds, price: state.price, endsAt: state.endsAt };
    await run('event', [randomUUID(), 'auction.outbid', auctionId, outbid]);
  }
  return true;
};
