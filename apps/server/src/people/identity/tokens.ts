// What is redeemed once. Each has one purpose, is kept only as a hash, and goes by one atomic statement: of a hundred
// redemptions at once exactly one succeeds. Two kinds: codes of six digits, which people type, and long tokens.
import { type Keyring, randomDigits, randomToken, sha256 } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

/** What a token may be redeemed for, and for nothing else. */
export type Purpose =
  | 'sign_in'
  | 'step_up'
  | 'register'
  | 'reset_password'
  | 'verify_phone'
  | 'change_email'
  | 'answer_email_change';

/** What the token was made for: `subject` names it within its purpose, `facts` is what its purpose needs to remember. */
export type Redeemed = { subject: string; userId: string | null; facts: Readonly<Record<string, unknown>> };

type Made = {
  purpose: Purpose;
  /** Its newest token is the only one. */
  subject: string;
  userId?: string | null;
  facts?: Readonly<Record<string, unknown>>;
  lifeMs: number;
};

/** A code takes this many tries. */
const CODE_TRIES = 5;

/** Makes a code of six digits. @returns the code, which is nowhere else. */
export const makeCode = async (keyring: Keyring, tx: Tx, made: Made): Promise<string> => {
  const code = randomDigits(6);
  await put(tx, made, hashCode(keyring, made, code), CODE_TRIES);
  return code;
};

/**
 * Takes one try with a code. The transaction must commit when it fails too, or the try would not count.
 * @returns null when it is wrong, over, or out of tries.
 */
export const redeemCode = async (
  keyring: Keyring,
  tx: Tx,
  { purpose, subject, code }: { purpose: Purpose; subject: string; code: string },
): Promise<Redeemed | null> => {
  const given = hashCode(keyring, { purpose, subject }, code);
  const { rows } = await sql<Redeemed & { isRight: boolean }>`
    update one_time_tokens
    set tries_left = case when secret_hash = ${given} then 0 else tries_left - 1 end
    where purpose = ${purpose} and subject = ${subject} and tries_left > 0 and expires_at > app_now()
    returning secret_hash = ${given} as "isRight", subject, user_id as "userId", facts`.execute(tx);
  const row = rows[0];
  return row?.isRight ? { subject: row.subject, userId: row.userId, facts: row.facts } : null;
};

/** Makes a long token (256 bits). @returns the token, which is nowhere else. */
export const makeToken = async (tx: Tx, made: Made): Promise<string> => {
  const token = randomToken();
  await put(tx, made, sha256(token), 1);
  return token;
};

/** Redeems a long token. @returns null when it is unknown, of another purpose, over, or was redeemed before. */
export const redeemToken = async (tx: Tx, purpose: Purpose, token: string): Promise<Redeemed | null> => {
  const { rows } = await sql<Redeemed>`
    delete from one_time_tokens
    where secret_hash = ${sha256(token)} and purpose = ${purpose} and tries_left > 0 and expires_at > app_now()
    returning subject, user_id as "userId", facts`.execute(tx);
  return rows[0] ?? null;
};

const put = async (tx: Tx, made: Made, secretHash: string, tries: number): Promise<void> => {
  await sql`
    insert into one_time_tokens (purpose, subject, secret_hash, user_id, facts, tries_left, made_at, expires_at)
    values (${made.purpose}, ${made.subject}, ${secretHash}, ${made.userId ?? null}, ${JSON.stringify(made.facts ?? {})},
            ${tries}, app_now(), app_now() + make_interval(secs => ${made.lifeMs / 1000}))
    on conflict (purpose, subject) do update
    set secret_hash = excluded.secret_hash, user_id = excluded.user_id, facts = excluded.facts,
        tries_left = excluded.tries_left, made_at = excluded.made_at, expires_at = excluded.expires_at`.execute(tx);
};

/** A keyed hash: six digits alone could be guessed from a plain one. */
const hashCode = (keyring: Keyring, { purpose, subject }: Pick<Made, 'purpose' | 'subject'>, code: string) =>
  keyring.sign('one-time-code', `${purpose} ${subject} ${code}`);

/** Forgets accounts that were begun for an address: whoever proved it is another, or came another way. */
export const forgetBegun = async (tx: Tx, email: string): Promise<void> => {
  await sql`delete from one_time_tokens where purpose = 'register' and facts ->> 'email' = ${email}`.execute(tx);
};

/** Forgets what is over. */
export const sweepTokens = async (db: Reader): Promise<void> => {
  await sql`delete from one_time_tokens where expires_at < app_now() - interval '1 day'`.execute(db);
};
