// The keys of people whom rows tell of: one each, sealed with those of the installation, destroyed when they are erased.
import { type Keyring, randomToken, seal, unseal } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

/** The purpose under which the keys lie sealed. */
export const PERSON_KEY = 'audit-person';
/** Whose key hides the addresses of people who did not say who they are. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

export type PeopleKeys = ReadonlyMap<string, Buffer>;
type Row = { id: string; sealed: string | null };

const openAll = (keyring: Keyring, rows: readonly Row[]): PeopleKeys =>
  new Map(
    rows.flatMap(({ id, sealed }) =>
      sealed === null ? [] : [[id, Buffer.from(keyring.decrypt(PERSON_KEY, sealed, id), 'base64url')]],
    ),
  );

/** The keys of those who have one. */
export const readKeys = async (reader: Reader, keyring: Keyring, ids: readonly string[]): Promise<PeopleKeys> => {
  const { rows } = await sql<Row>`
    select person_id as id, key_sealed as sealed
    from audit_people
    where person_id = any(${[...new Set(ids)]}::uuid[])`.execute(reader);
  return openAll(keyring, rows);
};

/** The same, made where there was none and locked, so that nobody is forgotten while their rows are being sealed. */
export const lockKeys = async (tx: Tx, keyring: Keyring, ids: readonly string[]): Promise<PeopleKeys> => {
  const all = [...new Set(ids)].sort();
  const { rows: known } = await sql<{ id: string }>`
    select person_id as id from audit_people where person_id = any(${all}::uuid[])`.execute(tx);
  const unknown = all.filter((id) => !known.some((row) => row.id === id));
  if (unknown.length > 0) {
    const made = unknown.map((id) => keyring.encrypt(PERSON_KEY, randomToken(), id));
    await sql`
      insert into audit_people (person_id, key_sealed)
      select * from unnest(${unknown}::uuid[], ${made}::text[])
      on conflict do nothing`.execute(tx);
  }
  const { rows } = await sql<Row>`
    select person_id as id, key_sealed as sealed
    from audit_people
    where person_id = any(${all}::uuid[])
    order by person_id
    for update`.execute(tx);
  return openAll(keyring, rows);
};

/** Null when there is nothing to hide, or nobody any more whose it would be. */
export const hide = (keys: PeopleKeys, person: string, text: string | null, entryId: string): string | null => {
  const key = keys.get(person);
  return text === null || !key ? null : seal(key, text, entryId);
};

/** What was hidden; null when that person has been forgotten. */
export const reveal = (keys: PeopleKeys, person: string, hidden: string | null, entryId: string): string | null => {
  const key = keys.get(person);
  if (hidden === null || !key) return null;
  try {
    return unseal(key, hidden, entryId);
  } catch {
    return null; // somebody changed it: `verify` says so
  }
};
