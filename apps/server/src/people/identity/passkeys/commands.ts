// Passkeys: made, used to sign in (without a name, too) and to show once more that it is you, named, removed. Each
// challenge belongs to one browser and is good once. A passkey asks for a finger, a face or a PIN: it is two factors.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { DomainError } from '@videowindow/contract';
import { newId, randomToken } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { tellOfChange } from '../changes.ts';
import { enter, type IdentityDeps, type RequestOrigin, refuse, type SignedIn, settle } from '../enter.ts';
import { proved } from '../step-up.ts';
import { userById } from '../store.ts';
import { assertNotLast } from '../ways.ts';
import { placeOf } from './place.ts';
import * as store from './store.ts';

/** Time for a person to find their key. */
const LIFE_S = 300;
const MOST = 20;
/** -8 Ed25519, -7 ES256, -257 RS256: what every authenticator has one of. */
const ALGORITHMS = [-8, -7, -257];

export type PasskeyDeps = IdentityDeps & { siteName: string };

/** The person's id is the handle that an authenticator keeps: 16 bytes that tell nobody anything. */
const handleOf = (userId: string) => Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex'));

/** The challenge that an answer is about; it was random and finds the ceremony. @throws DomainError passkey_refused */
const challengeIn = (clientData: string): string => {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    if (typeof challenge === 'string' && challenge !== '') return challenge;
  } catch {
    // What is no JSON is answered as what has no challenge.
  }
  throw new DomainError('passkey_refused');
};

/** What the library throws is what the browser's answer did not prove. */
const checked = async <T>(check: () => Promise<T>): Promise<T | DomainError> => {
  try {
    return await check();
  } catch (cause) {
    return Object.assign(new DomainError('passkey_refused'), { cause });
  }
};

export const registrationOptions = async (
  deps: PasskeyDeps,
  userId: string,
  site: string,
  origin: RequestOrigin,
): Promise<object> => {
  const { rpId } = placeOf(site);
  const { db } = deps.database;
  const user = await userById(db, userId);
  if (!user) throw new DomainError('sign_in_required');
  const known = await store.passkeysOf(db, userId);
  if (known.length >= MOST) throw new DomainError('passkeys_full', { most: MOST });
  const challenge = randomToken();
  const begun = { kind: 'passkey_new', origin, userId, data: {}, lifeS: LIFE_S } as const;
  await deps.ceremonies.begin(db, begun, challenge);
  return await generateRegistrationOptions({
    rpName: deps.siteName,
    rpID: rpId,
    userID: handleOf(userId),
    userName: user.email,
    userDisplayName: user.displayName,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout: LIFE_S * 1000,
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    // Found without a name, and never without the person.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
};

/** @throws DomainError ceremony_over, passkey_refused, passkey_known */
export const addPasskey = async (
  deps: PasskeyDeps,
  { me: userId, sessionId }: { me: string; sessionId: string },
  asked: { name: string; response: RegistrationResponseJSON; site: string },
  origin: RequestOrigin,
): Promise<store.Passkey> => {
  const { rpId, origin: expectedOrigin } = placeOf(asked.site);
  const challenge = challengeIn(asked.response.response.clientDataJSON);
  const begun = await deps.ceremonies.redeem(deps.database.db, 'passkey_new', challenge, origin);
  if (begun.userId !== userId) throw new DomainError('ceremony_over');
  const answer = await checked(() =>
    verifyRegistrationResponse({
      response: asked.response,
      expectedChallenge: challenge,
      expectedOrigin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (answer instanceof DomainError) throw answer;
  const made = answer.registrationInfo;
  if (!made) throw new DomainError('passkey_refused');
  return await settle(deps.database, async (tx) => {
    const passkey = await store.insertPasskey(tx, {
      id: newId(),
      userId,
      credentialId: made.credential.id,
      publicKey: Buffer.from(made.credential.publicKey).toString('base64url'),
      counter: made.credential.counter,
      transports: (made.credential.transports ?? []).slice(0, 10),
      name: asked.name,
      synced: made.credentialBackedUp,
    });
    if (!passkey) return new DomainError('passkey_known');
    // Making it has shown finger, face or PIN.
    await proved(tx, userId, sessionId, 'passkey', origin);
    await tellOfChange(deps, tx, userId, 'passkey_added', origin);
    return passkey;
  });
};

/** For signing in nobody is named: the authenticator offers whom it knows here. */
export const signInOptions = (deps: PasskeyDeps, site: string, origin: RequestOrigin): Promise<object> =>
  askFor(deps, 'passkey_sign_in', null, [], site, origin);

export const stepUpOptions = async (
  deps: PasskeyDeps,
  userId: string,
  site: string,
  origin: RequestOrigin,
): Promise<object> =>
  askFor(deps, 'passkey_step_up', userId, await store.passkeysOf(deps.database.db, userId), site, origin);

const askFor = async (
  deps: PasskeyDeps,
  kind: 'passkey_sign_in' | 'passkey_step_up',
  userId: string | null,
  known: readonly store.Passkey[],
  site: string,
  origin: RequestOrigin,
): Promise<object> => {
  const { rpId } = placeOf(site);
  const challenge = randomToken();
  await deps.ceremonies.begin(deps.database.db, { kind, origin, userId, data: {}, lifeS: LIFE_S }, challenge);
  return await generateAuthenticationOptions({
    rpID: rpId,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout: LIFE_S * 1000,
    userVerification: 'required',
    allowCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  });
};

/** Checks an answer and moves the key's counter. @returns whose key it is, or a refusal for `settle` */
const prove = async (
  tx: Tx,
  response: AuthenticationResponseJSON,
  challenge: string,
  site: string,
): Promise<string | DomainError> => {
  const { rpId, origin: expectedOrigin } = placeOf(site);
  const passkey = await store.lockPasskey(tx, response.id);
  if (!passkey) return new DomainError('passkey_unknown');
  const handle = response.response.userHandle;
  if (handle && handle !== Buffer.from(handleOf(passkey.userId)).toString('base64url'))
    return new DomainError('passkey_refused');
  const answer = await checked(() =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
        // A counter that went back is a copy of the key (Web Authentication, 7.2 step 22): the library refuses it.
        counter: passkey.counter,
        transports: passkey.transports,
      },
    }),
  );
  if (answer instanceof DomainError) return answer;
  if (!answer.verified) return new DomainError('passkey_refused');
  const { newCounter, credentialBackedUp } = answer.authenticationInfo;
  await store.usePasskey(tx, passkey.id, newCounter, credentialBackedUp);
  return passkey.userId;
};

/** @throws DomainError ceremony_over, passkey_unknown, passkey_refused, account_suspended */
export const enterByPasskey = async (
  deps: PasskeyDeps,
  response: AuthenticationResponseJSON,
  site: string,
  origin: RequestOrigin,
): Promise<SignedIn> => {
  const challenge = challengeIn(response.response.clientDataJSON);
  await deps.ceremonies.redeem(deps.database.db, 'passkey_sign_in', challenge, origin);
  return await settle(deps.database, async (tx) => {
    const userId = await prove(tx, response, challenge, site);
    const user = userId instanceof DomainError ? null : await userById(tx, userId);
    if (!user) {
      await refuse(tx, null, origin);
      return userId instanceof DomainError ? userId : new DomainError('passkey_unknown');
    }
    return await enter(deps, tx, user, 'passkey', origin, 'two');
  });
};

/** @throws DomainError ceremony_over, passkey_unknown, passkey_refused */
export const stepUpByPasskey = async (
  deps: PasskeyDeps,
  userId: string,
  sessionId: string,
  response: AuthenticationResponseJSON,
  site: string,
  origin: RequestOrigin,
): Promise<void> => {
  const challenge = challengeIn(response.response.clientDataJSON);
  const begun = await deps.ceremonies.redeem(deps.database.db, 'passkey_step_up', challenge, origin);
  if (begun.userId !== userId) throw new DomainError('ceremony_over');
  await settle(deps.database, async (tx) => {
    const owner = await prove(tx, response, challenge, site);
    if (owner instanceof DomainError) return owner;
    if (owner !== userId) return new DomainError('passkey_refused');
    await proved(tx, userId, sessionId, 'passkey', origin);
  });
};

/** @throws DomainError not_found */
export const renamePasskey = async (
  deps: PasskeyDeps,
  userId: string,
  id: string,
  name: string,
): Promise<store.Passkey> => {
  const passkey = await store.renamePasskey(deps.database.db, userId, id, name);
  if (!passkey) throw new DomainError('not_found');
  return passkey;
};

/** @throws DomainError not_found, last_way_in */
export const removePasskey = (deps: PasskeyDeps, userId: string, id: string, origin: RequestOrigin): Promise<void> =>
  deps.database.transaction(async (tx) => {
    await assertNotLast(deps, tx, userId, (way) => way.kind === 'passkey' && way.id === id);
    if (!(await store.deletePasskey(tx, userId, id))) throw new DomainError('not_found');
    await tellOfChange(deps, tx, userId, 'passkey_removed', origin);
  });
