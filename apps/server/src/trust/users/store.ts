// The SQL of closed accounts.
import { type Reader, sql, type Tx } from '#platform/database';

export type Closing = { userId: string; until: Date | null; reason: string };

export const closingsOf = async (reader: Reader, ids: readonly string[]): Promise<Map<string, Closing>> => {
  const { rows } = await sql<Closing>`
    select user_id as "userId", until, reason from account_closings where user_id = any(${[...ids]}::uuid[])`.execute(
    reader,
  );
  return new Map(rows.map((row) => [row.userId, row]));
};

export const putClosing = async (tx: Tx, { userId, until, reason }: Closing, by: string | null): Promise<void> => {
  await sql`
    insert into account_closings (user_id, until, reason, closed_by, closed_at)
    values (${userId}, ${until}, ${reason}, ${by}, app_now())
    on conflict (user_id) do update
    set until = excluded.until, reason = excluded.reason, closed_by = excluded.closed_by,
        closed_at = excluded.closed_at`.execute(tx);
};

export const dropClosing = async (tx: Tx, userId: string): Promise<void> => {
  await sql`delete from account_closings where user_id = ${userId}`.execute(tx);
};
