// The SQL of phones: sealed in the row of their person, found by a blind index.
import type { Keyring } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';
import { PHONE } from './claims.ts';
import { type User, userById } from './store.ts';

export type Phone = { number: string; verifiedAt: Date };

/** The phone that somebody has proved; null when there is none. */
export const phoneOf = async (keyring: Keyring, db: Reader, userId: string): Promise<Phone | null> => {
  const { rows } = await sql<{ sealed: string; verifiedAt: Date }>`
    select phone_sealed as sealed, phone_verified_at as "verifiedAt"
    from users where id = ${userId} and phone_sealed is not null`.execute(db);
  const row = rows[0];
  return row ? { number: keyring.decrypt(PHONE, row.sealed, userId), verifiedAt: row.verifiedAt } : null;
};

export const userByPhone = async (keyring: Keyring, db: Reader, number: string): Promise<User | null> => {
  const { rows } = await sql<{ id: string }>`
    select id from users where phone_index = ${keyring.blindIndex(PHONE, number)}`.execute(db);
  return rows[0] ? await userById(db, rows[0].id) : null;
};
