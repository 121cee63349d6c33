// The SQL of external identities: (issuer, subject) is who somebody is, their address is only what they go by.
import { type Reader, sql, type Tx } from '#platform/database';
import type { ProviderName } from './provider.ts';

/** Two answers about one subject, or about one address, are dealt with one after the other. */
export const lockSubject = async (tx: Tx, issuer: string, subject: string, email: string | null): Promise<void> => {
  const keys = [`external ${issuer} ${subject}`, ...(email === null ? [] : [`email ${email}`])].sort();
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
};

export const ownerOf = async (db: Reader, issuer: string, subject: string): Promise<string | null> =>
  (
    await sql<{ userId: string }>`
      select user_id as "userId" from external_identities where issuer = ${issuer} and subject = ${subject}`.execute(db)
  ).rows[0]?.userId ?? null;

/** @returns false when this person has another account of this provider already, or the identity is somebody's. */
export const insertIdentity = async (
  tx: Tx,
  identity: {
    issuer: string;
    subject: string;
    userId: string;
    provider: ProviderName;
    email: string | null;
    now: Date;
  },
): Promise<boolean> =>
  (
    await sql`
      insert into external_identities (issuer, subject, user_id, provider, email, linked_at)
      values (${identity.issuer}, ${identity.subject}, ${identity.userId}, ${identity.provider}, ${identity.email},
              ${identity.now})
      on conflict do nothing
      returning 1`.execute(tx)
  ).rows.length === 1;

export type Linked = { provider: ProviderName; email: string | null; linkedAt: Date };

export const identitiesOf = async (db: Reader, userId: string): Promise<Linked[]> =>
  (
    await sql<Linked>`
      select provider, email, linked_at as "linkedAt" from external_identities
      where user_id = ${userId} order by provider`.execute(db)
  ).rows;

/** @returns whether there was one. */
export const deleteIdentity = async (tx: Tx, userId: string, provider: ProviderName): Promise<boolean> =>
  (
    await sql`
      delete from external_identities where user_id = ${userId} and provider = ${provider} returning 1`.execute(tx)
  ).rows.length > 0;
