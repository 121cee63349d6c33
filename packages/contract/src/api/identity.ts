// identity: ways in, sessions, and showing once more that it is you.
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Nullable, OneOf, Strict } from '../schema.ts';
import { Me } from './people.ts';

/** What a session can be opened with. */
const wayKinds = ['email', 'phone', 'password', 'google', 'apple', 'passkey'] as const;
export type WayKind = (typeof wayKinds)[number];

/** What a session was opened with: a way that the person has, or a device of theirs that let this one in. */
const sessionWays = [...wayKinds, 'device'] as const;
export type SessionWay = (typeof sessionWays)[number];

/** What a session can prove anew. */
const stepUpWays = ['email', 'phone', 'password', 'passkey', 'totp'] as const;
export type StepUpWay = (typeof stepUpWays)[number];

/** What a person is told of. */
export const securityChanges = [
  'password_set',
  'password_removed',
  'token_reused',
  'phone_set',
  'phone_removed',
  'google_linked',
  'google_unlinked',
  'apple_linked',
  'apple_unlinked',
  'passkey_added',
  'passkey_removed',
  'second_factor_on',
  'second_factor_off',
  'second_factor_release_asked',
  'second_factor_released',
  'email_change_asked',
  'email_changed',
  'email_change_stopped',
  'email_change_failed',
] as const;
export type SecurityChange = (typeof securityChanges)[number];

/** One way in that a person has. */
export const Way = Strict({
  kind: OneOf(wayKinds),
  id: Nullable({ ...Id, description: 'Where there can be several of a kind' }),
  name: Type.String({ description: 'What the person knows it by: the address, the name of the device' }),
  addedAt: Nullable(Instant),
  removable: Type.Boolean(),
});
export type Way = Static<typeof Way>;

/** How something that a person says of themselves stands. */
export const Verification = Strict({
  kind: OneOf(['email', 'phone', 'identity']),
  state: OneOf(['pending', 'verified', 'failed']),
  by: OneOf(['code', 'google', 'apple', 'payment_provider', 'operator']),
  at: Instant,
});
export type Verification = Static<typeof Verification>;

/** Where a person is signed in. */
export const Session = Strict({
  id: Id,
  device: Type.String({ description: 'Browser and system, as it calls itself' }),
  place: Type.String({ description: 'The beginning of its network address' }),
  way: OneOf(sessionWays),
  startedAt: Instant,
  lastSeenAt: Instant,
  current: Type.Boolean({ description: 'The one that asks' }),
});
export type Session = Static<typeof Session>;

export const Email = Type.String({ format: 'email', maxLength: 254 });
/** With its country first; spaces, dots, dashes and brackets may stand in it. */
const PHONE_PATTERN = '^\\+[1-9][0-9 ().-]{5,24}$';
const Phone = Type.String({ pattern: PHONE_PATTERN, maxLength: 26 });
/** A mail address, or a number, which begins with + and has no @. */
const Identifier = Type.Unsafe<string>({
  type: 'string',
  maxLength: 254,
  if: { pattern: '^\\s*\\+[^@]*$' },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: { pattern: PHONE_PATTERN },
  else: { format: 'email' },
});
export const Code = Type.String({ pattern: '^[0-9]{6}$' });
export const CodeSent = Strict({ resendAfterS: Type.Integer(), expiresInS: Type.Integer() });
/** Bounded: each is hashed at a cost. Spaces count; nothing is cut off. */
const NewPassword = Type.String({ minLength: 10, maxLength: 200 });
const Password = Type.String({ minLength: 1, maxLength: 200 });
/** For apps, which keep no cookies: the access token goes as `Authorization: Bearer`, the refresh token is used once. */
const Tokens = Strict({
  accessToken: Type.String(),
  expiresInS: Type.Integer(),
  refreshToken: Type.String(),
  refreshExpiresInS: Type.Integer(),
});
export const SignedIn = Strict({ user: Me, tokens: Type.Optional(Tokens) });
/** Of every way in. */
export const keep = {
  tokens: Type.Optional(Type.Boolean({ description: 'Answer with tokens, as apps need them, instead of a cookie' })),
};

export const identityApi = defineApi({
  'POST /auth/otp/request': {
    summary: 'Send a one-time code. The answer is the same whether or not the account exists',
    action: 'session.create',
    body: Strict({ identifier: Identifier, channel: Type.Optional(OneOf(['email', 'sms'])) }),
    response: CodeSent,
    errors: ['rate_limited', 'capability_off'],
    rateLimit: { max: 60, windowS: 3600 },
  },
  'POST /auth/otp/verify': {
    summary: 'Redeem a one-time code: signs in, and makes the account at the first time',
    action: 'session.create',
    body: Strict({ identifier: Identifier, code: Code, ...keep }),
    response: SignedIn,
    errors: ['code_invalid', 'account_suspended', 'rate_limited'],
  },
  'POST /auth/register': {
    summary:
      'Begin an account with a password: sends a code, with which and the ticket it is made. The answer is the same whether or not there is one',
    action: 'session.create',
    body: Strict({
      identifier: Email,
      password: NewPassword,
      displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    }),
    response: Strict({ ...CodeSent.properties, ticket: Type.String() }),
    errors: ['password_common', 'rate_limited', 'capability_off'],
    rateLimit: { max: 60, windowS: 3600 },
  },
  'POST /auth/verify-email': {
    summary: 'Prove the address of an account that was begun: makes it, and signs in',
    action: 'session.create',
    body: Strict({ ticket: Type.String({ minLength: 1, maxLength: 100 }), code: Code, ...keep }),
    response: SignedIn,
    errors: ['code_invalid', 'rate_limited'],
  },
  'POST /auth/login': {
    summary: 'Sign in by password',
    action: 'session.create',
    body: Strict({ identifier: Email, password: Password, ...keep }),
    response: SignedIn,
    errors: ['credentials_wrong', 'account_suspended', 'rate_limited'],
    rateLimit: { max: 120, windowS: 3600 },
  },
  'POST /auth/reset-password/request': {
    summary: 'Send a code for a new password. The answer is the same whether or not the account exists',
    action: 'session.create',
    body: Strict({ identifier: Email }),
    response: CodeSent,
    errors: ['rate_limited', 'capability_off'],
    rateLimit: { max: 60, windowS: 3600 },
  },
  'POST /auth/reset-password': {
    summary: 'Set a new password by that code: ends every session, and signs in',
    action: 'session.create',
    body: Strict({ identifier: Email, code: Code, password: NewPassword, ...keep }),
    response: SignedIn,
    errors: ['code_invalid', 'password_common', 'account_suspended', 'rate_limited'],
  },
  'POST /auth/phone': {
    summary: 'Send a code to a number that is mine',
    action: 'way.manage',
    stepUp: true,
    body: Strict({ phone: Phone }),
    response: CodeSent,
    errors: ['rate_limited', 'capability_off'],
  },
  'POST /auth/verify-phone': {
    summary: 'Prove that number by the code: it is a way in from then on, and nobody else’s',
    action: 'way.manage',
    body: Strict({ code: Code }),
    errors: ['code_invalid', 'rate_limited'],
  },
  'DELETE /auth/phone': {
    summary: 'Forget my number. Twice is once',
    action: 'way.manage',
    stepUp: true,
    errors: ['last_way_in'],
  },
  'PUT /auth/password': {
    summary: 'Set or change my password. Ends all of my other sessions',
    action: 'way.manage',
    stepUp: true,
    body: Strict({ password: NewPassword }),
    errors: ['password_common'],
  },
  'DELETE /auth/password': {
    summary: 'Come in without a password from now on. Twice is once',
    action: 'way.manage',
    stepUp: true,
    errors: ['last_way_in'],
  },
  'POST /auth/refresh': {
    summary:
      'The next tokens of an app. A refresh token that is used twice ends its whole family, and the person is told',
    action: 'session.create',
    body: Strict({ refreshToken: Type.String({ minLength: 1, maxLength: 100 }) }),
    response: Tokens,
    errors: ['refresh_invalid'],
  },
  'POST /auth/logout': { summary: 'End this session', action: 'session.end' },
  'GET /auth/profile': {
    summary: 'Who am I; `user` is null when nobody is signed in',
    action: 'session.read',
    response: Strict({ user: Nullable(Me) }),
  },
  'GET /auth/sessions': {
    summary: 'Where I am signed in, the latest used first',
    action: 'session.manage',
    response: Strict({ items: Type.Array(Session) }),
  },
  'DELETE /auth/sessions/:id': { summary: 'End one of my sessions. Twice is once', action: 'session.manage' },
  'POST /auth/sessions/end-others': {
    summary: 'End all of my sessions but this one',
    action: 'session.manage',
    response: Strict({ ended: Type.Integer() }),
  },
  'GET /auth/ways': {
    summary: 'My ways in',
    action: 'way.manage',
    response: Strict({ items: Type.Array(Way) }),
  },
  'GET /users/me/verifications': {
    summary: 'What of me is proved: when, and by whom',
    action: 'account.manage',
    response: Strict({ items: Type.Array(Verification) }),
  },
  'POST /auth/step-up/send-code': {
    summary: 'Send a code to my own address, to show once more that it is me',
    action: 'session.manage',
    body: Strict({ way: OneOf(['email', 'phone']) }),
    response: CodeSent,
    errors: ['rate_limited', 'capability_off'],
  },
  'POST /auth/step-up/code': {
    summary: 'Redeem that code: for five minutes this session may do what asks for a fresh factor',
    action: 'session.manage',
    body: Strict({ code: Code }),
    errors: ['code_invalid'],
  },
  'POST /auth/step-up/password': {
    summary: 'Show once more by password that it is me',
    action: 'session.manage',
    body: Strict({ password: Password }),
    errors: ['credentials_wrong', 'rate_limited'],
  },
});
