// How old the secrets are that come from outside (passwords, keys of providers): each start notes which ones are new.
import type { Keyring } from '#platform/crypto';
import { type Database, sql, type Tx } from '#platform/database';

export type SecretAge = { name: string; since: Date };

/** Notes since when each of these is what it is; those that are no longer given are forgotten. */
export const noteSecrets = async (
  database: Database,
  keyring: Keyring,
  secrets: Readonly<Record<string, string>>,
): Promise<void> => {
  const names = Object.keys(secrets);
  const fingerprints = names.map((name) => keyring.stamp('secret-age', `${name} ${secrets[name]}`));
  await sql`delete from secret_ages where name <> all(${names}::text[])`.execute(database.db);
  await sql`
    insert into secret_ages (name, fingerprint, since)
    select name, fingerprint, app_now() from unnest(${names}::text[], ${fingerprints}::text[]) as now (name, fingerprint)
    order by name
    on conflict (name) do update set fingerprint = excluded.fingerprint, since = excluded.since, told_at = null
    where secret_ages.fingerprint <> excluded.fingerprint`.execute(database.db);
};

/** The oldest first. */
export const secretAges = async ({ db }: Database): Promise<SecretAge[]> =>
  (await sql<SecretAge>`select name, since from secret_ages order by since, name`.execute(db)).rows;

/** Whoever seals now, beside the secrets that come from outside. */
const SEALING_KEY = 'the sealing key';

/** What has reached an age and was not told of yet, each once: the caller tells of it in this transaction. The oldest first. */
export const takeOldSecrets = async (tx: Tx, days: number): Promise<SecretAge[]> => {
  const { rows } = await sql<SecretAge>`
    with secrets as (
      update secret_ages set told_at = app_now()
      where told_at is null and since <= app_now() - make_interval(days => ${days})
      returning name, since
    ), keys as (
      update sealing_keys set told_at = app_now()
      where told_at is null and made_at <= app_now() - make_interval(days => ${days})
        and id = (select max(id) from sealing_keys where seals_from <= app_now())
      returning ${SEALING_KEY}::text as name, made_at as since
    )
    select * from secrets union all select * from keys order by since, name`.execute(tx);
  return rows;
};
