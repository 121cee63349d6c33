// Every table out of one snapshot: as the database was at one moment, while everybody goes on working.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import type { PoolClient as Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '#platform/database';
import { BackupError, type Manifest, tableFile } from './manifest.ts';
import { writeSummed } from './sums.ts';

type Dumped = Pick<Manifest, 'postgres' | 'migrations' | 'queue' | 'tables' | 'partitions' | 'sequences'>;

/** Text means the same everywhere, and takes as long as it takes. */
export const SESSION = `
  set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 0;
  set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC';
  set bytea_output = 'hex'; set extra_float_digits = 1; set search_path = public`;

/** The product's tables; those that say which migrations there were are what these migrations make. */
const TABLES = `
  select n.nspname as schema, c.relname as name,
         (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'graphile_worker') and c.relkind in ('r', 'p') and not c.relispartition
    and (n.nspname, c.relname) not in (
      ('public', 'kysely_migration'), ('public', 'kysely_migration_lock'), ('graphile_worker', 'migrations'))
    and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by 1, 2`;

const PARTITIONS = `
  select p.relname as parent, c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
  where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
  order by 1, 2`;

/** Those that were never drawn from stay as they are made. */
const SEQUENCES = `
  select schemaname as schema, sequencename as name, last_value as value
  from pg_sequences where schemaname in ('public', 'graphile_worker') and last_value is not null
  order by 1, 2`;

/** Writes a file for each table. */
export const dumpTables = async (database: Database, folder: string): Promise<Dumped> => {
  await mkdir(join(folder, 'tables'), { mode: 0o700 });
  const client = await database.pool.connect();
  try {
    await client.query(SESSION);
    await client.query('begin transaction isolation level repeatable read read only');
    const head = await client.query('select current_setting($1) as postgres', ['server_version']);
    const migrations = await client.query('select name from kysely_migration order by name').catch(() => {
      throw new BackupError('There is nothing to back up: this database has no tables of ours.');
    });
    const queue = await client.query('select max(id)::int as id from graphile_worker.migrations');
    const found = await client.query<Manifest['tables'][number]>(TABLES);
    const partitions = await client.query<Manifest['partitions'][number]>(PARTITIONS);
    const tables: Manifest['tables'] = [];
    for (const table of found.rows) tables.push(await dumpTable(client, table, folder));
    const sequences = await client.query<Manifest['sequences'][number]>(SEQUENCES);
    await client.query('commit');
    return {
      postgres: head.rows[0].postgres,
      migrations: migrations.rows.map(({ name }) => name),
      queue: queue.rows[0].id,
      tables,
      partitions: partitions.rows,
      sequences: sequences.rows,
    };
  } finally {
    client.release(true);
  }
};

const dumpTable = async (
  client: Client,
  { schema, name, columns }: Pick<Manifest['tables'][number], 'schema' | 'name' | 'columns'>,
  folder: string,
): Promise<Manifest['tables'][number]> => {
  const list = columns.map((column) => `"${column}"`).join(', ');
  // A partitioned table has no rows of its own: it is asked, not copied.
  const copy = client.query(copyTo(`copy (select ${list} from "${schema}"."${name}") to stdout`));
  const packing = createGzip({ level: 3 });
  copy.once('error', (error) => packing.destroy(error));
  const sum = await writeSummed(copy.pipe(packing), tableFile(folder, { schema, name }));
  return { schema, name, columns, rows: copy.rowCount, ...sum };
};
