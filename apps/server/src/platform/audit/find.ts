// Searching the audit log, newest first.
import type { Keyring } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';
import { NOBODY, readKeys, reveal } from './people.ts';

export type AuditFilter = {
  /** Who did it, or to whom it was done. */
  person?: string;
  subject?: string;
  /** An action, or the area before its dot. */
  action?: string;
  requestId?: string;
  /** From this moment on, and before that one. */
  from?: Date;
  to?: Date;
};

export type AuditRow = {
  id: string;
  /** Its place in the chain; null in the second before it is sealed. */
  seq: number | null;
  at: Date;
  actor: string | null;
  action: string;
  subject: string | null;
  requestId: string | null;
  facts: Record<string, unknown>;
  /** Null as well when the person has been forgotten. */
  address: string | null;
  personal: Record<string, unknown> | null;
};

type Found = Omit<AuditRow, 'address' | 'personal'> & {
  origin: string | null;
  address: string | null;
  person: string | null;
  personal: string | null;
};

const conditions = (filter: AuditFilter, after: string | null) => {
  const { person, subject, action, requestId, from, to } = filter;
  return sql.join(
    [
      sql`true`,
      ...(person === undefined ? [] : [sql`(actor = ${person} or subject = ${person} or person = ${person})`]),
      ...(subject === undefined ? [] : [sql`subject = ${subject}`]),
      ...(action === undefined ? [] : [sql`(action = ${action} or starts_with(action, ${`${action}.`}))`]),
      ...(requestId === undefined ? [] : [sql`request_id = ${requestId}`]),
      ...(from === undefined ? [] : [sql`at >= ${from}`]),
      ...(to === undefined ? [] : [sql`at < ${to}`]),
      ...(after === null ? [] : [sql`id < ${after}`]),
    ],
    sql` and `,
  );
};

/** At most `limit` rows, newest first (their ids sort by time), what is personal in them opened. `after` is an id. */
export const findAudit = async (
  reader: Reader,
  keyring: Keyring,
  filter: AuditFilter,
  page: { after: string | null; limit: number },
): Promise<AuditRow[]> => {
  const where = conditions(filter, page.after);
  const { rows } = await sql<Found>`
    (select id, seq, at, actor, action, subject, request_id as "requestId", facts, origin, null as address, person, personal
     from audit_entries where ${where}
     order by id desc limit ${page.limit})
    union all
    (select id, null, at, actor, action, subject, request_id, facts, null, address, person, personal::text
     from audit_inbox where ${where}
     order by id desc limit ${page.limit})
    order by id desc
    limit ${page.limit}`.execute(reader);
  const keys = await readKeys(
    reader,
    keyring,
    rows.flatMap(({ seq, origin, actor, person }) =>
      seq === null ? [] : [...(origin === null ? [] : [actor ?? NOBODY]), ...(person === null ? [] : [person])],
    ),
  );
  return rows.map(({ origin, address, person, personal, ...row }) => {
    const facts = row.seq === null ? personal : person === null ? null : reveal(keys, person, personal, row.id);
    return {
      ...row,
      address: row.seq === null ? address : reveal(keys, row.actor ?? NOBODY, origin, row.id),
      personal: facts === null ? null : JSON.parse(facts), // an object: recordAudit wrote it
    };
  });
};
