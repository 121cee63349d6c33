// One OpenID Connect issuer: discovery, the address that people are sent to, and what an answer proves.
// Sources: OpenID Connect Core 1.0, RFC 6749, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 8725 (JWT).
import { DomainError } from '@videowindow/contract';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { createProvider } from '#platform/resilience';

export type ProviderName = 'google' | 'apple';

export type ProviderSettings = {
  name: ProviderName;
  /** Asked at each use: the sandbox's port is not known before the server listens. */
  issuer: () => string;
  clientId: string;
  /** Apple's is a signed statement, made anew. @param audience the issuer */
  clientSecret: (audience: string, now: Date) => Promise<string>;
  scope: string;
  /** Apple answers by a form as soon as it is asked for an address. */
  responseMode?: 'form_post';
  /** Google: ask which account, also where there is one only. */
  prompt?: 'select_account';
  clock: () => Date;
  /** Plain http, for the sandbox on loopback only. */
  insecure: boolean;
};

/** Who somebody is at the issuer. */
export type Claims = {
  issuer: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
};

/** What a browser keeps to itself until the answer comes. */
export type Attempt = { state: string; nonce: string; verifier: string; redirectUri: string };

const TIMEOUT_MS = 5000;
const DISCOVERY_LIFE_MS = 3_600_000;
/** Identity tokens of Google and Apple are signed so; nothing else is believed. */
const ALGORITHMS = ['RS256'];

/** What the issuer, or whoever speaks for it, did not prove. No word of it is shown: it helps nobody but an attacker. */
const refused = (cause: unknown) => Object.assign(new DomainError('social_refused'), { cause });

/** Errors of the libraries that are an answer, not silence. */
const isAnswer = (error: unknown): boolean =>
  error instanceof oauth.ResponseBodyError ||
  error instanceof oauth.AuthorizationResponseError ||
  error instanceof oauth.WWWAuthenticateChallengeError ||
  error instanceof oauth.OperationProcessingError ||
  (error instanceof joseErrors.JOSEError && !(error instanceof joseErrors.JWKSTimeout));

export const createOidcProvider = (settings: ProviderSettings) => {
  const provider = createProvider(settings.name, { timeoutMs: TIMEOUT_MS, isAnswer });
  // A code is good once: asked again after a lost answer it would only be refused.
  const once = createProvider(settings.name, { timeoutMs: TIMEOUT_MS, isAnswer, tries: 1 });
  let found: { server: oauth.AuthorizationServer; keys: JWTVerifyGetKey; until: number } | null = null;

  const discover = async () => {
    const issuer = settings.issuer();
    if (found && found.server.issuer === issuer && found.until > performance.now()) return found;
    const server = await provider.call(async (signal) => {
      const response = await oauth.discoveryRequest(new URL(issuer), {
        signal,
        [oauth.allowInsecureRequests]: settings.insecure,
      });
      return await oauth.processDiscoveryResponse(new URL(issuer), response);
    });
    const keys = createRemoteJWKSet(new URL(required(server.jwks_uri)), {
      timeoutDuration: TIMEOUT_MS,
      // An unknown key is asked for at once: tokens come from the issuer itself, so nobody else can make us ask.
      cooldownDuration: 0,
      [customFetch]: (url, init) => fetch(url, init),
    });
    found = { server, keys, until: performance.now() + DISCOVERY_LIFE_MS };
    return found;
  };

  return {
    name: settings.name,

    /** Where the browser goes. */
    async address(attempt: Attempt): Promise<string> {
      const { server } = await discover();
      const url = new URL(required(server.authorization_endpoint));
      const parameters = {
        response_type: 'code',
        client_id: settings.clientId,
        redirect_uri: attempt.redirectUri,
        scope: settings.scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
        ...(settings.responseMode && { response_mode: settings.responseMode }),
        ...(settings.prompt && { prompt: settings.prompt }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },

    /**
     * Redeems the answer and checks everything that it claims.
     * @throws DomainError social_cancelled, social_refused, external_service_unavailable
     */
    async claims(answer: URLSearchParams, attempt: Attempt): Promise<Claims> {
      const { server, keys } = await discover();
      const now = settings.clock();
      const client: oauth.Client = {
        client_id: settings.clientId,
        [oauth.clockSkew]: Math.round((now.getTime() - Date.now()) / 1000),
        [oauth.clockTolerance]: 10,
      };
      try {
        const parameters = oauth.validateAuthResponse(server, client, answer, attempt.state);
        const idToken = await once.call(async (signal) => {
          const response = await oauth.authorizationCodeGrantRequest(
            server,
            client,
            oauth.ClientSecretPost(await settings.clientSecret(server.issuer, now)),
            parameters,
            attempt.redirectUri,
            attempt.verifier,
            { signal, [oauth.allowInsecureRequests]: settings.insecure },
          );
          const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
            expectedNonce: attempt.nonce,
            requireIdToken: true,
          });
          return required(tokens.id_token);
        });
        const { payload } = await provider.call(() =>
          jwtVerify(idToken, keys, {
            algorithms: ALGORITHMS,
            issuer: server.issuer,
            audience: settings.clientId,
            requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
            currentDate: now,
            clockTolerance: 10,
          }),
        );
        return readClaims(payload);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        if (error instanceof oauth.AuthorizationResponseError && /cancel|access_denied/.test(error.error))
          throw new DomainError('social_cancelled');
        throw refused(error);
      }
    },
  };
};
export type OidcProvider = ReturnType<typeof createOidcProvider>;

const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw refused('the issuer left something out');
  return value;
};

/** Apple writes booleans as text. */
const readClaims = (payload: Record<string, unknown>): Claims => {
  const { iss, sub, email, email_verified: verified, name } = payload;
  return {
    issuer: String(iss),
    subject: String(sub),
    email:
      typeof email === 'string' && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email) ? email.trim().toLowerCase() : null,
    emailVerified: verified === true || verified === 'true',
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 60) : null,
  };
};
