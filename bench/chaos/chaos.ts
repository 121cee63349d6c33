// A market day on which everything breaks; afterwards nothing may be lost, doubled or sold twice.
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type CrashPoint, crashPoints, nameOf } from './crash-points.ts';
import { violations } from './invariants.ts';
import { type MarketDay, openMarketDay } from './market-day.ts';
import { createRandom, type Random } from './random.ts';
import { DEAD_AFTER_S, openStage, type Stage } from './stage.ts';

const HOUR = 3_600_000;
/** Until the others have noticed, who look three times in that span, and taken over. */
const STANDSTILL_MS = DEAD_AFTER_S * 1_600;
/** Armed when the market opens, by turn, and with each span of time that passes in the evening, by chance. */
const POINTS_A_WHILE = 2;
const REST_MS = 90_000;
const LOOK_MS = 50;
/** What people do between two breaks; how fast they can depends on the machine. */
const MOST_ACTS = 15;
const ACTS_MS = 10_000;
const ENOUGH_SALES = 3;
const SALES_MS = 60_000;

export type Result = {
  readonly violations: readonly string[];
  /** Crash points that were met, by `name:when`. */
  readonly met: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
};

export type Options = {
  readonly seed: number;
  /** How many things break. */
  readonly breaks: number;
  /** Whether a server stands still beyond its leases. */
  readonly standstill: boolean;
  readonly log: (line: string) => void;
};

/** One day by its seed. The same seed breaks the same things in the same order; what they hit depends on the machine. */
export const runChaos = async ({ seed, breaks, standstill, log }: Options): Promise<Result> => {
  const random = createRandom(seed);
  const stage = await openStage(log);
  try {
    const day = await openMarketDay(stage, random);
    log(`the market opens (seed ${seed})`);
    stage.armed.points = pointsOf(seed);
    const closing = new AbortController();
    const trade = day.trade(() => closing.signal.aborted);
    await breakThings(stage, day, createRandom(seed + 1_000_000), { breaks, standstill })
      .then(() => until(() => day.paid.size >= ENOUGH_SALES, SALES_MS))
      .finally(() => closing.abort());
    await trade;
    log('nothing breaks any more but what is killed at its crash point');
    const { points } = stage.armed;
    await stage.calm();
    stage.armed.points = points;
    // What is left is paid or runs out: the auctions, the winners' time, two second chances, the shipping, the returns.
    const evening = createRandom(seed + 2_000_000);
    for (const hours of [2, 25, 49, 13, 25, 38, 24 * 15, 24 * 30]) {
      for (let n = 0; n < POINTS_A_WHILE; n++) arm(stage, evening);
      await stage.pass(hours * HOUR);
      await atRest(stage);
      await day.tidyUp();
      await atRest(stage);
    }
    await stage.calm();
    await atRest(stage);
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

/** Resolves when it is so, or after `withinMs`. */
const until = async (isSo: () => boolean, withinMs: number): Promise<void> => {
  for (const endsAt = performance.now() + withinMs; !isSo() && performance.now() < endsAt; ) await wait(20);
};

const breakThings = async (
  stage: Stage,
  day: MarketDay,
  random: Random,
  { breaks, standstill }: { breaks: number; standstill: boolean },
): Promise<void> => {
  const still = standstill ? random.pick(stage.servers).freeze(STANDSTILL_MS) : Promise.resolve();
  for (let n = 0; n < breaks; n++) {
    await wait(random.between(100, 500));
    const acts = day.acts() + random.between(0, MOST_ACTS);
    await until(() => day.acts() >= acts, ACTS_MS);
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

/** What is armed when the market opens: each point has its day. */
const pointsOf = (seed: number): CrashPoint[] =>
  crashPoints.filter((_point, n) => Math.floor(n / POINTS_A_WHILE) === seed % (crashPoints.length / POINTS_A_WHILE));

/** One more point that was not met yet waits for a server to come by. */
const arm = ({ armed }: Stage, random: Random): void => {
  const left = crashPoints.filter((point) => !armed.met.has(nameOf(point)) && !armed.points.includes(point));
  if (left.length > 0) armed.points = [...armed.points, random.pick(left)];
};

/**
 * Nothing is due that is not done: timers, jobs (one without tries left is no work any more), webhooks, events that a subscriber
 * wants; twice, and nobody has written one in between. What waits for its next try is tried now.
 */
const atRest = async (stage: Stage): Promise<void> => {
  const { db } = stage.app.database;
  const wants = stage.app.subscribers.map(({ name, on }) => ({ name, types: Object.keys(on) }));
  const endsAt = performance.now() + REST_MS;
  for (let before = ''; ; ) {
    await sql`update timers set claimed_until = '-infinity' where failures > 0`.execute(db);
    await sql`update event_cursors set retry_at = '-infinity' where failures > 0`.execute(db);
    await sql`
      update graphile_worker._private_jobs set run_at = now() where run_at > now() and locked_at is null`.execute(db);
    for (const ask of ['webhooks/flush', 'settle']) {
      await fetch(`${stage.sandboxUrl}/sandbox/control/${ask}`, { method: 'POST' });
    }
    const { rows } = await sql<{ timers: number; jobs: number; unheard: number; written: number }>`
      select (select count(*) from timers where due_at <= app_now())::int as timers,
             (select count(*) from graphile_worker.jobs
              where locked_at is not null or attempts < max_attempts)::int as jobs,
             (select count(*)
              from jsonb_to_recordset(${JSON.stringify(wants)}) as wants (name text, types text[])
              join event_cursors on subscriber = name
              where exists (
                select from outbox where type = any(types) and outbox.position > event_cursors.position
              ))::int as unheard,
             (select coalesce(max(position), 0) from outbox)::int as written`.execute(db);
    const [now] = rows;
    const seen = JSON.stringify(now);
    if (now && now.timers + now.jobs + now.unheard === 0 && seen === before) return;
    if (performance.now() > endsAt) {
      const { rows: jobs } = await sql`
        select task_identifier, attempts, max_attempts, locked_at, run_at, last_error from graphile_worker.jobs
        limit 5`.execute(db);
      throw new Error(`it does not come to rest: ${seen} ${JSON.stringify(jobs)}`);
    }
    before = seen;
    await wait(LOOK_MS);
  }
};
