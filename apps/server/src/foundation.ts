// Floor 1 as one thing: the database with its schema up to date, jobs, timers, events, keys and the sealed log.
import { createAudit } from '#platform/audit';
import { ConfigError, secretsIn } from '#platform/config';
import { createKeyring } from '#platform/crypto';
import { type Database, migrate, openDatabase, reachable } from '#platform/database';
import { createEvents, dropOldEvents, makePartitions } from '#platform/events';
import { createJobs, createTimers, heartbeatsFor } from '#platform/jobs';
import { noteSecrets, openKeys } from '#platform/keys';
import type { Room } from '#platform/room';
import { deleteDeferred, type Storage } from '#platform/storage';
import type { Log } from '#platform/telemetry';
import { settings as definitions, type Settings } from './settings.ts';

/** How long a database that starts beside us, or comes back from a crash, is waited for. */
const DATABASE_WAIT_MS = 30_000;

export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

/** @throws ConfigError when the database does not answer, or its clock is shifted in production. */
export const layFoundation = async (options: {
  settings: Settings;
  databaseUrl: string;
  secretKey: string;
  production: boolean;
  log: Log;
}) => {
  const { settings, log } = options;
  const keyring = createKeyring(options.secretKey, settings.SECRET_KEY_PREVIOUS);
  const database = openDatabase({
    url: options.databaseUrl,
    poolSize: settings.DATABASE_POOL_SIZE,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    idleTransactionTimeoutMs: settings.IDLE_TRANSACTION_TIMEOUT_MS,
    onEffectError: (error) => log.error({ err: error }, 'an effect after a commit failed'),
  });
  const jobs = createJobs(database, log, heartbeatsFor(settings.DEAD_AFTER_S));
  const timers = createTimers(database, log, settings.DEAD_AFTER_S);
  const events = createEvents(database, log);
  await reachable(database, DATABASE_WAIT_MS, () => log.info({}, 'waiting for the database')).catch((error) => {
    throw new ConfigError([`DATABASE_URL: the database does not answer: ${error.message}`]);
  });
  const applied = await migrate(database.db);
  if (applied.length > 0) log.info({ migrations: applied.length }, 'brought the schema up to date');
  await jobs.migrate();
  const keys = await openKeys({
    database,
    jobs,
    keyring,
    secret: options.secretKey,
    previousSecret: settings.SECRET_KEY_PREVIOUS,
    log,
  });
  await noteSecrets(database, keyring, { ...secretsIn(definitions, settings), SECRET_KEY: options.secretKey });
  const audit = createAudit({ database, keyring, log, keepMonths: settings.AUDIT_MONTHS });
  await assertOwnClock(database, options.production);
  return { database, jobs, timers, events, keyring, keys, audit };
};

const assertOwnClock = async (database: Database, production: boolean): Promise<void> => {
  await database.now(database.db);
  if (!production || Math.abs(database.clock().getTime() - Date.now()) <= 1) return;
  throw new ConfigError(['the clock of this database is shifted, as tests do it; production does not start with that']);
};

/** What is done every day or few minutes for no room in particular. */
export const createHousekeeping = (
  { database, keys, audit }: Pick<Foundation, 'database' | 'keys' | 'audit'>,
  parts: { objects: Storage; sweepIdempotencyKeys(): Promise<void> },
): Room => ({
  sealed: audit.sealed,
  jobs: {
    'events.make_partitions': { cron: '5 0 * * *', handle: () => makePartitions(database) },
    'events.drop_old': {
      cron: '25 0 * * *',
      async handle() {
        await dropOldEvents(database);
      },
    },
    ...keys.jobs,
    ...audit.jobs,
    'storage.delete_deferred': {
      cron: '*/5 * * * *',
      async handle() {
        await deleteDeferred(parts.objects, database);
      },
    },
    'http.sweep_idempotency_keys': { cron: '35 0 * * *', handle: parts.sweepIdempotencyKeys },
  },
});
