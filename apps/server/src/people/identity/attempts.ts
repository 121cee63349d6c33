// Tries to come in. Each is counted as failed before it is looked at, so that a hundred guesses at once are no more than
// one; the more failed in a row, the longer until the next. A delay, never a lock: and what strangers try from elsewhere
// does not delay a browser in which the person has been signed in before (it counts by itself), nor the code by mail.
import { DomainError } from '@videowindow/contract';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import { networkOf } from '#platform/http';
import type { Claim } from './claims.ts';

/** Tries without a delay, and the longest delay. */
type Patience = { free: number; longestS: number };

const PATIENCE = {
  /** One subscriber, or an office behind one address. */
  network: { free: 10, longestS: 900 },
  /** What is claimed, from a browser in which that person has been: only they themselves can make it long. */
  known: { free: 5, longestS: 900 },
  /** What is claimed, from anywhere else: short, since strangers can cause it. */
  strange: { free: 5, longestS: 30 },
} as const satisfies Record<string, Patience>;

/** After so long without a try one begins anew. */
const FORGET_AFTER_MS = 3_600_000;

/** Seconds until the next try, after so many that failed in a row: 0, ... 0, 2, 4, 8, ... */
export const delayAfter = (failures: number, { free, longestS }: Patience): number =>
  failures <= free ? 0 : Math.min(longestS, 2 ** Math.min(failures - free, 20));

type Row = { key: string; failures: number; at: Date; freeAt: Date | null };

const keysOf = (claim: Pick<Claim, 'key' | 'isKnown'>, address: string): [string, Patience][] => [
  [`claim ${claim.key}`, claim.isKnown ? PATIENCE.known : PATIENCE.strange],
  [`network ${networkOf(address)}`, PATIENCE.network],
];

/** Counts a try, in a transaction of its own. @throws DomainError rate_limited with the time to wait */
export const takeAttempt = async (
  { database, rateLimitScale }: { database: Database; rateLimitScale: number },
  claim: Pick<Claim, 'key' | 'isKnown'>,
  address: string,
): Promise<void> => {
  const patience = new Map(keysOf(claim, address));
  await database.transaction(async (tx) => {
    const keys = [...patience.keys()].sort();
    await sql`
      insert into sign_in_attempts (key, failures, at)
      select key, 0, app_now() from unnest(${keys}::text[]) as key order by key
      on conflict do nothing`.execute(tx);
    const { rows } = await sql<Row>`
      select key, failures, at, free_at as "freeAt"
      from sign_in_attempts where key = any(${keys}::text[]) order by key for update`.execute(tx);
    const now = await database.now(tx);
    const waitMs = Math.max(...rows.map(({ freeAt }) => (freeAt ? freeAt.getTime() - now.getTime() : 0)));
    if (waitMs > 0) throw new DomainError('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) });
    const counted = rows.map(({ key, failures, at }) => {
      const before = now.getTime() - at.getTime() > FORGET_AFTER_MS ? 0 : failures;
      const { free, longestS } = patience.get(key) ?? PATIENCE.network;
      return { key, failures: before + 1, delayS: delayAfter(before + 1, { free: free * rateLimitScale, longestS }) };
    });
    await sql`
      update sign_in_attempts a
      set failures = c.failures, at = ${now},
          free_at = case when c.delay_s > 0 then ${now}::timestamptz + make_interval(secs => c.delay_s) end
      from unnest(${counted.map(({ key }) => key)}::text[], ${counted.map(({ failures }) => failures)}::integer[],
                  ${counted.map(({ delayS }) => delayS)}::float8[]) as c (key, failures, delay_s)
      where a.key = c.key`.execute(tx);
  });
};

/** The try that was taken last was right: the claim begins anew, the network is where it was before it. */
export const attemptSucceeded = async (
  tx: Tx,
  claim: Pick<Claim, 'key' | 'isKnown'>,
  address: string,
): Promise<void> => {
  const [[mine] = [''], [network] = ['']] = keysOf(claim, address);
  await sql`
    update sign_in_attempts
    set failures = case key when ${mine} then 0 else greatest(failures - 1, 0) end, free_at = null
    where key in (${mine}, ${network})`.execute(tx);
};

/** Forgets what is over. */
export const sweepAttempts = async (db: Reader): Promise<void> => {
  await sql`delete from sign_in_attempts where greatest(at, free_at) < app_now() - interval '1 day'`.execute(db);
};
