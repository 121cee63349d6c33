// What people agreed to: rows that are only ever added. The newest of a kind holds, as long as its version is today's.
import { type ConsentKind, consentKinds, requiredConsents } from '@videowindow/contract/account-choices';
import type { Consent } from '@videowindow/contract/api/account';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

/** What there is to agree to on this server: its version, and where it can be read. */
export type Documents = Readonly<Record<ConsentKind, { version: string; url: string | null }>>;

type Row = { kind: ConsentKind; version: string; given: boolean; at: Date };

/** The newest row of each kind. */
const newest = async (db: Reader, userId: string): Promise<Map<ConsentKind, Row>> => {
  const { rows } = await sql<Row>`
    select distinct on (kind) kind, version, given, at
    from consents
    where user_id = ${userId}
    order by kind, at desc, id desc`.execute(db);
  return new Map(rows.map((row) => [row.kind, row]));
};

export const consentsOf = async (db: Reader, documents: Documents, userId: string): Promise<Consent[]> => {
  const last = await newest(db, userId);
  return consentKinds.map((kind) => {
    const { version, url } = documents[kind];
    const row = last.get(kind);
    const given = row?.given === true && row.version === version;
    // What nobody can read is not asked for.
    const isAsked = (requiredConsents as readonly string[]).includes(kind) && url !== null;
    return { kind, version, url, given, at: row?.at.toISOString() ?? null, due: isAsked && !given };
  });
};

/** Whether a person agrees to this now: withdrawn, or given to an older version, it counts no more. */
export const hasConsented = async (
  db: Reader,
  documents: Documents,
  userId: string,
  kind: ConsentKind,
): Promise<boolean> => {
  const row = (await newest(db, userId)).get(kind);
  return row?.given === true && row.version === documents[kind].version;
};

export const addConsent = async (
  tx: Tx,
  row: { userId: string; kind: ConsentKind; version: string; given: boolean; now: Date },
): Promise<void> => {
  await sql`
    insert into consents (id, user_id, kind, version, given, at)
    values (${newId()}, ${row.userId}, ${row.kind}, ${row.version}, ${row.given}, ${row.now})`.execute(tx);
};
