// closing: 10,000 auctions that end within the same minute (times --scale), one server process with every role.
//
// last_late_s: the longest time between an auction's end and the fall of its hammer, by the log. right: 1 when each was
// sold to its leader at the standing price, with one lock, and equals the replay of its log.
import { money } from '@videowindow/contract/money';
import { sql } from 'kysely';
import { shiftClock } from '../apps/server/src/platform/database/index.ts';
import { type Arena, fillArena, isReplay, openAuction } from './bids/arena.ts';
import { type Market, withMarket } from './bids/market.ts';
import type { Bench } from './run.ts';

const AUCTIONS = 10_000;
const BIDDERS = 50;
const MINUTE_MS = 60_000;
/** How long before the first end the server has started. */
const LEAD_MS = 15_000;
const MOST_S = 300;
const SAMPLE = 200;

export const bench: Bench = ({ scale, log }) =>
  withMarket('closing', async (market) => {
    const { app, serve } = market;
    const arena = await fillArena(app.database.pool, BIDDERS);
    const count = Math.max(1, Math.round(AUCTIONS * scale));
    const began = performance.now();
    const ids = await unflushed(app, () => openInOneMinute(market, arena, count));
    log(`${count} auctions opened in ${((performance.now() - began) / 1000).toFixed(0)} s`);

    const { rows: ends } = await sql<{ first: Date; now: Date }>`
      select min(ends_at) as first, app_now() as now from auctions`.execute(app.database.db);
    const [{ first, now }] = ends as [{ first: Date; now: Date }];
    await shiftClock(app.database, first.getTime() - LEAD_MS - now.getTime());
    await serve(['api', 'realtime', 'worker']);
    await until(app, count, log);

    const { rows } = await sql<{ last_late: number; mean_late: number; sold: number; locks: number; agree: number }>`
      select max(extract(epoch from l.at - a.ends_at))::float8 as last_late,
             avg(extract(epoch from l.at - a.ends_at))::float8 as mean_late,
             count(distinct a.id)::int as sold, count(k.id)::int as locks,
             count(*) filter (where k.buyer_id = a.leader_id and k.item_amount = a.price_amount)::int as agree
      from auctions a
      join auction_log l on l.auction_id = a.id and l.kind = 'closed'
      left join locks k on k.auction_id = a.id`.execute(app.database.db);
    const [found] = rows as [{ last_late: number; mean_late: number; sold: number; locks: number; agree: number }];
    let replayed = true;
    for (const id of ids.slice(0, SAMPLE)) replayed &&= await isReplay(app, id);
    const right = replayed && found.sold === count && found.locks === count && found.agree === count;
    return {
      auctions: count,
      last_late_s: found.last_late,
      mean_late_s: found.mean_late,
      right: right ? 1 : 0,
    };
  });

/** Works without waiting for the disk, which is not what is measured: 20,000 transactions would take minutes. */
const unflushed = async <T>(app: Market['app'], work: () => Promise<T>): Promise<T> => {
  const { pool } = app.database;
  await pool.query('alter system set synchronous_commit = off');
  await pool.query('select pg_reload_conf()');
  try {
    return await work();
  } finally {
    await pool.query('alter system reset synchronous_commit');
    await pool.query('select pg_reload_conf()');
  }
};

/** Opens them as they would be over a minute: the clock goes on evenly, however long the opening takes. */
const openInOneMinute = async ({ app }: Market, arena: Arena, count: number): Promise<string[]> => {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(app.database.db);
  const start = (rows[0]?.now ?? new Date()).getTime();
  const ids: string[] = [];
  const AT_ONCE = 10;
  for (let done = 0; done < count; done += AT_ONCE) {
    const wanted = start + (MINUTE_MS * done) / count;
    await shiftClock(app.database, wanted - app.database.clock().getTime());
    const some = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, n) => ({
      place: done + n,
      opener: arena.bidders[(done + n) % arena.bidders.length],
    }));
    ids.push(
      ...(await Promise.all(
        some.map(async ({ place, opener }) => {
          const id = await openAuction(app, { ...arena, bidders: opener ? [opener] : arena.bidders }, 24);
          // A second bidder, so that there is something to lose.
          const other = arena.bidders[(place + 1) % arena.bidders.length]?.id ?? '';
          const bid = { amount: money(11_000, 'USD'), clientKey: `bench-close-${place}` };
          await app.auctions.bid({ id: other, roles: ['viewer'] }, id, bid);
          return id;
        }),
      )),
    );
  }
  return ids;
};

const until = async (app: Market['app'], count: number, log: (line: string) => void): Promise<void> => {
  for (let second = 0; second < MOST_S; second++) {
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from auctions where state = 'live'`.execute(app.database.db);
    const open = rows[0]?.open ?? 0;
    if (second % 15 === 0) log(`${count - open} closed`);
    if (open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`auctions are open still, ${MOST_S} s after the server started`);
};
