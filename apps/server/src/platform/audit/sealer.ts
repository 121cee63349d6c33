// Moves rows from the inbox to the chain. There is one sealer at a time, whoever holds the head; nobody else waits for it.
import type { Keyring } from '#platform/crypto';
import { type Database, sql, type Tx } from '#platform/database';
import { AT, type ChainEntry, stampOf } from './chain.ts';
import { hide, lockKeys, NOBODY } from './people.ts';

const BATCH = 500;

type Waiting = Omit<ChainEntry, 'seq' | 'origin' | 'previous'> & { address: string | null };

/** Seals everything that waits. @returns how many entries that were. */
export const sealInbox = async (database: Database, keyring: Keyring): Promise<number> => {
  let sealed = 0;
  for (;;) {
    const batch = await database.transaction((tx) => sealBatch(tx, keyring));
    sealed += batch;
    if (batch < BATCH) return sealed;
  }
};

const sealBatch = async (tx: Tx, keyring: Keyring): Promise<number> => {
  const { rows: heads } = await sql<{ seq: number; stamp: string }>`
    select seq, stamp from audit_head for update skip locked`.execute(tx);
  const head = heads[0];
  if (!head) return 0; // another process is at it
  const { rows } = await sql<Waiting>`
    select id, ${AT} as at, actor, action, subject, request_id as "requestId", facts::text as facts, address, person,
           personal::text as personal
    from audit_inbox
    order by audit_inbox.at, id
    limit ${BATCH}`.execute(tx);
  if (rows.length === 0) return 0;
  const people = rows.flatMap(({ address, actor, person, personal }) => [
    ...(address === null ? [] : [actor ?? NOBODY]),
    ...(personal === null || person === null ? [] : [person]),
  ]);
  const keys = await lockKeys(tx, keyring, people);

  const stamped: (ChainEntry & { stamp: string })[] = [];
  let { seq, stamp } = head;
  for (const { address, personal, ...row } of rows) {
    const entry: ChainEntry = {
      ...row,
      seq: ++seq,
      origin: hide(keys, row.actor ?? NOBODY, address, row.id),
      personal: row.person === null ? null : hide(keys, row.person, personal, row.id),
      previous: stamp,
    };
    stamp = stampOf(keyring, entry);
    stamped.push({ ...entry, stamp });
  }
  const column = <K extends keyof ChainEntry | 'stamp'>(name: K) => stamped.map((entry) => entry[name]);
  await sql`
    insert into audit_entries (seq, id, at, actor, action, subject, request_id, facts, origin, person, personal, previous,
                               stamp)
    select * from unnest(
      ${column('seq')}::bigint[], ${column('id')}::uuid[], ${column('at')}::timestamptz[], ${column('actor')}::uuid[],
      ${column('action')}::text[], ${column('subject')}::uuid[], ${column('requestId')}::text[],
      ${column('facts')}::jsonb[], ${column('origin')}::text[], ${column('person')}::uuid[],
      ${column('personal')}::text[], ${column('previous')}::text[], ${column('stamp')}::text[])`.execute(tx);
  await sql`delete from audit_inbox where id = any(${column('id')}::uuid[])`.execute(tx);
  await sql`update audit_head set seq = ${seq}, stamp = ${stamp}`.execute(tx);
  return rows.length;
};
