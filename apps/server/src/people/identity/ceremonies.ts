// What a browser has begun and only it may finish, once: the way to a provider and back, a passkey's challenge, a second
// step, a sign-in that another device approves. The row holds hashes of what comes back and of the browser's cookie;
// redeeming is one statement.
import { DomainError } from '@videowindow/contract';
import { type Keyring, newId, randomToken, sha256 } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';
import type { RequestOrigin } from './enter.ts';

/** What its data is sealed for. */
export const CEREMONY = 'ceremony';

export type CeremonyKind = 'social' | 'second_step' | 'passkey_sign_in' | 'passkey_new' | 'passkey_step_up';
type Redeemed<T> = { userId: string | null; data: T };

type Begin = {
  kind: CeremonyKind;
  origin: RequestOrigin;
  /** Who is signed in or has shown a first factor; null when nobody has. */
  userId: string | null;
  /** Kept sealed until it comes back. */
  data: object;
  lifeS: number;
  tries?: number;
};

export const createCeremonies = ({ keyring }: { keyring: Keyring }) => {
  const browserOf = (origin: RequestOrigin) => sha256(origin.visitorId);
  // Sealed by us, under the kind whose type the caller names.
  const unseal = <T>(id: string, sealed: string) => JSON.parse(keyring.decrypt(CEREMONY, sealed, id)) as T;

  /** Matches the ceremony that this browser has begun under this key. */
  const mine = (kind: CeremonyKind, key: string, origin: RequestOrigin) =>
    sql`key_hash = ${sha256(key)} and kind = ${kind} and browser_hash = ${browserOf(origin)} and expires_at > app_now()`;
  type Row = { id: string; userId: string | null; sealed: string };
  const opened = <T>(row: Row | undefined): Redeemed<T> => {
    if (!row) throw new DomainError('ceremony_over');
    return { userId: row.userId, data: unseal<T>(row.id, row.sealed) };
  };

  return {
    /** @param key what must come back; a random one when left out. @returns it */
    async begin(db: Reader, begun: Begin, key = randomToken()): Promise<string> {
      const id = newId();
      const sealed = keyring.encrypt(CEREMONY, JSON.stringify(begun.data), id);
      await sql`
        insert into ceremonies (id, kind, browser_hash, key_hash, user_id, sealed, tries_left, expires_at)
        values (${id}, ${begun.kind}, ${browserOf(begun.origin)}, ${sha256(key)}, ${begun.userId}, ${sealed},
                ${begun.tries ?? 1}, app_now() + make_interval(secs => ${begun.lifeS}))`.execute(db);
      return key;
    },

    /**
     * Ends a ceremony: of many redemptions at once exactly one gets it.
     * @throws DomainError ceremony_over: unknown, another browser's, too late, or redeemed before
     */
    async redeem<T>(db: Reader, kind: CeremonyKind, key: string, origin: RequestOrigin): Promise<Redeemed<T>> {
      const { rows } = await sql<Row>`
        delete from ceremonies where ${mine(kind, key, origin)}
        returning id, user_id as "userId", sealed`.execute(db);
      return opened<T>(rows[0]);
    },

    /**
     * Takes one of its tries and leaves it open.
     * @throws DomainError ceremony_over, also when no try is left
     */
    async takeTry<T>(db: Reader, kind: CeremonyKind, key: string, origin: RequestOrigin): Promise<Redeemed<T>> {
      const { rows } = await sql<Row>`
        update ceremonies set tries_left = tries_left - 1 where ${mine(kind, key, origin)} and tries_left > 0
        returning id, user_id as "userId", sealed`.execute(db);
      return opened<T>(rows[0]);
    },
  };
};
export type Ceremonies = ReturnType<typeof createCeremonies>;

/** Forgets what nobody finished. */
export const sweepCeremonies = async (db: Reader): Promise<void> => {
  await sql`delete from ceremonies where expires_at < app_now() - interval '1 hour'`.execute(db);
};
