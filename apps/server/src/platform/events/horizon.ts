// How far the outbox is settled: the position up to which nothing can appear any more.
//
// Positions are drawn before commit, so a reader may see 12 while 11 is still on its way. The log is therefore read only
// up to a horizon. To move it we note how far the sequence was drawn (L), and after that which transaction id comes next
// (X). A row's `tx` is evaluated before its `position` (see the migration), so whoever drew a position up to L has an id
// below X, of the top transaction even inside a savepoint. Once the oldest running transaction is X or later, all of them
// have ended, and everything up to L can be read in order of position: per aggregate, the order of its row locks.
//
// X must be the id that is given out next. pg_snapshot_xmax() is not that: it lies one past the latest transaction that
// has *ended*, and a running one may be beyond it. age(xid) counts from the true next id.
//
// The oldest running transaction may be anybody's: a migration, another database of the same server. So that a long one
// that never writes here does not hold up every event, after a while we ask instead who holds a writing lock on the
// outbox. An insert takes it before it draws a position and gives it back only after its commit can be seen.
import { type Database, sql } from '#platform/database';

/** How long we wait for transactions in general before we look at locks, which costs the server more. */
const PATIENCE_MS = 100;

export type Horizon = {
  /** Everything up to here is settled. */
  position(): number;
  /** Moves the horizon as far as is safe now. @returns where it is. */
  advance(): Promise<number>;
};

/** The last position that anybody has drawn; 0 when there is none. */
export const lastDrawn = async (database: Database): Promise<number> => {
  const { rows } = await sql<{ position: number; called: boolean }>`
    select last_value as position, is_called as called from outbox_position`.execute(database.db);
  return rows[0]?.called ? rows[0].position : 0;
};

/** The oldest running transaction's id and the next one to be given out. */
const readTransactionIds = async (database: Database): Promise<{ oldest: bigint; next: bigint }> => {
  const { rows } = await sql<{ oldest: string; span: number }>`
    select pg_snapshot_xmin(s)::text as oldest, age(pg_snapshot_xmin(s)::xid) as span
    from pg_current_snapshot() as s`.execute(database.db);
  const row = rows[0];
  if (!row) throw new Error('the server told no snapshot');
  const oldest = BigInt(row.oldest);
  return { oldest, next: oldest + BigInt(row.span) };
};

/** Transactions that may have drawn a position and not ended yet, by their virtual ids. */
const readWriters = async (database: Database): Promise<Set<string>> => {
  const { rows } = await sql<{ transaction: string }>`
    select distinct virtualtransaction as transaction
    from pg_locks
    where locktype = 'relation' and granted and mode <> 'AccessShareLock'
      and relation = 'outbox'::regclass
      and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
  return new Set(rows.map((row) => row.transaction));
};

export const createHorizon = (database: Database): Horizon => {
  let horizon = 0;
  let pending: { position: number; next: bigint; since: number; writers: Set<string> | null } | null = null;

  const isSettled = async (noted: NonNullable<typeof pending>, oldest: bigint): Promise<boolean> => {
    if (oldest >= noted.next) return true;
    if (performance.now() - noted.since < PATIENCE_MS) return false;
    const writers = await readWriters(database);
    noted.writers ??= writers;
    return noted.writers.isDisjointFrom(writers);
  };

  return {
    position: () => horizon,
    async advance() {
      const drawn = await lastDrawn(database);
      if (drawn === horizon) return horizon;
      const { oldest, next } = await readTransactionIds(database);
      if (oldest >= next) {
        horizon = drawn;
        pending = null;
        return horizon;
      }
      pending ??= { position: drawn, next, since: performance.now(), writers: null };
      if (await isSettled(pending, oldest)) {
        horizon = pending.position;
        pending = drawn > horizon ? { position: drawn, next, since: performance.now(), writers: null } : null;
      }
      return horizon;
    },
  };
};
