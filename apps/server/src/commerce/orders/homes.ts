// Who lives together, as far as parcels tell: nobody bids up what is sold from their own home.
import type { Address } from '@videowindow/contract/api/commerce';
import type { Keyring } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

/**
 * One text for one home, however it is written: without case, accents, spaces and signs. Whose name stands on the door
 * makes no difference, which door does.
 */
export const homeOf = ({ line1, line2, city, postalCode, country }: Address): string =>
  [country, postalCode || city, line1, line2 ?? '']
    .map((part) =>
      (part ?? '')
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number}]/gu, ''),
    )
    .join('|');

/** Keeps that somebody has parcels sent to an address, in a form from which it cannot be read. */
export const keepHome = async (
  { keyring }: { keyring: Pick<Keyring, 'blindIndex'> },
  tx: Tx,
  personId: string,
  address: Address,
): Promise<void> => {
  await sql`
    insert into order_homes (home, person_id) values (${keyring.blindIndex('home', homeOf(address))}, ${personId})
    on conflict do nothing`.execute(tx);
};

/** Each of these people with everybody who has had a parcel sent to the same home. */
export const sharedHomes = async (reader: Reader, people: readonly string[]): Promise<[string, string][]> => {
  const { rows } = await sql<{ person: string; other: string }>`
    select distinct own.person_id as person, other.person_id as other
    from order_homes own join order_homes other using (home)
    where own.person_id = any (${[...people]}::uuid[]) and other.person_id <> own.person_id`.execute(reader);
  return rows.map(({ person, other }) => [person, other]);
};
