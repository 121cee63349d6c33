// A market day on which everything breaks; afterwards nothing may be lost, doubled or sold twice.
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { crashPoints, nameOf } from './crash-points.ts';
import { violations } from './invariants.ts';
import { openMarketDay } from './market-day.ts';
import { createRandom, type Random } from './random.ts';
import { openStage, type Stage } from './stage.ts';

const HOUR = 3_600_000;
/** Longer than a timer's or a job's lease, of 30 s. */
const STANDSTILL_MS = 33_000;
const POINTS_AT_ONCE = 6;
const REST_MS = 90_000;
/** Looks in which nothing has changed: a server reads events every 50 ms, we look every 200. */
const QUIET_LOOKS = 5;

export type Result = {
  readonly violations: readonly string[];
  /** Crash points that were met, by `name:when`. */
  readonly met: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
};

export type Options = {
  readonly seed: number;
  /** How long things break. */
  readonly seconds: number;
  /** Whether a server stands still beyond its leases, which takes half a minute by itself. */
  readonly standstill: boolean;
  readonly log: (line: string) => void;
};

/** One day by its seed. The same seed breaks the same things in the same order; what they hit depends on the machine. */
export const runChaos = async ({ seed, seconds, standstill, log }: Options): Promise<Result> => {
  const random = createRandom(seed);
  const stage = await openStage(log);
  try {
    const day = await openMarketDay(stage, random);
    log(`the market opens (seed ${seed})`);
    const endsAt = performance.now() + seconds * 1000;
    const isOver = () => performance.now() > endsAt;
    const trade = day.trade(isOver);
    await Promise.all([trade, breakThings(stage, createRandom(seed + 1_000_000), { seconds, standstill, isOver })]);
    log('nothing breaks any more');
    await stage.calm();
    // What is left is paid or runs out: the auctions, the winners' time, two second chances, the shipping, the returns.
    for (const hours of [0, 25, 49, 13, 25, 38, 24 * 15, 24 * 30]) {
      await stage.pass(hours * HOUR);
      await atRest(stage);
      await day.tidyUp();
      await atRest(stage);
    }
    const { rows } = await sql<Record<string, number>>`
      select (select count(*) from auction_log where kind = 'bid')::int as bids, (select count(*) from auctions)::int as auctions,
             (select count(*) from locks)::int as locks, (select count(*) from orders)::int as orders,
             (select count(*) from refunds)::int as refunds, (select count(*) from transfers)::int as transfers`.execute(
      stage.app.database.db,
    );
    return {
      violations: await violations(stage, day),
      met: [...stage.armed.met.keys()],
      counts: { ...rows[0], acknowledged: day.acknowledged.length, answered_500: day.failures.internal.length },
    };
  } finally {
    await stage.close();
  }
};

const breakThings = async (
  stage: Stage,
  random: Random,
  options: { seconds: number; standstill: boolean; isOver: () => boolean },
): Promise<void> => {
  const still = options.standstill ? random.pick(stage.servers).freeze(STANDSTILL_MS) : Promise.resolve();
  while (!options.isOver()) {
    await wait(random.between(300, 1_500));
    const what = random.next();
    if (what < 0.55) {
      arm(stage, random);
    } else if (what < 0.65) {
      random.pick(stage.servers).kill();
    } else if (what < 0.72) {
      await stage.crashDatabase();
    } else if (what < 0.8) {
      stage.cut();
    } else if (what < 0.95) {
      await stage.setWebhookFaults([
        { times: 3, fault: { kind: 'duplicate', copies: 3 } },
        random.pick([
          { times: 2, fault: { kind: 'drop' } },
          { times: 4, fault: { kind: 'reorder', hold: 3 } },
          { times: 3, fault: { kind: 'delay', ms: 3_000 } },
          { times: 2, fault: { kind: 'stale' } },
        ]),
      ]);
    } else {
      await stage.pass(random.between(6, 30) * HOUR);
    }
  }
  await still;
};

/** One more point that was not met yet waits for a server to come by. */
const arm = ({ armed }: Stage, random: Random): void => {
  const left = crashPoints.filter((point) => !armed.met.has(nameOf(point)) && !armed.points.includes(point));
  if (left.length > 0) armed.points = [...armed.points.slice(1 - POINTS_AT_ONCE), random.pick(left)];
};

/**
 * Nothing is due that is not done: timers, jobs (one without tries left is no work any more), webhooks; and for a while nobody has written or read an event. What
 * waits for its next try is tried now.
 */
const atRest = async (stage: Stage): Promise<void> => {
  const { db } = stage.app.database;
  const endsAt = performance.now() + REST_MS;
  let before = '';
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    if (performance.now() > endsAt) throw new Error(`it does not come to rest: ${before}`);
    await wait(200);
    await sql`update timers set claimed_until = '-infinity' where failures > 0`.execute(db);
    await sql`update event_cursors set retry_at = '-infinity' where failures > 0`.execute(db);
    await sql`
      update graphile_worker._private_jobs set run_at = now() where run_at > now() and locked_at is null`.execute(db);
    for (const ask of ['webhooks/flush', 'settle']) {
      await fetch(`${stage.sandboxUrl}/sandbox/control/${ask}`, { method: 'POST' });
    }
    const { rows } = await sql<{ timers: number; jobs: number; written: number; read: number }>`
      select (select count(*) from timers where due_at <= app_now())::int as timers,
             (select count(*) from graphile_worker.jobs
              where locked_at is not null or attempts < max_attempts)::int as jobs,
             (select coalesce(max(position), 0) from outbox)::int as written,
             (select coalesce(sum(position), 0) from event_cursors)::int as read`.execute(db);
    const [now] = rows;
    const seen = JSON.stringify(now);
    quiet = now && now.timers + now.jobs === 0 && seen === before ? quiet + 1 : 0;
    before = seen;
  }
};
