// PostgreSQL: the pool, transactions, the clock that everything goes by, migrations.
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';

export { sql } from 'kysely';
export { runningEmbedded, startEmbedded } from './embedded.ts';
export { migrate, migrateClient, migrationNames } from './migrate.ts';
export { isUnreachable, reachable } from './reachable.ts';

/** A connection on which a room says which tables it means: `db.withTables<AuctionTables>()`. */
export type Db = Kysely<unknown>;
/** A transaction; doors that write take the caller's. */
export type Tx = Transaction<unknown>;
/** A piece of SQL that stands within a statement. */
export type SqlFragment = RawBuilder<unknown>;
/** Reads take either. */
export type Reader = Db | Tx;

export type Database = {
  db: Db;
  pool: pg.Pool;
  url: string;
  /**
   * One READ COMMITTED transaction. A deadlock is tried again, three times in all; every other error rolls back and is
   * thrown on.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `effect` once, after the transaction has committed; never when it rolls back. */
  afterCommit(tx: Tx, effect: () => void): void;
  /** The time by the database's clock plus its shift: read it after the lock that protects the decision. */
  now(tx: Reader): Promise<Date>;
  /** The same clock without asking, as last heard: for expiries of tokens and cookies, not for decisions. */
  clock(): Date;
  close(): Promise<void>;
};

// bigint columns hold money, sequences and byte counts: all within the safe integers, and an error when not.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the safe integers`);
  return value;
});

const DEADLOCK = '40P01';
const ATTEMPTS = 3;
/** How long the loser of a deadlock waits at least before it tries again; at random up to twice that, then four times. */
const PAUSE_MS = 10;
/** Nobody waits for a connection without end: a pool that is used up shows as an error, not as silence. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a pool. Timeouts are milliseconds and become settings of every connection. */
export const openDatabase = (options: {
  url: string;
  poolSize: number;
  statementTimeoutMs: number;
  idleTransactionTimeoutMs: number;
  applicationName?: string;
  /** Hears of effects after a commit that threw: the work itself stands, so its caller must not. */
  onEffectError?: (error: unknown) => void;
}): Database => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.idleTransactionTimeoutMs,
    application_name: options.applicationName ?? 'videowindow',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const effects = new WeakMap<Tx, Array<() => void>>();
  const onEffectError = options.onEffectError ?? ((error) => process.emitWarning(`after a commit: ${error}`));
  let shiftMs = 0;

  const now = async (tx: Reader) => {
    const { rows } = await sql<{ now: Date; shift: number }>`
      select app_now() as now, (extract(epoch from shift) * 1000)::float8 as shift from clock`.execute(tx);
    const row = rows[0];
    if (!row) throw new Error('the clock table has lost its row');
    shiftMs = row.shift;
    return row.now;
  };

  const attemptEffect = (effect: () => void) => {
    try {
      effect();
    } catch (error) {
      onEffectError(error);
    }
  };

  return {
    db,
    pool,
    url: options.url,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        const pending: Array<() => void> = [];
        try {
          const result = await db.transaction().execute(async (tx) => {
            effects.set(tx, pending);
            return await work(tx);
          });
          for (const effect of pending) attemptEffect(effect);
          return result;
        } catch (error) {
          if (attempt === ATTEMPTS || (error as { code?: string }).code !== DEADLOCK) throw error;
          // The other side goes first: PostgreSQL would let us have the row again before it has woken up.
          await wait(randomInt(PAUSE_MS, attempt * 2 * PAUSE_MS));
        }
      }
    },
    afterCommit(tx, effect) {
      const pending = effects.get(tx);
      if (!pending) throw new Error('afterCommit needs a transaction made by database.transaction');
      pending.push(effect);
    },
    now,
    clock: () => new Date(Date.now() + shiftMs),
    async close() {
      await db.destroy();
    },
  };
};

/**
 * A source of one row that lets the commit of its transaction be answered before it is on the disk: for what may be lost
 * when the database crashes, since it can be made again. Nothing that was committed after it outlives it.
 * Source: postgresql.org/docs/current/wal-async-commit.html
 */
export const lazily = sql`(select set_config('synchronous_commit', 'off', true)) as lazily`;

/** The same for a transaction of several statements. */
export const commitLazily = async (tx: Tx): Promise<void> => {
  await sql`select from ${lazily}`.execute(tx);
};

/** Moves the clock of everything by `ms`, for tests; production refuses to start with a shifted clock. */
export const shiftClock = async (database: Database, ms: number): Promise<void> => {
  await sql`update clock set shift = shift + make_interval(secs => ${ms / 1000})`.execute(database.db);
  await database.now(database.db);
};
