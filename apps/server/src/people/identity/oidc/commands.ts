// Signing in with Google or Apple, and linking them. Who somebody is there is (issuer, subject) and never an address; an
// address that both sides have proved may link the two once.
import { type Actor, DomainError } from '@videowindow/contract';
import { randomToken } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { tellOfChange } from '../changes.ts';
import { addressProved, register } from '../commands.ts';
import { enter, type IdentityDeps, type RequestOrigin, type SignedIn, settle } from '../enter.ts';
import { userByEmail, userById } from '../store.ts';
import { noteVerification } from '../verifications.ts';
import { assertNotLast } from '../ways.ts';
import type { Attempt, Claims, ProviderName } from './provider.ts';
import type { SocialProviders } from './providers.ts';
import { deleteIdentity, insertIdentity, lockSubject, ownerOf } from './store.ts';

/** Time to choose an account there and to come back. */
const FLOW_LIFE_S = 600;

export type SocialDeps = IdentityDeps & { social: SocialProviders };

/** What the browser gets back when it returns; `linkTo` when somebody signed in wanted to link. */
type Flow = Attempt & { provider: ProviderName; back: string | null };

const providerOf = ({ social }: SocialDeps, name: ProviderName) => {
  const provider = social[name];
  if (!provider) throw new DomainError('capability_off', { capability: name });
  return provider;
};

/**
 * Begins the way to a provider: to sign in, or, for somebody signed in, to link it.
 * @param site our own address as this browser knows it
 * @returns where the browser goes
 */
export const startSocial = async (
  deps: SocialDeps,
  name: ProviderName,
  asked: { linkTo: string | null; back: string | null; site: string },
  origin: RequestOrigin,
): Promise<string> => {
  const provider = providerOf(deps, name);
  const attempt = {
    state: randomToken(),
    nonce: randomToken(),
    verifier: randomToken(),
    redirectUri: `${asked.site}/sign-in/${name}`,
  };
  // First, so that an issuer who does not answer leaves nothing behind.
  const url = await provider.address(attempt);
  const flow: Flow = { ...attempt, provider: name, back: asked.back };
  const begun = { kind: 'social', origin, userId: asked.linkTo, data: flow, lifeS: FLOW_LIFE_S } as const;
  await deps.ceremonies.begin(deps.database.db, begun, attempt.state);
  return url;
};

export type SocialOutcome = { back: string | null } & ({ signedIn: SignedIn } | { linked: ProviderName });

/**
 * Takes a provider's answer from the browser that asked for it. The code is redeemed before anything is decided, and
 * outside of any transaction.
 * @throws DomainError ceremony_over, social_cancelled, social_refused, social_email_unproven, identity_taken,
 * account_suspended, second_factor_required
 */
export const finishSocial = async (
  deps: SocialDeps,
  name: ProviderName,
  answer: URLSearchParams,
  actor: Actor,
  origin: RequestOrigin,
): Promise<SocialOutcome> => {
  const provider = providerOf(deps, name);
  const { ceremonies, database } = deps;
  const state = answer.get('state') ?? '';
  const { userId, data: flow } = await ceremonies.redeem<Flow>(database.db, 'social', state, origin);
  // One provider's answer at another's address (mix-up), or a link that somebody else would get.
  if (flow.provider !== name || (userId !== null && userId !== actor.id)) throw new DomainError('social_refused');
  const claims = await provider.claims(answer, flow);
  // Apple tells a name once and unsigned: no more than what to call a new account at first.
  claims.name ??= answer.get('name')?.trim().slice(0, 60) || null;
  const { back } = flow;
  if (userId !== null) {
    await settle(database, async (tx) => {
      const refusal = await link(deps, tx, userId, name, claims);
      if (!refusal) await tellOfChange(deps, tx, userId, `${name}_linked`, origin);
      return refusal;
    });
    return { linked: name, back };
  }
  return { signedIn: await settle(database, (tx) => comeIn(deps, tx, name, claims, origin)), back };
};

const comeIn = async (
  deps: SocialDeps,
  tx: Tx,
  name: ProviderName,
  claims: Claims,
  origin: RequestOrigin,
): Promise<SignedIn | DomainError> => {
  await lockSubject(tx, claims.issuer, claims.subject, claims.email);
  const owner = await ownerOf(tx, claims.issuer, claims.subject);
  const known = owner === null ? null : await userById(tx, owner);
  if (known) return await enter(deps, tx, known, name, origin);

  // Nobody's yet. Who cannot prove an address at the provider proves it here first, and links in their settings; the
  // answer is the same whether or not somebody has that address here.
  const { email } = claims;
  if (email === null || !claims.emailVerified) return new DomainError('social_email_unproven', { provider: name });
  // The provider has proved it: what others began in its name is wiped.
  await addressProved(tx, email);
  const existing = await userByEmail(tx, email);
  const user =
    existing ??
    (await register(deps, tx, {
      email,
      roles: [],
      ...(claims.name && { displayName: claims.name }),
    }));
  await noteVerification(tx, user.id, 'email', 'verified', name);
  const refusal = await link(deps, tx, user.id, name, claims);
  // Who has just made an account with it knows.
  if (!refusal && existing) await tellOfChange(deps, tx, user.id, `${name}_linked`, origin);
  return refusal ?? (await enter(deps, tx, user, name, origin));
};

/** Twice is once. */
const link = async (
  deps: SocialDeps,
  tx: Tx,
  userId: string,
  provider: ProviderName,
  { issuer, subject, email }: Claims,
): Promise<DomainError | undefined> => {
  await lockSubject(tx, issuer, subject, null);
  const owner = await ownerOf(tx, issuer, subject);
  if (owner === userId) return undefined;
  const now = await deps.database.now(tx);
  const isLinked = owner === null && (await insertIdentity(tx, { issuer, subject, userId, provider, email, now }));
  return isLinked ? undefined : new DomainError('identity_taken', { provider });
};

/** Unlinks; twice is once. @throws DomainError last_way_in */
export const unlinkSocial = async (
  deps: SocialDeps,
  userId: string,
  provider: ProviderName,
  origin: RequestOrigin,
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    await assertNotLast(deps, tx, userId, (way) => way.kind === provider);
    if (await deleteIdentity(tx, userId, provider))
      await tellOfChange(deps, tx, userId, `${provider}_unlinked`, origin);
  });
};
