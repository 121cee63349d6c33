// Ways in beyond a code: Google and Apple, passkeys, a second factor, a device that is signed in already.
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Nullable, OneOf, Strict } from '../schema.ts';
import { keep, SignedIn } from './identity.ts';
import { Me } from './people.ts';

export const socialProviders = ['google', 'apple'] as const;
export type SocialProvider = (typeof socialProviders)[number];

const Provider = OneOf(socialProviders);
/** A path of our own, to which one comes back. */
const Back = Type.String({ pattern: '^/(?![/\\\\])', maxLength: 500 });

/** At most so often per network or person: each costs a call to the outside, or is a try. */
const TRIES = { max: 60, windowS: 600 };

export const socialApi = defineApi({
  'POST /auth/social/start': {
    summary:
      'Begin to sign in with Google or Apple; send the browser to `url`, where its answer is bound to this browser',
    action: 'session.create',
    body: Strict({ provider: Provider, back: Type.Optional(Back) }),
    response: Strict({ url: Type.String() }),
    errors: ['capability_off', 'external_service_unavailable', 'social_refused'],
    rateLimit: TRIES,
  },
  'POST /auth/social/link': {
    summary: 'Begin to link Google or Apple to my account; as above',
    action: 'way.manage',
    stepUp: true,
    body: Strict({ provider: Provider }),
    response: Strict({ url: Type.String() }),
    errors: ['capability_off', 'external_service_unavailable', 'social_refused'],
    rateLimit: TRIES,
  },
  'POST /auth/social/callback': {
    summary:
      'Hand over what the provider sent the browser back with: signs in, makes the account at the first time, or links',
    action: 'session.create',
    body: Strict({
      provider: Provider,
      answer: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 4000 }), {
        maxProperties: 20,
        description: 'The parameters of the address to which the provider sent the browser',
      }),
    }),
    response: Strict({
      user: Me,
      linked: Type.Boolean({ description: 'It was linked to the account that was signed in before' }),
      back: Nullable(Type.String()),
    }),
    errors: [
      'ceremony_over',
      'social_cancelled',
      'social_refused',
      'social_email_unproven',
      'identity_taken',
      'account_suspended',
      'second_factor_required',
      'capability_off',
      'external_service_unavailable',
    ],
    rateLimit: TRIES,
  },
  'DELETE /auth/social/:provider': {
    summary: 'Unlink Google or Apple. Twice is once',
    action: 'way.manage',
    stepUp: true,
    errors: ['last_way_in'],
  },
});

/** What the browser's own interface takes and gives: https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON */
const Options = Type.Unsafe<object>({ type: 'object', additionalProperties: true });
const bytes = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength });
const credential = {
  id: bytes(1400),
  rawId: bytes(1400),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(OneOf(['platform', 'cross-platform'])),
  clientExtensionResults: Type.Object({}, { additionalProperties: true }),
};
const Attestation = Strict({
  ...credential,
  response: Strict({
    clientDataJSON: bytes(4000),
    attestationObject: bytes(20_000),
    authenticatorData: Type.Optional(bytes(20_000)),
    transports: Type.Optional(
      Type.Array(OneOf(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']), { maxItems: 10 }),
    ),
    publicKeyAlgorithm: Type.Optional(Type.Integer()),
    publicKey: Type.Optional(bytes(8000)),
  }),
});
const Assertion = Strict({
  ...credential,
  response: Strict({
    clientDataJSON: bytes(4000),
    authenticatorData: bytes(20_000),
    signature: bytes(8000),
    userHandle: Type.Optional(bytes(100)),
  }),
});

const Name = Type.String({ minLength: 1, maxLength: 60 });

export const Passkey = Strict({
  id: Id,
  name: Type.String(),
  synced: Type.Boolean({ description: 'Copied between the devices of its owner by whoever keeps it' }),
  addedAt: Instant,
  lastUsedAt: Nullable(Instant),
});
export type Passkey = Static<typeof Passkey>;

export const passkeysApi = defineApi({
  'POST /auth/passkeys/sign-in/options': {
    summary: 'A challenge for this browser, to sign in with a passkey, without a name',
    action: 'session.create',
    response: Options,
    errors: ['passkey_needs_name'],
    rateLimit: { max: 300, windowS: 600 },
  },
  'POST /auth/passkeys/sign-in': {
    summary: 'Sign in with a passkey',
    action: 'session.create',
    body: Strict({ response: Assertion }),
    response: SignedIn,
    errors: ['ceremony_over', 'passkey_unknown', 'passkey_refused', 'passkey_needs_name', 'account_suspended'],
    rateLimit: TRIES,
  },
  'GET /auth/passkeys': {
    summary: 'My passkeys, the oldest first',
    action: 'way.manage',
    response: Strict({ items: Type.Array(Passkey) }),
  },
  'POST /auth/passkeys/options': {
    summary: 'A challenge for this browser, to make a passkey',
    action: 'way.manage',
    stepUp: true,
    response: Options,
    errors: ['passkey_needs_name', 'passkeys_full'],
  },
  'POST /auth/passkeys': {
    summary: 'Keep the passkey that was made',
    action: 'way.manage',
    body: Strict({ name: Name, response: Attestation }),
    response: Passkey,
    status: 201,
    errors: ['ceremony_over', 'passkey_refused', 'passkey_known', 'passkey_needs_name'],
  },
  'PATCH /auth/passkeys/:id': {
    summary: 'Call it something else',
    action: 'way.manage',
    body: Strict({ name: Name }),
    response: Passkey,
  },
  'DELETE /auth/passkeys/:id': {
    summary: 'Remove a passkey',
    action: 'way.manage',
    stepUp: true,
    errors: ['last_way_in'],
  },
  'POST /auth/step-up/passkey/options': {
    summary: 'A challenge for this browser, to show once more that it is me',
    action: 'session.manage',
    response: Options,
    errors: ['passkey_needs_name'],
  },
  'POST /auth/step-up/passkey': {
    summary: 'Show once more that it is me, with a passkey',
    action: 'session.manage',
    body: Strict({ response: Assertion }),
    errors: ['ceremony_over', 'passkey_unknown', 'passkey_refused', 'passkey_needs_name'],
    rateLimit: TRIES,
  },
});

const SixDigits = Type.String({ pattern: '^[0-9]{6}$' });
const SecondCode = Type.String({
  minLength: 6,
  maxLength: 20,
  description: 'Six digits of the app, or a recovery code',
});
const RecoveryCodes = Strict({
  recoveryCodes: Type.Array(Type.String(), { description: 'Shown this once; each is good once' }),
});

export const SecondFactor = Strict({
  since: Nullable({ ...Instant, description: 'null: it is off' }),
  recoveryCodesLeft: Type.Integer(),
});
export type SecondFactor = Static<typeof SecondFactor>;

export const secondFactorApi = defineApi({
  'GET /auth/2fa': { summary: 'My second factor', action: 'way.manage', response: SecondFactor },
  'POST /auth/2fa/offer': {
    summary: 'A secret to put into an authenticator app; it counts once it is enabled',
    action: 'way.manage',
    stepUp: true,
    response: Strict({
      secret: Type.String({ description: 'Base 32, to type' }),
      uri: Type.String({ description: 'otpauth:, for a QR code' }),
    }),
    errors: ['second_factor_on'],
  },
  'POST /auth/2fa/enable': {
    summary: 'Turn the second factor on with a code that the app shows',
    action: 'way.manage',
    body: Strict({ code: SixDigits }),
    response: RecoveryCodes,
    errors: ['code_invalid', 'second_factor_on', 'rate_limited'],
  },
  'POST /auth/2fa/recovery-codes': {
    summary: 'New recovery codes; those before are good for nothing',
    action: 'way.manage',
    stepUp: true,
    response: RecoveryCodes,
    errors: ['second_factor_off'],
  },
  'DELETE /auth/2fa': { summary: 'Turn the second factor off. Twice is once', action: 'way.manage', stepUp: true },
  'POST /auth/2fa/verify': {
    summary: 'The second step of signing in: `step` came with second_factor_required, in this browser',
    action: 'session.create',
    body: Strict({ step: Type.String({ maxLength: 100 }), code: SecondCode, ...keep }),
    response: SignedIn,
    errors: ['ceremony_over', 'code_invalid', 'rate_limited', 'account_suspended'],
    rateLimit: TRIES,
  },
  'POST /auth/step-up/totp': {
    summary: 'Show once more that it is me, with a code of the app or a recovery code',
    action: 'session.manage',
    body: Strict({ code: SecondCode }),
    errors: ['code_invalid', 'rate_limited'],
    rateLimit: TRIES,
  },
});

export const deviceApi = defineApi({
  'POST /auth/device-requests': {
    summary: 'Ask, on a new device, to be let in by one that is signed in. Good for two minutes',
    action: 'session.create',
    response: Strict({
      id: Id,
      code: Type.String({ description: 'To type on the other device' }),
      number: Type.Integer({ description: 'To be chosen among three on the other device' }),
      expiresAt: Instant,
    }),
    rateLimit: { max: 30, windowS: 600 },
  },
  'POST /auth/device-requests/:id/redeem': {
    summary: 'Whether it was allowed; signs in once, in the browser that asked',
    action: 'session.create',
    response: Strict({ user: Nullable({ ...Me, description: 'null: nobody has answered yet' }) }),
    errors: ['ceremony_over', 'device_declined', 'account_suspended'],
    rateLimit: { max: 300, windowS: 600 },
  },
  'GET /auth/device-requests/:code': {
    summary: 'What wants to be let in, by the code that it shows',
    action: 'session.manage',
    response: Strict({
      device: Type.String(),
      place: Type.String(),
      askedAt: Instant,
      expiresAt: Instant,
      numbers: Type.Array(Type.Integer(), { description: 'One of them is shown there' }),
    }),
    rateLimit: { max: 60, windowS: 600 },
  },
  'POST /auth/device-requests/:code/answer': {
    summary: 'Let it in by the number that it shows, or decline (null). A wrong number declines',
    action: 'session.manage',
    stepUp: true,
    body: Strict({ number: Nullable(Type.Integer({ minimum: 0, maximum: 99 })) }),
    response: Strict({ allowed: Type.Boolean() }),
    errors: ['ceremony_over'],
  },
});
