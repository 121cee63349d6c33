// keys: the keys of what is sealed at rest, wrapped in the database; exchanged while everything runs.
//
// A new key is heard of by every process before it seals anything, so no process meets a number that it does not know.
// Then a job seals every column anew. The secret itself (SECRET_KEY) is exchanged by naming the old one beside it.
import { ConfigError } from '#platform/config';
import { firstKeys, type Keyring, randomToken } from '#platform/crypto';
import { type Database, sql } from '#platform/database';
import type { JobDefinition, Jobs } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import { nameOf, resealColumns, type SealedColumn } from './reseal.ts';
import { fingerprint, unwrap, type WrappedKey, wrap } from './wrapping.ts';

export type { SealedColumn } from './reseal.ts';
export { noteSecrets, type SecretAge, secretAges, takeOldSecrets } from './secret-ages.ts';

/** How often a process looks for new keys, and how long a new one waits before it seals. */
const LOOK_EVERY_MS = 15_000;
const WAIT_S = 60;
/** Codes in the job queue and whatever else is sealed for a short time have been used up by then. */
const KEPT_AFTER_S = 86_400;

export type Keys = Awaited<ReturnType<typeof openKeys>>;

export type KeyFacts = {
  id: number;
  madeAt: Date;
  sealsFrom: Date;
  /** Whether it seals what is written at this moment. */
  seals: boolean;
  /** Columns that still hold values of it. */
  columns: string[];
};

/**
 * Hands the keys to the keyring and keeps it up to date.
 * @throws ConfigError when the keys were wrapped under a secret that is not given.
 */
export const openKeys = async (deps: {
  database: Database;
  jobs: Jobs;
  keyring: Keyring;
  secret: string;
  /** The secret before this one: keys that it wrapped are wrapped anew. */
  previousSecret: string | undefined;
  log: Log;
}) => {
  const { database, keyring, secret, previousSecret, log } = deps;
  let columns: readonly SealedColumn[] = [];

  const readKeys = async () =>
    (
      await sql<WrappedKey>`select id, wrapped, wrapped_by, seals_from from sealing_keys order by id`.execute(
        database.db,
      )
    ).rows;

  const load = async () => {
    let rows = await readKeys();
    if (rows.length === 0) {
      for (const key of firstKeys(secret)) await insertKey(wrap(secret, key));
      rows = await readKeys();
    }
    const opened = [];
    for (const row of rows)
      opened.push(row.wrapped_by === fingerprint(secret) ? unwrap(secret, row) : await rewrap(row));
    keyring.use(opened);
  };

  const insertKey = async ({ id, wrapped, wrapped_by, seals_from }: WrappedKey) => {
    await sql`
      insert into sealing_keys (id, wrapped, wrapped_by, seals_from)
      values (${id}, ${wrapped}, ${wrapped_by}, ${seals_from})
      on conflict (id) do nothing`.execute(database.db);
  };

  const rewrap = async (row: WrappedKey) => {
    if (previousSecret === undefined || row.wrapped_by !== fingerprint(previousSecret)) {
      throw new ConfigError([
        'SECRET_KEY: the keys in this database were made under another secret. Give that one back, or name it in SECRET_KEY_PREVIOUS beside the new one',
      ]);
    }
    const key = unwrap(previousSecret, row);
    const { wrapped, wrapped_by } = wrap(secret, key);
    await sql`
      update sealing_keys set wrapped = ${wrapped}, wrapped_by = ${wrapped_by}
      where id = ${row.id} and wrapped_by = ${row.wrapped_by}`.execute(database.db);
    return key;
  };

  await load();
  const looking = setInterval(
    () => load().catch((error) => log.error({ err: error }, 'could not read the keys')),
    LOOK_EVERY_MS,
  );
  looking.unref();

  /** Whether any column still holds something that this key sealed. */
  const columnsOf = async (id: number): Promise<string[]> => {
    const holding: string[] = [];
    for (const column of columns) {
      const { rows } = await sql`
        select 1 from ${sql.table(column.table)} where ${sql.ref(column.column)} like ${`${id}.%`} limit 1`.execute(
        database.db,
      );
      if (rows.length > 0) holding.push(nameOf(column));
    }
    return holding;
  };

  const list = async (): Promise<KeyFacts[]> => {
    const { rows } = await sql<{ id: number; made_at: Date; seals_from: Date }>`
      select id, made_at, seals_from from sealing_keys where id > 0 order by id`.execute(database.db);
    const seals = keyring.sealingKey();
    const facts: KeyFacts[] = [];
    for (const { id, made_at, seals_from } of rows)
      facts.push({ id, madeAt: made_at, sealsFrom: seals_from, seals: id === seals, columns: await columnsOf(id) });
    return facts;
  };

  const reseal: JobDefinition = {
    cron: '15 2 * * *',
    async handle(_payload, { signal, log }) {
      await load();
      const rows = await resealColumns(database, keyring, columns, signal);
      if (rows > 0) log.info({ rows, key: keyring.sealingKey() }, 'sealed anew');
    },
  };

  return {
    jobs: { 'keys.reseal': reseal },
    /** Names every sealed column of the product. */
    seals(all: readonly SealedColumn[]) {
      columns = all;
    },
    columns: () => columns,
    /** Looks for new keys at once. */
    load,
    list,
    /** Makes a key, which seals from in a minute on; workers then seal anew what others sealed. @returns its number. */
    async rotate(): Promise<number> {
      return await database.transaction(async (tx) => {
        await sql`lock table sealing_keys in share row exclusive mode`.execute(tx);
        const { rows } = await sql<{ id: number; seals_from: Date; reseal_at: Date }>`
          select max(id) + 1 as id,
                 clock_timestamp() + make_interval(secs => ${WAIT_S}) as seals_from,
                 clock_timestamp() + make_interval(secs => ${2 * WAIT_S}) as reseal_at
          from sealing_keys`.execute(tx);
        const row = rows[0];
        if (!row) throw new Error('an aggregate has one row');
        const { id, wrapped, wrapped_by, seals_from } = wrap(secret, {
          id: row.id,
          material: randomToken(),
          sealsFrom: row.seals_from,
        });
        await sql`
          insert into sealing_keys (id, wrapped, wrapped_by, seals_from)
          values (${id}, ${wrapped}, ${wrapped_by}, ${seals_from})`.execute(tx);
        await deps.jobs.enqueue(tx, 'keys.reseal', {}, { key: 'keys.reseal', runAt: row.reseal_at });
        return id;
      });
    },
    /**
     * Destroys a key. What it sealed and no column holds any more (in backups, say) can never be opened again.
     * @returns why not, or null.
     */
    async drop(id: number): Promise<string | null> {
      const keys = await list();
      const key = keys.find((known) => known.id === id);
      const successor = keys.find((known) => known.id > id);
      if (!key) return `there is no key ${id}`;
      if (key.seals || !successor) return `key ${id} is in use; make another first (keys rotate)`;
      if (key.columns.length > 0) return `key ${id} still seals values of ${key.columns.join(', ')}`;
      if (Date.now() - successor.sealsFrom.getTime() < KEPT_AFTER_S * 1000)
        return `key ${id} sealed until today; try again tomorrow`;
      await sql`delete from sealing_keys where id = ${id}`.execute(database.db);
      await load();
      return null;
    },
    close: () => clearInterval(looking),
  };
};
