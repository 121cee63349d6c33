/** What the audit log says was done to something: `action: state before → state after`, in order. */
import { type Reader, sql } from '#platform/database';

export const audited = async (db: Reader, subject: string): Promise<string[]> => {
  const { rows } = await sql<{ line: string }>`
    select concat(action, ': ', facts -> 'before' ->> 'state', ' → ', facts -> 'after' ->> 'state') as line
    from audit_log where subject = ${subject} and facts -> 'after' is not null
    order by at, id`.execute(db);
  return rows.map(({ line }) => line);
};
