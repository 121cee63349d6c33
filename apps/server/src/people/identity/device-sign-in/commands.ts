// Being let in on a new device by one that is signed in. The new one shows a code and a number; the other one takes the
// code, sees what asks from where, and must choose the number among three, so that nobody nods through a stranger's
// request that came by itself. Compare RFC 8628 (device authorization), section 5.4 on remote phishing.
import { randomInt } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import { newId, sha256 } from '#platform/crypto';
import { deviceName, placeName } from '../devices.ts';
import { enter, type IdentityDeps, type RequestOrigin, refuse, type SignedIn, settle } from '../enter.ts';
import { userById } from '../store.ts';
import * as store from './store.ts';

const LIFE_S = 120;
/** Letters that are no vowels and look like nothing else (RFC 8628, 6.1); 20^8 codes. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
const CODE_LENGTH = 8;

const browserOf = (origin: RequestOrigin) => sha256(origin.visitorId);
/** As people type it: small letters, with or without the dash. */
const hashOf = (code: string) => sha256(`device ${code.toUpperCase().replace(/[^A-Z]/g, '')}`);

export const askToBeLetIn = async (deps: IdentityDeps, origin: RequestOrigin) => {
  const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const numbers = new Set<number>();
  while (numbers.size < 3) numbers.add(randomInt(10, 100));
  const choices = [...numbers];
  const number = choices[randomInt(3)] ?? 10;
  const id = newId();
  const expiresAt = await store.insertRequest(deps.database.db, {
    id,
    codeHash: hashOf(code),
    browserHash: browserOf(origin),
    number,
    numbers: choices,
    userAgent: origin.userAgent?.slice(0, 300) ?? null,
    address: origin.address,
    lifeS: LIFE_S,
  });
  return { id, code: `${code.slice(0, 4)}-${code.slice(4)}`, number, expiresAt: expiresAt.toISOString() };
};

/** What wants to be let in. @throws DomainError not_found when nothing waits under this code */
export const lookAt = async (deps: IdentityDeps, code: string) => {
  const request = await store.openRequest(deps.database.db, hashOf(code));
  if (!request) throw new DomainError('not_found');
  return {
    device: deviceName(request.userAgent),
    place: placeName(request.address),
    askedAt: request.askedAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    numbers: request.numbers,
  };
};

/** Allows it by its number; null or another number declines, for good. @throws DomainError ceremony_over */
export const answer = (
  deps: IdentityDeps,
  userId: string,
  code: string,
  number: number | null,
  origin: RequestOrigin,
): Promise<boolean> =>
  deps.database.transaction(async (tx) => {
    const allowed = await store.answerRequest(tx, hashOf(code), userId, number);
    if (allowed === null) throw new DomainError('ceremony_over');
    await recordAudit(tx, {
      actor: userId,
      action: allowed ? 'device.allowed' : 'device.declined',
      subject: userId,
      address: origin.address,
      requestId: origin.requestId,
    });
    return allowed;
  });

/**
 * In the browser that asked: null while nobody has answered, else the session, once. Whoever allowed it had just shown
 * that it is them, with all that their account asks for.
 * @throws DomainError ceremony_over, device_declined, account_suspended
 */
export const redeem = async (deps: IdentityDeps, id: string, origin: RequestOrigin): Promise<SignedIn | null> => {
  const browser = browserOf(origin);
  const state = await store.requestState(deps.database.db, id, browser);
  if (state === 'waiting') return null;
  if (state === 'declined') throw new DomainError('device_declined');
  return await settle(deps.database, async (tx) => {
    const userId = await store.redeemRequest(tx, id, browser);
    const user = userId === null ? null : await userById(tx, userId);
    if (!user) {
      await refuse(tx, null, origin);
      return new DomainError('ceremony_over');
    }
    return await enter(deps, tx, user, 'device', origin, 'approved');
  });
};
