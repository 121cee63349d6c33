// /oidc/google and /oidc/apple: OpenID Connect issuers (discovery, authorization code with PKCE, tokens, keys), as the two
// answer on the wire. Sources: OpenID Connect Core 1.0, RFC 6749, RFC 7636, Apple's "Sign in with Apple REST API".
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../store.ts';
import { pageHeaders } from '../web/html.ts';
import { isLoopbackHost } from '../web/loopback.ts';
import { choicePage, problemPage, returnPage } from './pages.ts';
import {
  appleDeveloper,
  checkAppleSecret,
  type IssuerName,
  issuerNames,
  publicKeys,
  rotateKeys,
  signIdToken,
  type TokenFault,
  tokenFaults,
} from './tokens.ts';

/** The client that Google knows here; any secret will do. */
export const googleClientId = 'sandbox.apps.googleusercontent.test';

const CODE_LIFE_S = 300;

type Grant = {
  redirectUri: string;
  challenge: string;
  nonce: string | undefined;
  name: string;
  email: string;
  verified: boolean;
  expiresAt: number;
};
type Faults = { token?: TokenFault | undefined; times: number };

const clientIds: Readonly<Record<IssuerName, string>> = { google: googleClientId, apple: appleDeveloper.clientId };

/** The same address is the same subject, always; at each issuer another. */
const subjectOf = (issuer: IssuerName, email: string): string => {
  const digest = createHash('sha256').update(`${issuer} ${email.toLowerCase()}`).digest('hex');
  if (issuer === 'apple') return `000123.${digest.slice(0, 32)}.0456`;
  return BigInt(`0x${digest.slice(0, 18)}`)
    .toString()
    .padStart(21, '1')
    .slice(0, 21);
};

/** Registers the issuers below the scope's prefix. `now` in seconds. */
export function registerIssuers(
  app: FastifyInstance,
  { store, now }: { store: Store; now: () => Promise<number> },
): void {
  for (const issuer of issuerNames) {
    app.register(async (scope) => registerIssuer(scope, issuer, store, now), { prefix: `/${issuer}` });
  }
}

function registerIssuer(app: FastifyInstance, issuer: IssuerName, store: Store, now: () => Promise<number>): void {
  const base = (request: FastifyRequest) => `${request.protocol}://${request.host}${app.prefix}`;

  app.get('/.well-known/openid-configuration', async (request) => ({
    issuer: base(request),
    authorization_endpoint: `${base(request)}/authorize`,
    token_endpoint: `${base(request)}/token`,
    jwks_uri: `${base(request)}/keys`,
    response_types_supported: ['code'],
    response_modes_supported: issuer === 'apple' ? ['query', 'form_post'] : ['query'],
    subject_types_supported: [issuer === 'apple' ? 'pairwise' : 'public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    scopes_supported: ['openid', 'email', issuer === 'apple' ? 'name' : 'profile'],
    code_challenge_methods_supported: ['S256'],
    ...(issuer === 'google' ? { authorization_response_iss_parameter_supported: true } : {}),
  }));

  app.get('/keys', async () => ({ keys: await publicKeys(store, issuer) }));

  app.get<{ Querystring: Record<string, string> }>('/authorize', async (request, reply) => {
    const wrong = wrongWith(issuer, request.query);
    if (wrong) return page(reply.code(400), problemPage(wrong), []);
    const action = `${base(request)}/authorize?${new URLSearchParams(request.query)}`;
    // A redirect after the form counts as one of its targets.
    return page(reply, choicePage(issuer, request.query.client_id ?? '', action), [request.query.redirect_uri ?? '']);
  });

  app.post<{ Querystring: Record<string, string> }>('/authorize', async (request, reply) => {
    const { query } = request;
    const wrong = wrongWith(issuer, query);
    if (wrong) return page(reply.code(400), problemPage(wrong), []);
    const form = new URLSearchParams(String(request.body ?? ''));
    const state: Record<string, string> = query.state === undefined ? {} : { state: query.state };
    const redirectUri = query.redirect_uri ?? '';
    let answer: Record<string, string>;
    if (form.has('cancel')) {
      answer = { error: issuer === 'apple' ? 'user_cancelled_authorize' : 'access_denied', ...state };
    } else {
      const code = randomBytes(24).toString('base64url');
      const name = form.get('name') ?? '';
      const email = form.get('email') ?? '';
      const grant: Grant = {
        redirectUri,
        challenge: query.code_challenge ?? '',
        nonce: query.nonce,
        name,
        email,
        verified: form.has('verified'),
        expiresAt: (await now()) + CODE_LIFE_S,
      };
      store.put('oidc_code', `${issuer} ${code}`, grant);
      answer = { code, ...state, ...(issuer === 'apple' ? firstTimeAtApple(store, name, email) : {}) };
    }
    if (issuer === 'google') answer.iss = base(request);
    if (query.response_mode === 'form_post') return page(reply, returnPage(redirectUri, answer), [redirectUri]);
    const target = new URL(redirectUri);
    for (const [key, value] of Object.entries(answer)) target.searchParams.set(key, value);
    return reply.redirect(target.href, 302);
  });

  app.post('/token', async (request, reply) => {
    const form = new URLSearchParams(String(request.body ?? ''));
    const given = (name: string) => form.get(name) ?? '';
    const moment = await now();
    if (!(await isClient(issuer, given('client_id'), given('client_secret'), base(request), moment)))
      return reply.code(401).send({ error: 'invalid_client' });
    if (given('grant_type') !== 'authorization_code') return reply.code(400).send({ error: 'unsupported_grant_type' });
    const id = `${issuer} ${given('code')}`;
    // Whoever asks first has it: a code is good for one answer.
    const grant = store.transaction(() => {
      const found = store.get<Grant>('oidc_code', id);
      store.remove('oidc_code', id);
      return found;
    });
    const challenge = createHash('sha256').update(given('code_verifier')).digest('base64url');
    const fits =
      grant !== undefined &&
      grant.expiresAt > moment &&
      grant.redirectUri === given('redirect_uri') &&
      grant.challenge === challenge;
    if (!fits) return reply.code(400).send({ error: 'invalid_grant' });
    const claims = {
      iss: base(request),
      aud: given('client_id'),
      sub: subjectOf(issuer, grant.email),
      nonce: grant.nonce,
      email: grant.email,
      // Apple writes it as text.
      email_verified: issuer === 'apple' ? String(grant.verified) : grant.verified,
      ...(issuer === 'google' ? { name: grant.name } : {}),
    };
    return reply.header('cache-control', 'no-store').send({
      access_token: randomBytes(24).toString('base64url'),
      token_type: 'Bearer',
      expires_in: 3600,
      id_token: await signIdToken(store, issuer, claims, moment, takeFault(store, issuer)),
    });
  });
}

/** What of an authorization request is not right, in words; the browser is then sent nowhere. */
function wrongWith(issuer: IssuerName, query: Record<string, string>): string | null {
  const { client_id, redirect_uri = '', response_type, scope = '', code_challenge_method, code_challenge } = query;
  if (client_id !== clientIds[issuer]) return 'This client is not known here.';
  if (!URL.canParse(redirect_uri) || !isLoopbackHost(new URL(redirect_uri).host))
    return 'This redirect address is not registered.';
  if (response_type !== 'code' || !scope.split(' ').includes('openid')) return 'Only response_type=code with openid.';
  if (code_challenge_method !== 'S256' || !/^[\w-]{43}$/.test(code_challenge ?? ''))
    return 'PKCE with S256 is missing.';
  // Source: Apple, "Incorporating Sign in with Apple into other platforms"
  if (issuer === 'apple' && /\b(name|email)\b/.test(scope) && query.response_mode !== 'form_post')
    return 'response_mode must be form_post when name or email scope is requested.';
  return null;
}

/** Apple tells the name once: with the first authorization. */
function firstTimeAtApple(store: Store, name: string, email: string): Record<string, string> {
  if (store.get('oidc_apple_met', email) !== undefined) return {};
  store.put('oidc_apple_met', email, {});
  const [firstName = '', ...rest] = name.split(' ');
  return { user: JSON.stringify({ name: { firstName, lastName: rest.join(' ') }, email }) };
}

async function isClient(issuer: IssuerName, id: string, secret: string, audience: string, now: number) {
  if (id !== clientIds[issuer]) return false;
  if (issuer === 'google') return secret !== '';
  return await checkAppleSecret(secret, audience, now).then(
    () => true,
    () => false,
  );
}

function takeFault(store: Store, issuer: IssuerName): TokenFault | undefined {
  const { token, times } = store.get<Faults>('oidc_faults', issuer) ?? { times: 0 };
  if (times <= 0) return undefined;
  store.put('oidc_faults', issuer, { token, times: times - 1 });
  return token;
}

function page(reply: FastifyReply, text: string, targets: readonly string[]) {
  return reply.headers(pageHeaders(targets)).send(text);
}

/** Registers /control/oidc/…: the next tokens are wrong in a way, the keys change. */
export function registerIssuerControl(app: FastifyInstance, store: Store): void {
  const fault = {
    type: 'object',
    additionalProperties: false,
    required: ['token', 'times'],
    properties: { token: { enum: tokenFaults }, times: { type: 'integer', minimum: 0 } },
  };
  for (const issuer of issuerNames) {
    app.put<{ Body: Faults }>(`/control/oidc/${issuer}`, { schema: { body: fault } }, async (request, reply) => {
      store.put('oidc_faults', issuer, request.body);
      return reply.code(204).send();
    });
    app.post(`/control/oidc/${issuer}/rotate`, async (_request, reply) => {
      await rotateKeys(store, issuer);
      return reply.code(204).send();
    });
  }
}
