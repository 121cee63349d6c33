// Bidders who belong together and bid in the auctions of one maker: looked for now and then, off the way of bids.
import type { Signal } from '#commerce/locks';
import { sql } from '#platform/database';
import type { AuctionsDeps } from './parts.ts';

/** The job that looks through auctions that have ended. */
const LOOK_FOR_SHILLS = 'auctions.look_for_shills';
/** Every hour, at the auctions of the last two: what one run misses the next one finds. */
const EVERY = '12 * * * *';
const LOOK_BACK = '2 hours';

type Bidder = { makerId: string; bidder: string; storyId: string; title: string };

/** Tells of bidders of auctions that ended lately who share a card or a home with the maker or another of their bidders. */
export const lookForShills = async (deps: AuctionsDeps): Promise<void> => {
  const { db } = deps.database;
  const { rows: lately } = await sql<Bidder>`
    select a.maker_id as "makerId", b.bidder_id as bidder, a.story_id as "storyId", a.title
    from auctions a join auction_bidders b on b.auction_id = a.id
    where a.ends_at > app_now() - ${LOOK_BACK}::interval and a.ends_at <= app_now()`.execute(db);
  const bonds = Map.groupBy(
    await deps.locks.bondsOf(db, [...new Set(lately.map(({ bidder }) => bidder))]),
    ({ person }) => person,
  );
  if (bonds.size === 0) return;
  const tied = lately.flatMap((each) => (bonds.get(each.bidder) ?? []).map((bond) => ({ ...each, ...bond })));
  const { rows: met } = await sql<{ makerId: string; other: string }>`
    select distinct a.maker_id as "makerId", b.bidder_id as other
    from auction_bidders b join auctions a on a.id = b.auction_id
    where b.bidder_id = any (${[...new Set(tied.map(({ other }) => other))]}::uuid[])
      and a.maker_id = any (${[...new Set(tied.map(({ makerId }) => makerId))]}::uuid[])`.execute(db);
  const bidsAt = new Set(met.map(({ makerId, other }) => `${makerId} ${other}`));
  const found = new Map<string, Signal>();
  for (const { makerId, bidder, other, by, storyId, title } of tied) {
    const about = { storyId, title };
    if (other === makerId) {
      found.set(`${bidder} ${other} ${by}`, { personId: bidder, kind: `maker_${by}`, otherId: other, ...about });
    } else if (bidsAt.has(`${makerId} ${other}`)) {
      // The two of them are one thing to look at.
      const [one, two] = [bidder, other].sort() as [string, string];
      found.set(`${one} ${two} ${by}`, { personId: one, kind: `bidder_${by}`, otherId: two, ...about });
    }
  }
  await deps.locks.signal(db, [...found.values()]);
};

export const shillJobs = (deps: AuctionsDeps) => ({
  [LOOK_FOR_SHILLS]: { cron: EVERY, handle: () => lookForShills(deps) },
});
