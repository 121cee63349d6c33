// SQL of auctions: the row that copies the replay, the log, the bidders' numbers, the answers to bids.
import type { AuctionState } from '@videowindow/contract/machines/auction';
import { money } from '@videowindow/contract/money';
import type { RawBuilder, Selectable } from 'kysely';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Auction, Refusal } from './auction.ts';
import type { Entry, Happening, Terms } from './log.ts';

type Tables = {
  auctions: {
    id: string;
    listing_id: string;
    story_id: string;
    maker_id: string;
    /** Whose offer opened it. */
    opener_id: string | null;
    title: string;
    state: AuctionState;
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
    terms: Terms;
    standing: Pick<Auction, 'max' | 'suspendedAt' | 'asked' | 'chancesGiven' | 'decideBy'> &
      Partial<Pick<Auction, 'barred'>>;
  };
  auction_log: {
    auction_id: string;
    seq: number;
    kind: Entry['kind'];
    bidder_id: string | null;
    bidder_number: number | null;
    amount: number | null;
    facts: Record<string, unknown> | null;
    at: Date;
  };
  auction_bidders: { auction_id: string; bidder_id: string; number: number };
};

type AuctionRow = Selectable<Tables['auctions']>;

/** An auction with what it is about. */
export type Lot = {
  readonly id: string;
  readonly listingId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly openerId: string | null;
  readonly title: string;
  readonly auction: Auction;
};

/** The stored answer to a request to bid. */
export type Answer = { readonly seq: number } | { readonly refusal: Refusal };

const tables = (reader: Reader) => reader.withTables<Tables>();

const lotOf = (row: AuctionRow): Lot => ({
  id: row.id,
  listingId: row.listing_id,
  storyId: row.story_id,
  makerId: row.maker_id,
  openerId: row.opener_id,
  title: row.title,
  auction: {
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
    barred: row.standing.barred ?? [],
  },
});

/** A locked auction, and the database's time read after the lock. */
export type Locked = { lot: Lot; now: number };

/** One auction, locked. A bid locks nothing else; whoever needs the listing too has locked it before. */
export const lockAuction = async (tx: Tx, id: string): Promise<Locked | null> =>
  (await lockAuctions(tx, [id])).get(id) ?? null;

/** Several, locked in order of their ids; of more than one those that somebody else has locked are left out. */
export const lockAuctions = async (tx: Tx, ids: readonly string[]): Promise<Map<string, Locked>> => {
  // The CTE yields a row when it is locked; only then is the clock beside it read.
  const { rows } = await sql<AuctionRow & { now: Date }>`
    with locked as materialized (
      select * from auctions where id = any(${[...ids]}::uuid[]) order by id
      for update ${sql.raw(ids.length > 1 ? 'skip locked' : '')}
    )
    select locked.*, app_now() as now from locked`.execute(tx);
  return new Map(rows.map((row) => [row.id, { lot: lotOf(row), now: row.now.getTime() }]));
};

export const findAuction = async (reader: Reader, id: string): Promise<Lot | null> => {
  const row = await tables(reader).selectFrom('auctions').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? lotOf(row) : null;
};

export const findAuctions = async (reader: Reader, ids: readonly string[]): Promise<Map<string, Lot>> => {
  if (ids.length === 0) return new Map();
  const rows = await tables(reader)
    .selectFrom('auctions')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, lotOf(row)]));
};

/** The newest auction of each listing that had one. */
export const newestOfListings = async (reader: Reader, listingIds: readonly string[]): Promise<Lot[]> => {
  if (listingIds.length === 0) return [];
  const rows = await tables(reader)
    .selectFrom('auctions')
    .selectAll()
    .distinctOn('listing_id')
    .where('listing_id', 'in', [...listingIds])
    .orderBy('listing_id')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(lotOf);
};

/** The running auction of a story, if it has one. */
export const runningOfStory = async (reader: Reader, storyId: string): Promise<Lot | null> => {
  const row = await tables(reader)
    .selectFrom('auctions')
    .selectAll()
    .where('story_id', '=', storyId)
    .where('state', 'in', ['scheduled', 'live', 'closing', 'suspended'])
    .executeTakeFirst();
  return row ? lotOf(row) : null;
};

const standingOf = ({ max, suspendedAt, asked, chancesGiven, decideBy, barred }: Auction) =>
  JSON.stringify({ max, suspendedAt, asked, chancesGiven, decideBy, barred });

/** A new auction; its log is written with `appendLog`. */
export const insertAuction = async (tx: Tx, lot: Lot): Promise<void> => {
  const { auction } = lot;
  await sql`
    insert into auctions (
      id, listing_id, story_id, maker_id, opener_id, title, state, seq, currency, price_amount, leader_id,
      leader_number, bid_count, bidder_count, ends_at, cap_at, extensions, terms, standing
    ) values (
      ${lot.id}, ${lot.listingId}, ${lot.storyId}, ${lot.makerId}, ${lot.openerId}, ${lot.title}, ${auction.state},
      ${auction.seq}, ${auction.terms.startPrice.currency}, ${auction.price?.amount ?? null},
      ${auction.leader?.bidder ?? null}, ${auction.leader?.number ?? null}, ${auction.bidCount},
      ${auction.bidderCount}, ${new Date(auction.endsAt)}, ${new Date(auction.capAt)}, ${auction.extensions},
      ${JSON.stringify(auction.terms)}::jsonb, ${standingOf(auction)}::jsonb
    )`.execute(tx);
};

/** What a request to bid was answered, to be kept. */
export type NewAnswer = {
  bidder: string;
  clientKey: string;
  amount: { amount: number; currency: string };
  maximum: boolean;
  answer: Answer;
};

/** What was decided about one auction, at `at` in ms. */
export type Decided = {
  id: string;
  auction: Auction;
  entries: readonly Entry[];
  answers: readonly NewAnswer[];
  at: number;
};

/**
 * Writes what was decided, in one statement however many bids and auctions it were: the logs' new entries, numbers of
 * new bidders, answers, the auctions' rows, and what is told of it where `news` (SQL that inserts it) is given.
 */
export const writeDecided = async (tx: Tx, decided: readonly Decided[], news?: RawBuilder<unknown>): Promise<void> => {
  if (decided.length === 0) return;
  const rows = decided.flatMap(({ id, at, entries }) => entries.map((entry) => ({ id, at, ...rowOf(entry) })));
  const newcomers = decided.flatMap(({ id, entries }) => {
    const numbers = entries.flatMap((entry) =>
      entry.kind === 'bid' || entry.kind === 'bought' ? [[entry.bidder, entry.number] as const] : [],
    );
    return [...new Map(numbers)].map(([bidder, number]) => ({ id, bidder, number }));
  });
  const answers = decided.flatMap(({ id, at, answers: own }) => own.map((answer) => ({ id, at, ...answer })));
  const auctions = decided.map(({ id, auction }) => ({ id, ...auction }));
  await sql`
    with logged as (
      insert into auction_log (auction_id, seq, kind, bidder_id, bidder_number, amount, facts, at)
      select *
      from unnest(
        ${rows.map((row) => row.id)}::uuid[],
        ${rows.map((row) => row.seq)}::int[], ${rows.map((row) => row.kind)}::text[],
        ${rows.map((row) => row.bidder)}::uuid[], ${rows.map((row) => row.number)}::int[],
        ${rows.map((row) => row.amount)}::bigint[], ${rows.map((row) => row.facts)}::jsonb[],
        ${rows.map((row) => new Date(row.at))}::timestamptz[])
    ), numbered as (
      insert into auction_bidders (auction_id, bidder_id, number)
      select *
      from unnest(
        ${newcomers.map((each) => each.id)}::uuid[], ${newcomers.map((each) => each.bidder)}::uuid[],
        ${newcomers.map((each) => each.number)}::int[])
      on conflict do nothing
    ), answered as (
      insert into auction_answers (auction_id, bidder_id, client_key, amount, currency, maximum, seq, refusal, at)
      select *
      from unnest(
        ${answers.map((each) => each.id)}::uuid[],
        ${answers.map((each) => each.bidder)}::uuid[], ${answers.map((each) => each.clientKey)}::text[],
        ${answers.map((each) => each.amount.amount)}::bigint[], ${answers.map((each) => each.amount.currency)}::text[],
        ${answers.map((each) => each.maximum)}::boolean[],
        ${answers.map(({ answer }) => ('seq' in answer ? answer.seq : null))}::int[],
        ${answers.map(({ answer }) => ('refusal' in answer ? JSON.stringify(answer.refusal) : null))}::jsonb[],
        ${answers.map((each) => new Date(each.at))}::timestamptz[])
    )${news ? sql`, told as (${news})` : sql``}
    update auctions
    set state = now.state, seq = now.seq, price_amount = now.price, leader_id = now.leader,
        leader_number = now.leader_number, bid_count = now.bids, bidder_count = now.bidders, ends_at = now.ends_at,
        cap_at = now.cap_at, extensions = now.extensions, standing = now.standing
    from unnest(
      ${auctions.map((each) => each.id)}::uuid[], ${auctions.map((each) => each.state)}::text[],
      ${auctions.map((each) => each.seq)}::int[], ${auctions.map((each) => each.price?.amount ?? null)}::bigint[],
      ${auctions.map((each) => each.leader?.bidder ?? null)}::uuid[],
      ${auctions.map((each) => each.leader?.number ?? null)}::int[],
      ${auctions.map((each) => each.bidCount)}::int[], ${auctions.map((each) => each.bidderCount)}::int[],
      ${auctions.map((each) => new Date(each.endsAt))}::timestamptz[],
      ${auctions.map((each) => new Date(each.capAt))}::timestamptz[],
      ${auctions.map((each) => each.extensions)}::int[], ${auctions.map(standingOf)}::jsonb[]
    ) as now (id, state, seq, price, leader, leader_number, bids, bidders, ends_at, cap_at, extensions, standing)
    where auctions.id = now.id`.execute(tx);
};

/** What somebody had bid with a client key. */
type KnownBid = { amount: number; currency: string; maximum: boolean };

/** SQL: whether one of two people blocked the other. */
export type IsApart = (one: RawBuilder<string>, other: RawBuilder<string>) => RawBuilder<boolean>;

/**
 * For each request, in their order: the answer it already got and the bidder's number, where there are any, and whether
 * maker and bidder are apart.
 */
export const readAnswers = async (
  tx: Tx,
  requests: readonly { auctionId: string; makerId: string; bidder: string; clientKey: string }[],
  isApart: IsApart,
): Promise<{ answer: (Answer & KnownBid) | null; number: number | null; apart: boolean }[]> => {
  const { rows } = await sql<{
    amount: number | null;
    currency: string | null;
    maximum: boolean | null;
    seq: number | null;
    refusal: Refusal | null;
    number: number | null;
    apart: boolean;
  }>`
    select a.amount, a.currency, a.maximum, a.seq, a.refusal, b.number,
           ${isApart(sql`asked.maker_id`, sql`asked.bidder_id`)} as apart
    from unnest(
      ${requests.map((request) => request.auctionId)}::uuid[],
      ${requests.map((request) => request.makerId)}::uuid[],
      ${requests.map((request) => request.bidder)}::uuid[],
      ${requests.map((request) => request.clientKey)}::text[]
    ) with ordinality as asked (auction_id, maker_id, bidder_id, client_key, place)
    left join auction_answers a on
      (a.auction_id, a.bidder_id, a.client_key) = (asked.auction_id, asked.bidder_id, asked.client_key)
    left join auction_bidders b on (b.auction_id, b.bidder_id) = (asked.auction_id, asked.bidder_id)
    order by asked.place`.execute(tx);
  return rows.map(({ amount, currency, maximum, seq, refusal, ...who }) => {
    if (amount === null || currency === null || maximum === null) return { answer: null, ...who };
    if (seq !== null) return { answer: { seq, amount, currency, maximum }, ...who };
    if (refusal === null) throw new Error('an answer is either a bid or a refusal');
    return { answer: { refusal, amount, currency, maximum }, ...who };
  });
};

/** A bidder's number in an auction, null when they have not bid. */
export const numberOf = async (reader: Reader, id: string, bidder: string): Promise<number | null> => {
  const row = await tables(reader)
    .selectFrom('auction_bidders')
    .select('number')
    .where('auction_id', '=', id)
    .where('bidder_id', '=', bidder)
    .executeTakeFirst();
  return row?.number ?? null;
};

/** Who goes by a number in an auction. */
export const bidderNumbered = async (reader: Reader, id: string, number: number): Promise<string | null> => {
  const row = await tables(reader)
    .selectFrom('auction_bidders')
    .select('bidder_id')
    .where('auction_id', '=', id)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.bidder_id ?? null;
};

/** The running auctions of a maker in which somebody has bid. */
export const runningWith = async (reader: Reader, makerId: string, bidder: string): Promise<string[]> => {
  const rows = await tables(reader)
    .selectFrom('auctions')
    .innerJoin('auction_bidders', 'auction_bidders.auction_id', 'auctions.id')
    .select('auctions.id')
    .where('auctions.maker_id', '=', makerId)
    .where('auctions.state', 'in', ['live', 'suspended'])
    .where('auction_bidders.bidder_id', '=', bidder)
    .orderBy('auctions.id')
    .execute();
  return rows.map((row) => row.id);
};

/** How often somebody took bids back since a moment, anywhere. Served by auction_log_retractions. */
export const retractionsSince = async (reader: Reader, bidder: string, since: Date): Promise<number> => {
  const row = await tables(reader)
    .selectFrom('auction_log')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('kind', '=', 'retracted')
    .where('bidder_id', '=', bidder)
    .where('at', '>', since)
    .executeTakeFirstOrThrow();
  return row.count;
};

/** The entries that took bids out: few, and found without the rest of the log. Served by auction_log_withdrawals. */
export const readWithdrawals = async (reader: Reader, lot: { id: string; currency: string }): Promise<Entry[]> => {
  const rows = await tables(reader)
    .selectFrom('auction_log')
    .selectAll()
    .where('auction_id', '=', lot.id)
    .where('kind', 'in', ['retracted', 'disqualified'])
    .orderBy('seq')
    .execute();
  return rows.map((row) => entryOf(row, lot.currency));
};

/** Everybody who has bid. */
export const biddersOf = async (reader: Reader, id: string): Promise<string[]> => {
  const rows = await tables(reader)
    .selectFrom('auction_bidders')
    .select('bidder_id')
    .where('auction_id', '=', id)
    .orderBy('number')
    .execute();
  return rows.map((row) => row.bidder_id);
};

/** The whole log, or its newest `limit` entries before `before`, in order of seq. */
export const readLog = async (
  reader: Reader,
  lot: { id: string; currency: string },
  page?: { before: number; limit: number },
): Promise<Entry[]> => {
  let query = tables(reader).selectFrom('auction_log').selectAll().where('auction_id', '=', lot.id);
  if (page) query = query.where('seq', '<', page.before).limit(page.limit);
  const rows = await query.orderBy('seq', 'desc').execute();
  return rows.map((row) => entryOf(row, lot.currency)).reverse();
};

/** The logs of some auctions as far as their rows have seen them, by auction. */
export const readLogs = async (reader: Reader, lots: readonly Lot[]): Promise<Map<string, Entry[]>> => {
  if (lots.length === 0) return new Map();
  const rows = await tables(reader)
    .selectFrom('auction_log')
    .selectAll()
    .where(
      'auction_id',
      'in',
      lots.map(({ id }) => id),
    )
    .orderBy('auction_id')
    .orderBy('seq')
    .execute();
  const byAuction = Map.groupBy(rows, (row) => row.auction_id);
  return new Map(
    lots.map(({ id, auction }) => {
      const seen = (byAuction.get(id) ?? []).filter(({ seq }) => seq <= auction.seq);
      return [id, seen.map((row) => entryOf(row, auction.terms.startPrice.currency))];
    }),
  );
};

type LogRow = Selectable<Tables['auction_log']>;

/** An entry as a row: who and how much have columns of their own, the rest is in `facts`. */
const rowOf = (entry: Entry) => {
  const { seq, at: _at, kind, ...rest } = entry;
  const {
    bidder = null,
    number = null,
    amount = null,
    ...facts
  } = rest as {
    bidder?: string;
    number?: number;
    amount?: { amount: number };
  };
  return {
    seq,
    kind,
    bidder,
    number,
    amount: amount?.amount ?? null,
    facts: Object.keys(facts).length > 0 ? JSON.stringify(facts) : null,
  };
};

const entryOf = (row: LogRow, currency: string): Entry => {
  const happening = {
    kind: row.kind,
    ...(row.bidder_id === null ? {} : { bidder: row.bidder_id, number: row.bidder_number }),
    ...(row.amount === null ? {} : { amount: money(row.amount, currency) }),
    ...row.facts,
  } as Happening; // exactly what rowOf took apart
  return { ...happening, seq: row.seq, at: row.at.getTime() };
};
