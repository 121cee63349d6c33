// Somebody claims to be behind an address or a number. Nothing is known of it yet; limits and codes are kept by this claim.
import { DomainError } from '@videowindow/contract';
import { type Keyring, sha256 } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';

export type Claim = {
  channel: 'email' | 'sms';
  /** Normalised: a mail address in lower case, or a number by E.164. */
  address: string;
  /** What limits and codes are counted by. A browser in which the person has been has its own, out of strangers' reach. */
  key: string;
  isKnown: boolean;
};

/** The purpose under which numbers are sealed and found. */
export const PHONE = 'phone';

export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** An address as its owner knows it again and nobody else reads it: 'v…@people.test'. */
export const maskedEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1…');

/** A number as people write it, with its country first, by E.164. @throws DomainError validation_failed */
const normalisePhone = (written: string): string => {
  const number = written.replace(/[\s().-]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
  throw new DomainError('validation_failed', {
    fields: [{ path: 'identifier', message: 'must begin with + and the country' }],
  });
};

/** The same statement, in the same time, whether or not anybody has this address. */
export const claimOf = async (keyring: Keyring, db: Reader, identifier: string, visitorId: string): Promise<Claim> => {
  const channel = /^\s*\+[^@]*$/.test(identifier) ? 'sms' : 'email';
  const address = channel === 'sms' ? normalisePhone(identifier) : normaliseEmail(identifier);
  const visitor = sha256(visitorId);
  const index = channel === 'sms' ? keyring.blindIndex(PHONE, address) : null;
  const { rows } = await sql<{ isKnown: boolean }>`
    select exists (
      select from sessions s join users u on u.id = s.user_id
      where s.visitor_hash = ${visitor} and ${index ? sql`u.phone_index = ${index}` : sql`u.email = ${address}`}
    ) as "isKnown"`.execute(db);
  const isKnown = rows[0]?.isKnown ?? false;
  // Numbers are personal data that lies sealed: nowhere in plain, here neither.
  const name = index ? `phone ${index}` : address;
  return { channel, address, isKnown, key: isKnown ? `${name} ${visitor}` : name };
};
