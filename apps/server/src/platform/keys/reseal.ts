// Seals what lies in the columns anew with the key that seals now, a few rows at a time, going on where it was stopped.
import { setTimeout as pause } from 'node:timers/promises';
import { type Keyring, keyIdOf } from '#platform/crypto';
import { type Database, sql } from '#platform/database';

/** A column that holds sealed values. Its rows have a UUID, which was their context when they were sealed. */
export type SealedColumn = {
  readonly table: string;
  readonly column: string;
  /** The purpose given to `keyring.encrypt`. */
  readonly purpose: string;
  /** The row's UUID; `id` when not given. */
  readonly key?: string;
};

const BATCH = 200;
/** Between two batches, so that people notice nothing: at most some 4,000 rows a second. */
const PAUSE_MS = 50;

export const nameOf = ({ table, column }: SealedColumn): string => `${table}.${column}`;

/**
 * Does what is left of every column. Safe beside everything: a value that was changed meanwhile was sealed with the new
 * key already and is left alone.
 * @returns the rows sealed anew; what `signal` cut off is done by the next call.
 */
export const resealColumns = async (
  database: Database,
  keyring: Keyring,
  columns: readonly SealedColumn[],
  signal?: AbortSignal,
): Promise<number> => {
  const keyId = keyring.sealingKey();
  let sealed = 0;
  for (const column of columns) {
    while (!signal?.aborted) {
      const done = await resealBatch(database, keyring, column, keyId);
      if (done === null) break;
      sealed += done;
      await pause(PAUSE_MS);
    }
  }
  return sealed;
};

type Row = { id: string; value: string };

/** @returns the rows of one batch, null when nothing is left of this column. */
const resealBatch = async (
  { db, transaction }: Database,
  keyring: Keyring,
  column: SealedColumn,
  keyId: number,
): Promise<number | null> => {
  const { rows: progress } = await sql<{ after: string | null; done: boolean }>`
    select after, done_at is not null as done
    from reseals
    where key_id = ${keyId} and column_name = ${nameOf(column)}`.execute(db);
  if (progress[0]?.done) return null;
  const after = progress[0]?.after ?? '00000000-0000-0000-0000-000000000000';
  const [table, key, value] = [sql.table(column.table), sql.ref(column.key ?? 'id'), sql.ref(column.column)];
  const { rows } = await sql<Row>`
    select ${key} as id, ${value} as value
    from ${table}
    where ${key} > ${after} and ${value} is not null
    order by ${key}
    limit ${BATCH}`.execute(db);
  const old = rows.filter((row) => keyIdOf(row.value) !== keyId);
  const anew = old.map(({ id, value }) =>
    keyring.encrypt(column.purpose, keyring.decrypt(column.purpose, value, id), id),
  );
  await transaction(async (tx) => {
    await sql`
      update ${table} t
      set ${sql.ref(column.column)} = given.anew
      from unnest(${old.map(({ id }) => id)}::uuid[], ${old.map(({ value }) => value)}::text[], ${anew}::text[])
        as given (id, old, anew)
      where t.${key} = given.id and t.${value} = given.old`.execute(tx);
    await sql`
      insert into reseals (key_id, column_name, after, done_at)
      values (${keyId}, ${nameOf(column)}, ${rows.at(-1)?.id ?? null}, ${rows.length < BATCH ? sql`clock_timestamp()` : null})
      on conflict (key_id, column_name) do update set after = excluded.after, done_at = excluded.done_at`.execute(tx);
  });
  return rows.length === 0 ? null : old.length;
};
