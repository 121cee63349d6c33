// The SQL of changes of the mail address.
import { type Reader, sql, type Tx } from '#platform/database';

export type Change = { email: string; sessionId: string; takesEffectAt: Date };

const CHANGE = sql`email, session_id as "sessionId", takes_effect_at as "takesEffectAt"`;

/** The one that waits for the old address; null when none does. */
export const changeOf = async (db: Reader, userId: string): Promise<Change | null> =>
  (await sql<Change>`select ${CHANGE} from email_changes where user_id = ${userId}`.execute(db)).rows[0] ?? null;

/** A newer one takes the place of the one before. */
export const putChange = async (tx: Tx, userId: string, change: Change): Promise<void> => {
  await sql`
    insert into email_changes (user_id, email, session_id, takes_effect_at)
    values (${userId}, ${change.email}, ${change.sessionId}, ${change.takesEffectAt})
    on conflict (user_id) do update
    set email = excluded.email, session_id = excluded.session_id, takes_effect_at = excluded.takes_effect_at`.execute(
    tx,
  );
};

/** @returns it, to who took it away; null when it was gone */
export const takeChange = async (tx: Tx, userId: string): Promise<Change | null> =>
  (await sql<Change>`delete from email_changes where user_id = ${userId} returning ${CHANGE}`.execute(tx)).rows[0] ??
  null;

/** @returns whether it could be: the address may have become somebody else's, at this very moment too */
export const setEmail = async (tx: Tx, userId: string, email: string): Promise<boolean> => {
  await sql`savepoint set_email`.execute(tx);
  try {
    await sql`update users set email = ${email} where id = ${userId}`.execute(tx);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== '23505') throw error; // unique_violation
    await sql`rollback to savepoint set_email`.execute(tx);
    return false;
  }
};
