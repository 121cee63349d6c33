// backup and restore: the database and all objects, in a folder that says what it is and proves that it is whole.
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { finishedUploads } from '#content/media';
import { recordAudit } from '#platform/audit';
import { createKeyring } from '#platform/crypto';
import { type Database, migrate, openDatabase } from '#platform/database';
import { openObjects, type Storage, withoutDeletions } from '#platform/storage';
import { createTelemetry } from '#platform/telemetry';
import type { Installation } from '../installation.ts';
import { dumpTables } from './dump.ts';
import { assertEmptyDatabase, assertKnownSchema, loadTables } from './load.ts';
import { BackupError, FORMAT, type Manifest, readManifest, tableFile, writeManifest } from './manifest.ts';
import { copyObjectsIn, copyObjectsOut, takeObjectsOut, verifyObjects } from './objects.ts';
import { sumFile } from './sums.ts';

export { BackupError } from './manifest.ts';

type Place = Pick<Installation, 'settings' | 'dataFolder' | 'secretKey' | 'databaseUrl'>;
const SECRET = 'secret';

const fingerprint = (secretKey: string): string =>
  createKeyring(secretKey).sign('backup', 'the secret of an installation');

const open = (place: Place): { database: Database; storage: Storage } => {
  const database = openDatabase({
    url: place.databaseUrl,
    poolSize: 8,
    statementTimeoutMs: 0,
    idleTransactionTimeoutMs: 0,
    applicationName: 'videowindow backup',
  });
  return { database, storage: openObjects(place.settings, place.dataFolder, database) };
};

/**
 * Writes a backup into an empty or new folder. The server may run meanwhile; only deletions of objects wait.
 * @throws BackupError
 */
export const backup = async (place: Place, to: string): Promise<Manifest> => {
  const folder = resolve(to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new BackupError(`${folder} is not empty. Name a new folder.`);
  await chmod(folder, 0o700);
  const { database, storage } = open(place);
  try {
    await noteBackup(database);
    const manifest = await withoutDeletions(database, async () => {
      const createdAt = new Date().toISOString();
      const dumped = await dumpTables(database, folder);
      const uploads = await finishedUploads(database.db, place.dataFolder);
      const objects = await copyObjectsOut(storage, uploads, folder);
      return { format: FORMAT, createdAt, secret: fingerprint(place.secretKey), ...dumped, objects };
    });
    // Without it what is sealed in the database stays sealed. Where it comes from the settings it is kept there.
    if (place.settings.SECRET_KEY === undefined)
      await writeFile(join(folder, SECRET), place.secretKey, { mode: 0o600, flush: true });
    await writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  } finally {
    await database.close();
  }
};

/** In the audit log, where the security register finds it; a database that an older program left has none of today's. */
const noteBackup = async (database: Database): Promise<void> => {
  const { rows } = await database.pool.query("select to_regclass('audit_inbox') is not null as known");
  if (rows[0]?.known) await database.transaction((tx) => recordAudit(tx, { actor: null, action: 'backup.begun' }));
};

/** Reads everything and compares it with its checksums. @throws BackupError */
export const verify = async (from: string): Promise<Manifest> => {
  const folder = resolve(from);
  const manifest = await readManifest(folder);
  for (const table of manifest.tables) {
    const file = tableFile(folder, table);
    const sum = await sumFile(file);
    if (sum === null) throw new BackupError(`${file} is missing.`);
    if (sum.sha256 !== table.sha256) throw new BackupError(`${file} is damaged: it is not what was written.`);
  }
  await verifyObjects(folder, manifest);
  return manifest;
};

/** The secret that the backup brings along; null where its installation had it in its settings. */
export const secretOf = (from: string): Promise<string | null> =>
  readFile(join(resolve(from), SECRET), 'utf8').catch(() => null);

/**
 * Brings a backup back into an empty database and an empty place for objects, whatever these are, and its schema up to
 * date. When it fails, both are as empty as they were.
 * @throws BackupError
 */
export const restore = async (place: Place, from: string): Promise<Manifest> => {
  const folder = resolve(from);
  const manifest = await verify(folder);
  await assertKnownSchema(manifest);
  if (manifest.secret !== fingerprint(place.secretKey))
    throw new BackupError(
      'This backup belongs to another secret: set SECRET_KEY to the one that its installation had, else addresses in it could never be read.',
    );
  const { database, storage } = open(place);
  try {
    await assertEmptyDatabase(database);
    for await (const { key } of storage.scan())
      throw new BackupError(`The place for objects is not empty: it has ${key}. Restore into a new one.`);
    try {
      await copyObjectsIn(folder, storage, join(place.dataFolder, 'work', 'restore'));
      await loadTables(database, folder, manifest, createTelemetry({ level: 'error', role: 'restore' }).log);
    } catch (error) {
      await takeObjectsOut(folder, storage).catch(() => {});
      throw error;
    }
    await migrate(database.db);
    return manifest;
  } finally {
    await database.close();
  }
};
