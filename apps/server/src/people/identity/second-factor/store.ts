// The SQL of the second factor: the app's secret, and the codes on paper.
import { type Reader, sql, type Tx } from '#platform/database';

export type TotpRow = {
  sealed: string;
  isOn: boolean;
  lastStep: number;
  failures: number;
  nextTryAt: Date | null;
  /** Staff were asked to let the person in without it, from then on. */
  releaseAt: Date | null;
};

/** Locks it: codes of one person are looked at one after the other. */
export const lockTotp = async (tx: Tx, userId: string): Promise<TotpRow | null> =>
  (
    await sql<TotpRow>`
      select sealed, confirmed_at is not null as "isOn", last_step as "lastStep", failures,
             next_try_at as "nextTryAt", release_at as "releaseAt"
      from totp_secrets where user_id = ${userId} for update`.execute(tx)
  ).rows[0] ?? null;

/** Offers a secret in place of one that was offered before. @returns false when one is in use. */
export const offerTotp = async (db: Reader, userId: string, sealed: string): Promise<boolean> =>
  (
    await sql`
      insert into totp_secrets (user_id, sealed) values (${userId}, ${sealed})
      on conflict (user_id) do update set sealed = excluded.sealed where totp_secrets.confirmed_at is null
      returning 1`.execute(db)
  ).rows.length === 1;

export const confirmTotp = async (tx: Tx, userId: string): Promise<void> => {
  await sql`update totp_secrets set confirmed_at = app_now() where user_id = ${userId}`.execute(tx);
};

/** @returns whether it is on */
export const setRelease = async (tx: Tx, userId: string, at: Date): Promise<boolean> =>
  (
    await sql`
      update totp_secrets set release_at = ${at} where user_id = ${userId} and confirmed_at is not null
      returning 1`.execute(tx)
  ).rows.length === 1;

/** No code of this step or before it counts from now on. It is there: nobody needs to be let in without it. */
export const spendStep = async (tx: Tx, userId: string, step: number): Promise<void> => {
  await sql`
    update totp_secrets set last_step = ${step}, failures = 0, next_try_at = null, release_at = null
    where user_id = ${userId}`.execute(tx);
};

export const noteFailure = async (tx: Tx, userId: string, delayS: number): Promise<void> => {
  await sql`
    update totp_secrets
    set failures = failures + 1, next_try_at = app_now() + make_interval(secs => ${delayS})
    where user_id = ${userId}`.execute(tx);
};

export const removeTotp = async (tx: Tx, userId: string): Promise<boolean> => {
  await sql`delete from recovery_codes where user_id = ${userId}`.execute(tx);
  return (await sql`delete from totp_secrets where user_id = ${userId} returning 1`.execute(tx)).rows.length === 1;
};

/** The new codes take the place of all before. */
export const putRecoveryCodes = async (tx: Tx, userId: string, hashes: readonly string[]): Promise<void> => {
  await sql`delete from recovery_codes where user_id = ${userId}`.execute(tx);
  await sql`
    insert into recovery_codes (user_id, code_hash)
    select ${userId}, unnest(${[...hashes]}::text[])`.execute(tx);
};

/** @returns whether it was there and unused. */
export const spendRecoveryCode = async (tx: Tx, userId: string, hash: string): Promise<boolean> =>
  (
    await sql`
      update recovery_codes set used_at = app_now()
      where user_id = ${userId} and code_hash = ${hash} and used_at is null
      returning 1`.execute(tx)
  ).rows.length === 1;

export type SecondFactorState = { since: Date; codesLeft: number; releaseAt: Date | null };

/** null when it is off. */
export const secondFactorOf = async (db: Reader, userId: string): Promise<SecondFactorState | null> =>
  (
    await sql<SecondFactorState>`
      select t.confirmed_at as since, t.release_at as "releaseAt",
             (select count(*)::int from recovery_codes r where r.user_id = t.user_id and r.used_at is null) as "codesLeft"
      from totp_secrets t where t.user_id = ${userId} and t.confirmed_at is not null`.execute(db)
  ).rows[0] ?? null;
