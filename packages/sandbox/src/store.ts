// What the sandbox remembers: one table of JSON objects in SQLite, so that a kill -9 loses nothing that was answered.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** A stored object: whatever JSON its kind holds, found by its id. */
export interface Stored<T> {
  readonly id: string;
  readonly value: T;
}

export interface ListQuery {
  /** The connected account that owns the objects; '' is the platform itself. Left out: all of them. */
  readonly account?: string;
  /** Exact matches on top-level fields of the JSON. */
  readonly where?: Readonly<Record<string, string | number>>;
  /** Bounds of the JSON's `created` field, in seconds. */
  readonly created?: { gt?: number; gte?: number; lt?: number; lte?: number };
  /** Only objects older (made earlier) than the one with this id. */
  readonly after?: string;
  /** Only objects newer (made later) than the one with this id; they come oldest first. */
  readonly before?: string;
  readonly limit?: number;
}

export interface Store {
  /** Runs `work` in one write transaction; what it throws rolls everything back. Not nested. */
  transaction<T>(work: () => T): T;
  get<T>(kind: string, id: string): T | undefined;
  /** Inserts or replaces. `account` is the owning connected account, '' for the platform. */
  put(kind: string, id: string, value: object, account?: string): void;
  remove(kind: string, id: string): void;
  accountOf(kind: string, id: string): string | undefined;
  /** Newest first, unless `before` is given. */
  list<T>(kind: string, query?: ListQuery): Stored<T>[];
  /** Statement access for the few tables that are not objects (deliveries, idempotency keys). */
  readonly sql: DatabaseSync;
  close(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS objects (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '',
  body    TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS objects_by_account ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS objects_by_status ON objects (kind, json_extract(body, '$.status'), seq);
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_by_payment_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_by_transfer_group ON objects (kind, json_extract(body, '$.transfer_group'));
CREATE INDEX IF NOT EXISTS objects_by_source ON objects (kind, json_extract(body, '$.source_transaction'));
CREATE TABLE IF NOT EXISTS idempotency (
  scope   TEXT NOT NULL,
  key     TEXT NOT NULL,
  digest  TEXT NOT NULL,
  status  INTEGER NOT NULL,
  body    TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  event        TEXT NOT NULL,
  endpoint     TEXT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'due',
  due_at       INTEGER NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER NOT NULL DEFAULT 0,
  last_status  INTEGER,
  last_error   TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (endpoint, state, due_at, id);
`;

/**
 * Opens (and makes, when it is not there) the sandbox's database `sandbox.sqlite` in `dir`.
 * Several processes may have it open: writers wait up to 5 s for each other.
 */
export function openStore(dir: string): Store {
  mkdirSync(dir, { recursive: true });
  const sql = new DatabaseSync(join(dir, 'sandbox.sqlite'));
  sql.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  sql.exec(SCHEMA);

  const read = sql.prepare('SELECT body FROM objects WHERE kind = ? AND id = ?');
  const readAccount = sql.prepare('SELECT account FROM objects WHERE kind = ? AND id = ?');
  const write = sql.prepare(
    'INSERT INTO objects (kind, id, account, body) VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body',
  );
  const erase = sql.prepare('DELETE FROM objects WHERE kind = ? AND id = ?');

  return {
    sql,
    transaction(work) {
      sql.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        sql.exec('COMMIT');
        return result;
      } catch (error) {
        if (sql.isTransaction) sql.exec('ROLLBACK');
        throw error;
      }
    },
    get<T>(kind: string, id: string) {
      const row = read.get(kind, id);
      // Only this store writes bodies, each under the kind whose type the caller names.
      return row === undefined ? undefined : (JSON.parse(String(row.body)) as T);
    },
    put(kind, id, value, account = '') {
      write.run(kind, id, account, JSON.stringify(value));
    },
    remove(kind, id) {
      erase.run(kind, id);
    },
    accountOf(kind, id) {
      const row = readAccount.get(kind, id);
      return row === undefined ? undefined : String(row.account);
    },
    list<T>(kind: string, query: ListQuery = {}) {
      const { text, values } = listStatement(kind, query);
      const rows = sql.prepare(text).all(...values);
      // As in get(): the caller names the type that this kind was written with.
      return rows.map((row) => ({ id: String(row.id), value: JSON.parse(String(row.body)) as T }));
    },
    close() {
      sql.close();
    },
  };
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function listStatement(kind: string, query: ListQuery): { text: string; values: SQLInputValue[] } {
  const conditions = ['kind = ?'];
  const values: SQLInputValue[] = [kind];
  if (query.account !== undefined) {
    conditions.push('account = ?');
    values.push(query.account);
  }
  for (const [field, value] of Object.entries(query.where ?? {})) {
    // Field names are literals in our own code; written out (not bound) so that the expression indexes are used.
    if (!/^[a-z_.]+$/.test(field)) throw new Error(`not a field name: ${field}`);
    conditions.push(`json_extract(body, '$.${field}') = ?`);
    values.push(value);
  }
  for (const [name, operator] of Object.entries(COMPARISONS)) {
    // The keys of COMPARISONS are the optional keys of ListQuery['created'].
    const bound = query.created?.[name as keyof typeof COMPARISONS];
    if (bound === undefined) continue;
    conditions.push(`json_extract(body, '$.created') ${operator} ?`);
    values.push(bound);
  }
  const cursor = query.after ?? query.before;
  if (cursor !== undefined) {
    conditions.push(`seq ${query.after === undefined ? '>' : '<'} (SELECT seq FROM objects WHERE kind = ? AND id = ?)`);
    values.push(kind, cursor);
  }
  const order = query.after === undefined && query.before !== undefined ? 'ASC' : 'DESC';
  const limit = query.limit === undefined ? '' : ` LIMIT ${Math.trunc(query.limit)}`;
  return {
    text: `SELECT id, body FROM objects WHERE ${conditions.join(' AND ')} ORDER BY seq ${order}${limit}`,
    values,
  };
}
