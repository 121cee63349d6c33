// Every night each auction that may still change, or has ended lately, is compared with the replay of its log.
import { isDeepStrictEqual } from 'node:util';
import { type Reader, sql } from '#platform/database';
import type { Auction } from './auction.ts';
import type { Entry } from './log.ts';
import type { AuctionsDeps } from './parts.ts';
import { replay } from './replay.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';

/** Their whole logs are in memory together. */
const AT_ONCE = 20;
/** What ended before this was proved in the nights since, and changes no more. */
const LOOK_BACK = '3 days';

/** Of these the ones whose row is not exactly what their log makes, up to the entry that the row has seen. */
export const differing = async (reader: Reader, lots: readonly Lot[]): Promise<Lot[]> => {
  const logs = await store.readLogs(reader, lots);
  return lots.filter(({ id, auction }) => !isReplayOf(logs.get(id) ?? [], auction));
};

const isReplayOf = (log: readonly Entry[], auction: Auction): boolean => {
  try {
    // As JSON: a member that is undefined and one that is left out are the same.
    return isDeepStrictEqual(JSON.parse(JSON.stringify(replay(log))), JSON.parse(JSON.stringify(auction)));
  } catch {
    return false; // a log that cannot be replayed proves nothing
  }
};

/** @returns the auctions that differ from the replay of their logs; each is an alarm */
export const proveAuctions = async (deps: Pick<AuctionsDeps, 'database' | 'log'>): Promise<string[]> => {
  const { db } = deps.database;
  const wrong: string[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await sql<{ id: string }>`
      select id from auctions
      where id > ${after}
        and (state in ('scheduled', 'live', 'closing', 'suspended') or ends_at > app_now() - ${LOOK_BACK}::interval)
      order by id limit ${AT_ONCE}`.execute(db);
    const last = rows.at(-1);
    if (!last) return wrong;
    after = last.id;
    const lots = await store.findAuctions(
      db,
      rows.map(({ id }) => id),
    );
    for (const { id } of await differing(db, [...lots.values()])) {
      deps.log.error({ auctionId: id }, 'alarm: an auction differs from the replay of its log');
      wrong.push(id);
    }
  }
};

export const proofJobs = (deps: AuctionsDeps) => ({
  'auctions.prove': {
    cron: '50 2 * * *',
    async handle() {
      await proveAuctions(deps);
    },
  },
});
