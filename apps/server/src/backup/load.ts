// A backup's tables into an empty database: all of them in one transaction, or nothing.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PoolClient as Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Database, migrateClient, migrationNames } from '#platform/database';
import { createJobs } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import { SESSION } from './dump.ts';
import { assertKnownQueue, loadJobs, QUEUE_SCHEMA } from './load-jobs.ts';
import { BackupError, type Manifest, tableFile } from './manifest.ts';

const nameOf = ({ schema, name }: { schema: string; name: string }): string => `"${schema}"."${name}"`;

/** Tables, views and sequences of anybody, but not of extensions. */
const RELATIONS = `
  select n.nspname || '.' || c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by 1`;

/** @throws BackupError when anything is there */
export const assertEmptyDatabase = async ({ pool }: Database): Promise<void> => {
  const { rows } = await pool.query(RELATIONS);
  if (rows.length === 0) return;
  throw new BackupError(
    `The database is not empty: it has ${rows.length} tables and sequences, such as ${rows[0].name}. Restore into a new one.`,
  );
};

/** @throws BackupError when this program does not know the backup's schema */
export const assertKnownSchema = async (manifest: Manifest): Promise<void> => {
  const known = new Set(await migrationNames());
  assertKnownQueue(manifest);
  const unknown = manifest.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new BackupError(
      `This backup is of a newer program: it has migrations that this one does not know, such as ${unknown[0]}.`,
    );
};

/** The tables as they were, with the migrations that there were; newer ones come afterwards, by `migrate`. */
export const loadTables = async (database: Database, folder: string, manifest: Manifest, log: Log): Promise<void> => {
  await createJobs(database, log).migrate();
  const client = await database.pool.connect();
  try {
    await client.query(SESSION);
    await client.query('begin');
    await migrateClient(client, manifest.migrations);
    await makePartitions(client, manifest);
    const tables = manifest.tables.filter(isOurs);
    for (const table of tables) await client.query(`alter table ${nameOf(table)} disable trigger user`);
    // Migrations put rows into some tables; those of the backup replace them.
    await client.query(`truncate ${tables.map(nameOf).join(', ')}`);
    for (const table of await inOrder(client, tables)) await loadTable(client, table, folder);
    for (const sequence of manifest.sequences.filter(isOurs))
      await client.query('select setval($1::regclass, $2, true)', [nameOf(sequence), sequence.value]);
    for (const table of tables) await client.query(`alter table ${nameOf(table)} enable trigger user`);
    await loadJobs(client, manifest, (table, into) => loadTable(client, table, folder, into));
    await client.query('delete from job_workers'); // they are not here
    await client.query('commit');
    await client.query('analyze');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    // Made by us a moment ago, outside the transaction: its migrations bring their own.
    await client.query('drop schema if exists graphile_worker cascade').catch(() => {});
    throw error;
  } finally {
    client.release(true);
  }
};

const isOurs = ({ schema }: { schema: string }): boolean => schema !== QUEUE_SCHEMA;

/** Those that the migrations do not make: the outbox has one for each day. */
const makePartitions = async (client: Client, { partitions }: Manifest): Promise<void> => {
  for (const { parent, name, bound } of partitions) {
    const { rows } = await client.query('select to_regclass($1) as found', [`public."${name}"`]);
    if (rows[0].found === null) await client.query(`create table "${name}" partition of "${parent}" ${bound}`);
  }
};

/** What is referred to comes before what refers to it. */
const inOrder = async (client: Client, tables: Manifest['tables']): Promise<Manifest['tables']> => {
  const { rows } = await client.query<{ table: string; target: string }>(`
    select distinct format('"%s"."%s"', cn.nspname, c.relname) as table, format('"%s"."%s"', pn.nspname, p.relname) as target
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    where k.contype = 'f' and k.conrelid <> k.confrelid`);
  const targets = Map.groupBy(rows, ({ table }) => table);
  const waiting = new Map(tables.map((table) => [nameOf(table), table]));
  const ordered: Manifest['tables'] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([name]) => !targets.get(name)?.some(({ target }) => waiting.has(target)));
    if (ready.length === 0) throw new Error(`these tables refer to each other: ${[...waiting.keys()].join(', ')}`);
    for (const [name, table] of ready) {
      ordered.push(table);
      waiting.delete(name);
    }
  }
  return ordered;
};

const loadTable = async (
  client: Client,
  table: Manifest['tables'][number],
  folder: string,
  into: string = nameOf(table),
): Promise<void> => {
  const columns = table.columns.map((column) => `"${column}"`).join(', ');
  const copy = client.query(copyFrom(`copy ${into} (${columns}) from stdin`));
  await pipeline(createReadStream(tableFile(folder, table)), createGunzip(), copy);
  if (copy.rowCount !== table.rows)
    throw new BackupError(`${nameOf(table)} got ${copy.rowCount} rows instead of ${table.rows}.`);
};
