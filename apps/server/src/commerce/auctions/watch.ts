// Keeping an eye on auctions: a list of one's own, and a word before one of them ends.
import { type Actor, DomainError } from '@videowindow/contract';
import type { WatchedAuction } from '@videowindow/contract/api/commerce';
import { type Reader, sql, type Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { namesFor, stateNow } from './names.ts';
import { type AuctionsDeps, about } from './parts.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { stateOf } from './view.ts';

/** The timer that tells those who watch or have bid that the end is near. */
export const ENDING = 'auction.ending';
/** As many as anybody can keep an eye on. */
const MOST = 200;

type Tables = { auction_watches: { auction_id: string; person_id: string; at: Date } };
const tables = (reader: Reader) => reader.withTables<Tables>();

/** Begins to watch, or stops; twice is once. @throws DomainError watch_limit_reached */
export const watch = async (deps: AuctionsDeps, actor: Actor, lot: Lot, watching: boolean): Promise<void> => {
  authorize(actor, 'auction.watch');
  const person = personId(actor);
  await deps.database.transaction(async (tx) => {
    if (!watching) {
      await tables(tx)
        .deleteFrom('auction_watches')
        .where('auction_id', '=', lot.id)
        .where('person_id', '=', person)
        .execute();
      return;
    }
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from auction_watches where person_id = ${person} and auction_id <> ${lot.id}`.execute(
      tx,
    );
    if ((rows[0]?.count ?? 0) >= MOST) throw new DomainError('watch_limit_reached', { most: MOST });
    await tables(tx)
      .insertInto('auction_watches')
      .values({ auction_id: lot.id, person_id: person, at: await deps.database.now(tx) })
      .onConflict((same) => same.doNothing())
      .execute();
  });
};

/** How many watch an auction, and whether somebody does. */
export const watchersOf = async (
  reader: Reader,
  id: string,
  person: string | null,
): Promise<{ watchers: number; watching: boolean }> => {
  const { rows } = await sql<{ watchers: number; watching: boolean }>`
    select count(*)::int as watchers, coalesce(bool_or(person_id = ${person}), false) as watching
    from auction_watches where auction_id = ${id}`.execute(reader);
  return rows[0] ?? { watchers: 0, watching: false };
};

/** What somebody watches or has bid on: running auctions first, those that end first before all. */
export const watchlist = async (deps: AuctionsDeps, actor: Actor): Promise<WatchedAuction[]> => {
  const { db } = deps.database;
  const person = personId(actor);
  const now = (await deps.database.now(db)).getTime();
  const { rows } = await sql<{ id: string; number: number | null }>`
    with mine as (
      select auction_id from auction_watches where person_id = ${person}
      union
      select auction_id from auction_bidders where bidder_id = ${person}
    )
    select a.id, b.number
    from mine
    join auctions a on a.id = mine.auction_id
    left join auction_bidders b on (b.auction_id, b.bidder_id) = (a.id, ${person})
    order by a.state not in ('live', 'suspended'),
             case when a.state in ('live', 'suspended') then a.ends_at end, a.ends_at desc
    limit ${MOST}`.execute(db);
  const lots = await store.findAuctions(
    db,
    rows.map((row) => row.id),
  );
  const watched = await tables(db)
    .selectFrom('auction_watches')
    .select('auction_id')
    .where('person_id', '=', person)
    .execute();
  const marked = new Set(watched.map((row) => row.auction_id));
  const apart = await deps.arePairsApart(
    db,
    rows.map((row) => [person, lots.get(row.id)?.makerId ?? person]),
  );
  const names = await namesFor(deps.handles, db, [...lots.values()]);
  const gone = await hiddenFrom(
    deps,
    db,
    actor,
    rows.flatMap(({ id, number }) => (number === null ? (lots.get(id) ?? []) : [])),
  );
  return rows.flatMap((row, at) => {
    const lot = lots.get(row.id);
    if (!lot || apart[at] || gone.has(row.id)) return [];
    const first = lot.auction.asked ?? lot.auction.leader;
    return [
      {
        auction: stateOf(lot, now, names),
        title: lot.title,
        watching: marked.has(lot.id),
        bidder: row.number,
        leading: first?.bidder === person,
      },
    ];
  });
};

/** Of auctions that somebody only watches, those whose story is not for them any more; whoever has bid sees theirs always. */
const hiddenFrom = async (
  deps: AuctionsDeps,
  reader: Reader,
  actor: Actor,
  lots: readonly Lot[],
): Promise<ReadonlySet<string>> => {
  const hidden = new Set<string>();
  // One by one: people watch a few at a time, and each story has its own readers.
  for (const lot of lots) {
    if (lot.makerId !== actor.id && !(await deps.listings.maySee(reader, actor, lot.storyId))) hidden.add(lot.id);
  }
  return hidden;
};

/** The timer: the end is near, unless a late bid has moved it. */
export const tellEnding = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<void> => {
  const found = await store.lockAuction(tx, id);
  if (found?.lot.auction.state !== 'live') return;
  const { lot, now } = found;
  const due = endingAt(deps, lot);
  if (now < due) return await deps.timers.set(tx, ENDING, id, new Date(due));
  if (now >= lot.auction.endsAt) return;
  const { rows } = await sql<{ person: string; hasBid: boolean }>`
    select person, bool_or(has_bid) as "hasBid"
    from (
      select person_id as person, false as has_bid from auction_watches where auction_id = ${id}
      union all
      select bidder_id, true from auction_bidders where auction_id = ${id}
    ) told
    where person <> ${lot.makerId}
    group by person`.execute(tx);
  const personIds: string[] = [];
  for (const { person, hasBid } of rows) {
    const gone = hasBid ? null : await hiddenFrom(deps, tx, { id: person, roles: ['viewer'] }, [lot]);
    if (!gone?.has(id)) personIds.push(person);
  }
  const state = await stateNow(deps, tx, lot, now);
  await deps.events.emit(tx, 'auction.ending', id, {
    ...about(lot),
    personIds,
    leaderId: lot.auction.leader?.bidder ?? null,
    price: state.price,
    endsAt: state.endsAt,
  });
};

/** When people are told that an auction ends soon, in ms. */
export const endingAt = (deps: Pick<AuctionsDeps, 'rules'>, lot: Lot): number =>
  lot.auction.endsAt - (lot.auction.terms.tellBeforeEndMs ?? deps.rules.tellBeforeEndMs);
