// Somebody claims to be behind an address. Nothing is known of it yet; limits and codes are kept by this claim.

import { sha256 } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';

export type Claim = {
  /** Normalised. */
  address: string;
  /** What limits and codes are counted by. A browser in which the person has been has its own, out of strangers' reach. */
  key: string;
  isKnown: boolean;
};

export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** The same statement, in the same time, whether or not anybody has this address. */
export const claimOf = async (db: Reader, email: string, visitorId: string): Promise<Claim> => {
  const address = normaliseEmail(email);
  const visitor = sha256(visitorId);
  const { rows } = await sql<{ isKnown: boolean }>`
    select exists (
      select from sessions s join users u on u.id = s.user_id
      where s.visitor_hash = ${visitor} and u.email = ${address}
    ) as "isKnown"`.execute(db);
  const isKnown = rows[0]?.isKnown ?? false;
  return { address, isKnown, key: isKnown ? `${address} ${visitor}` : address };
};
