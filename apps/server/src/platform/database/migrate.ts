// Migrations of all rooms, joined by name into one line: YYYYMMDDHHMM_room_what.ts
import { glob } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Db } from './index.ts';

const SOURCE = join(import.meta.dirname, '..', '..');

/** Every `migrations/*.ts` below the rooms, by name. */
const readMigrations = async (): Promise<Record<string, Migration>> => {
  const files: string[] = [];
  for await (const file of glob('*/**/migrations/*.ts', { cwd: SOURCE })) files.push(file);
  const named = await Promise.all(
    files.map(async (file): Promise<[string, Migration]> => {
      const module: Migration = await import(pathToFileURL(join(SOURCE, file)).href);
      return [basename(file, '.ts'), module];
    }),
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * Brings the schema up to date. Safe with two runners: the second waits for the first, however long that takes, so the
 * time-outs of requests do not hold here.
 * @returns the names that were applied now.
 */
export const migrate = async (db: Db): Promise<string[]> =>
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`set idle_in_transaction_session_timeout = 0`.execute(connection);
    try {
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: readMigrations },
        allowUnorderedMigrations: true,
      });
      const { error, results } = await migrator.migrateToLatest();
      if (error) throw error;
      return (results ?? []).map((result) => result.migrationName);
    } finally {
      await sql`reset statement_timeout`.execute(connection);
      await sql`reset idle_in_transaction_session_timeout`.execute(connection);
    }
  });

/** Every migration that this program knows, in order. */
export const migrationNames = async (): Promise<string[]> => Object.keys(await readMigrations());

/** Applies exactly these migrations, inside the transaction that this connection is in: for restoring a backup. */
export const migrateClient = async (client: PostgresPoolClient, names: readonly string[]): Promise<void> => {
  const connection = { query: client.query.bind(client), release: () => {} } as PostgresPoolClient; // not ours to give back
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: { connect: async () => connection, end: async () => {}, options: {} } }),
  });
  const migrations = await readMigrations();
  const chosen = Object.fromEntries(Object.entries(migrations).filter(([name]) => names.includes(name)));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => chosen }, disableTransactions: true });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
};
