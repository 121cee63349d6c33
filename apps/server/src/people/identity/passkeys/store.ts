// The SQL of passkeys.
import { type Reader, sql, type Tx } from '#platform/database';

export type Passkey = {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: string;
  counter: number;
  transports: string[];
  name: string;
  /** Copied between the person's devices by whoever keeps it. */
  synced: boolean;
  addedAt: Date;
  lastUsedAt: Date | null;
};

const PASSKEY = sql`id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey", counter,
  transports, name, synced, added_at as "addedAt", last_used_at as "lastUsedAt"`;

export const passkeysOf = async (db: Reader, userId: string): Promise<Passkey[]> =>
  (await sql<Passkey>`select ${PASSKEY} from passkeys where user_id = ${userId} order by added_at, id`.execute(db))
    .rows;

/** Locks it: its counter is compared and moved by one at a time. */
export const lockPasskey = async (tx: Tx, credentialId: string): Promise<Passkey | null> =>
  (await sql<Passkey>`select ${PASSKEY} from passkeys where credential_id = ${credentialId} for update`.execute(tx))
    .rows[0] ?? null;

/** @returns how many there were */
export const removePasskeysOf = async (tx: Tx, userId: string): Promise<number> =>
  (await sql`delete from passkeys where user_id = ${userId} returning 1`.execute(tx)).rows.length;

/** @returns null when it is registered already. */
export const insertPasskey = async (
  tx: Tx,
  passkey: Omit<Passkey, 'addedAt' | 'lastUsedAt'>,
): Promise<Passkey | null> =>
  (
    await sql<Passkey>`
      insert into passkeys (id, user_id, credential_id, public_key, counter, transports, name, synced, added_at)
      values (${passkey.id}, ${passkey.userId}, ${passkey.credentialId}, ${passkey.publicKey}, ${passkey.counter},
              ${passkey.transports}, ${passkey.name}, ${passkey.synced}, app_now())
      on conflict do nothing
      returning ${PASSKEY}`.execute(tx)
  ).rows[0] ?? null;

export const usePasskey = async (tx: Tx, id: string, counter: number, synced: boolean): Promise<void> => {
  await sql`
    update passkeys set counter = ${counter}, synced = ${synced}, last_used_at = app_now() where id = ${id}`.execute(
    tx,
  );
};

export const renamePasskey = async (db: Reader, userId: string, id: string, name: string): Promise<Passkey | null> =>
  (
    await sql<Passkey>`
      update passkeys set name = ${name} where id = ${id} and user_id = ${userId} returning ${PASSKEY}`.execute(db)
  ).rows[0] ?? null;

export const deletePasskey = async (tx: Tx, userId: string, id: string): Promise<boolean> =>
  (await sql`delete from passkeys where id = ${id} and user_id = ${userId} returning 1`.execute(tx)).rows.length === 1;
