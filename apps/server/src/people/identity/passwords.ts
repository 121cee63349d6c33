// Passwords: which are refused, how they are kept, and theirs in the database.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash, verify } from '@node-rs/argon2';
import { DomainError } from '@videowindow/contract';
import { randomToken } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

/**
 * Argon2id with 19 MiB and 2 passes, the first that OWASP's cheat sheet on password storage names for one lane. The numbers
 * stand in each hash, so that they can rise and old ones go on to work.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each takes memory and a core: so many at once, so many more in line. */
const AT_ONCE = 2;
const IN_LINE = 50;

const common = new Set(
  readFileSync(join(import.meta.dirname, 'common-passwords.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# ')),
);

/**
 * @param known what others know of the person, which is no secret: address, handle
 * @throws DomainError password_common
 */
export const assertGoodPassword = (password: string, known: readonly string[]): void => {
  const plain = password.toLowerCase();
  const isKnown = known.some((word) => word.length >= 4 && plain.replaceAll(word, '').length < 4);
  if (common.has(plain) || isKnown || new Set(plain).size < 4) throw new DomainError('password_common');
};

let running = 0;
const waiting: (() => void)[] = [];

/** Lets a few through at once, so that many guesses don't take memory and cores from everybody. */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE) {
    if (waiting.length >= IN_LINE) throw new DomainError('rate_limited', { retryAfterS: 2 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, COST));

/** What is compared with where there is no password: it takes as long, and is never right. */
const nobodys = hash(randomToken(), COST);

/** Takes as long whether or not there is a hash to compare with. */
export const isPassword = async (kept: string | null, password: string): Promise<boolean> => {
  const against = kept ?? (await nobodys);
  const isRight = await inTurn(() => verify(against, password));
  return isRight && kept !== null;
};

export type Password = { hash: string; setAt: Date };

export const passwordOf = async (db: Reader, userId: string): Promise<Password | null> =>
  (await sql<Password>`select hash, set_at as "setAt" from passwords where user_id = ${userId}`.execute(db)).rows[0] ??
  null;

/** In one statement, for an address that may have no account. */
export const passwordByEmail = async (db: Reader, email: string): Promise<{ userId: string; hash: string } | null> =>
  (
    await sql<{ userId: string; hash: string }>`
      select u.id as "userId", p.hash from users u join passwords p on p.user_id = u.id where u.email = ${email}`.execute(
      db,
    )
  ).rows[0] ?? null;

export const putPassword = async (tx: Tx, userId: string, hashed: string): Promise<void> => {
  await sql`
    insert into passwords (user_id, hash, set_at) values (${userId}, ${hashed}, app_now())
    on conflict (user_id) do update set hash = excluded.hash, set_at = excluded.set_at`.execute(tx);
};

export const removePassword = async (tx: Tx, userId: string): Promise<boolean> =>
  (await sql`delete from passwords where user_id = ${userId} returning 1`.execute(tx)).rows.length === 1;
