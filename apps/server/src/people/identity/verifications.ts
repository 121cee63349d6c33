// What of a person is proved: their address and number by codes or by who signs them in, who they are by the payment provider.
import type { Verification } from '@videowindow/contract/api/identity';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Subscriber } from '#platform/events';
import { userById } from './store.ts';

type Kind = Verification['kind'];
type State = Verification['state'];
type By = Verification['by'];

/** What was verified stays so until it is another thing that is verified, or gone. */
export const noteVerification = async (tx: Tx, userId: string, kind: Kind, state: State, by: By): Promise<void> => {
  await sql`
    insert into verifications (user_id, kind, state, by, at) values (${userId}, ${kind}, ${state}, ${by}, app_now())
    on conflict (user_id, kind) do update set state = excluded.state, by = excluded.by, at = excluded.at
    where verifications.state <> 'verified'`.execute(tx);
};

/** Another one has taken its place, or none. */
export const forgetVerification = async (tx: Tx, userId: string, kind: Kind): Promise<void> => {
  await sql`delete from verifications where user_id = ${userId} and kind = ${kind}`.execute(tx);
};

export const verificationsOf = async (db: Reader, userId: string): Promise<Verification[]> => {
  const { rows } = await sql<{ kind: Kind; state: State; by: By; at: Date }>`
    select kind, state, by, at from verifications where user_id = ${userId} order by kind`.execute(db);
  const found = rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
  if (found.some(({ kind }) => kind === 'email')) return found;
  // An account from before these rows: it was made by a code from its mail.
  const user = await userById(db, userId);
  if (!user) return found;
  return [{ kind: 'email', state: 'verified', by: 'code', at: user.createdAt.toISOString() }, ...found];
};

/** Whether the payment provider has found that somebody is who they say. */
export const isIdentityVerified = async (db: Reader, userId: string): Promise<boolean> =>
  (
    await sql`
      select 1 from verifications where user_id = ${userId} and kind = 'identity' and state = 'verified'`.execute(db)
  ).rows.length > 0;

const setIdentity = async (tx: Tx, userId: string, state: State): Promise<void> => {
  // What the provider refused stays refused while it looks on, and takes back what it had found.
  await sql`
    insert into verifications (user_id, kind, state, by, at)
    select id, 'identity', ${state}, 'payment_provider', app_now() from users where id = ${userId} and status <> 'deleted'
    on conflict (user_id, kind) do update set state = excluded.state, by = excluded.by, at = excluded.at
    where verifications.state <> excluded.state and not (verifications.state = 'failed' and excluded.state = 'pending')`.execute(
    tx,
  );
};

/** The payment provider looks at makers; rooms above say what it found. */
export const identitySubscriber: Subscriber = {
  name: 'identity.verifications',
  on: {
    'maker.payout_account_changed': (tx, { payload: { makerId, state } }) =>
      setIdentity(tx, makerId, state === 'enabled' ? 'verified' : 'pending'),
    'maker.account_barred': (tx, { payload: { makerId } }) => setIdentity(tx, makerId, 'failed'),
  },
};
