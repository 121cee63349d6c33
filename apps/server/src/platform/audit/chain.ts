// The chain: each entry's stamp covers its content and the stamp before it, under a key that the database does not have.
// Who changes, adds or takes out a row cannot make a chain that fits.
import { type Keyring, sha256 } from '#platform/crypto';
import { sql } from '#platform/database';

export type ChainEntry = {
  seq: number;
  id: string;
  /** UTC, to the microsecond. */
  at: string;
  actor: string | null;
  action: string;
  subject: string | null;
  requestId: string | null;
  /** JSON as PostgreSQL writes it: always the same text for the same facts. */
  facts: string;
  origin: string | null;
  person: string | null;
  personal: string | null;
  previous: string;
};

/** Payloads come in by their hashes, hidden ones as they lie there: a person can be forgotten and the chain stands. */
export const stampOf = (keyring: Keyring, entry: ChainEntry): string =>
  keyring.stamp(
    'audit-chain',
    JSON.stringify([
      entry.seq,
      entry.previous,
      entry.id,
      entry.at,
      entry.actor,
      entry.action,
      entry.subject,
      entry.requestId,
      sha256(entry.facts),
      entry.origin && sha256(entry.origin),
      entry.person,
      entry.personal && sha256(entry.personal),
    ]),
  );

export const AT = sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
