// account: what people decide about their own account.
import { type Static, Type } from 'typebox';
import { audiences, consentKinds, mailTopics, matterKinds, themes } from '../account-choices.ts';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Nullable, OneOf, Strict } from '../schema.ts';

const Choice = Type.Optional(Type.Boolean());

/** What was chosen; what never was is absent, and each client has its own beginning. */
export const AccountSettings = Strict({
  theme: Type.Optional(OneOf(themes)),
  autoplay: Choice,
  captions: Type.Optional(
    Type.String({
      pattern: '^(on|off):[A-Za-z0-9-]{0,35}$',
      description: '`on:de`: shown, in German where there is German',
    }),
  ),
  dataSaver: Choice,
  background: Type.Optional(Type.Boolean({ description: 'Clips go on as sound when their page is out of sight' })),
  country: Type.Optional(
    Nullable(Type.String({ pattern: '^[A-Z]{2}$', description: 'Where the person lives, ISO 3166' })),
  ),
  currency: Type.Optional(
    Nullable(
      Type.String({
        pattern: '^[A-Z]{3}$',
        description: 'Prices are told roughly in it too, ISO 4217; null: they are not',
      }),
    ),
  ),
  mail: Type.Optional(
    Strict(
      Object.fromEntries(mailTopics.map((topic) => [topic, Choice])) as Record<
        (typeof mailTopics)[number],
        typeof Choice
      >,
    ),
  ),
});
export type AccountSettings = Static<typeof AccountSettings>;

export const Privacy = Strict({
  privateAccount: Type.Boolean({ description: 'Followers are approved, and stories are for them only' }),
  mayMessage: OneOf(audiences),
  mayComment: OneOf(audiences),
  mayMention: OneOf(audiences),
  hideActivity: Type.Boolean({ description: 'Nobody sees when this person is here' }),
  showHandleWhenBidding: Type.Boolean({ description: 'Others see the handle beside bids, not only a number' }),
  personalised: Type.Boolean({ description: 'What is shown may follow from what was watched' }),
  analytics: Type.Boolean({ description: 'What this person does may be counted' }),
});
export type Privacy = Static<typeof Privacy>;

export const Consent = Strict({
  kind: OneOf(consentKinds),
  version: Type.String({ description: 'What there is to agree to today' }),
  url: Nullable(Type.String({ description: 'Where it can be read' })),
  given: Type.Boolean({ description: 'Agreed to, in this version, and not taken back' }),
  at: Nullable(Instant),
  due: Type.Boolean({ description: 'Has to be agreed to, and is not' }),
});
export type Consent = Static<typeof Consent>;

export const Leaving = Strict({
  matters: Type.Array(
    Strict({
      kind: OneOf(matterKinds),
      count: Type.Integer(),
      also: Type.Boolean({ description: 'Has to end before the account is closed for a while, too' }),
    }),
    { description: 'What is still going on' },
  ),
  graceDays: Type.Integer({ description: 'How long one may think better of it' }),
});
export type Leaving = Static<typeof Leaving>;

export const Archive = Strict({
  id: Id,
  state: OneOf(['making', 'ready', 'failed']),
  askedAt: Instant,
  bytes: Nullable(Type.Integer()),
  until: Nullable(Type.String({ format: 'date-time', description: 'Then it is deleted' })),
});
export type Archive = Static<typeof Archive>;

export const accountApi = defineApi({
  'GET /users/me/settings': {
    summary: 'What I chose, on every device',
    action: 'account.manage',
    response: AccountSettings,
  },
  'PATCH /users/me/settings': {
    summary: 'Change what is given and leave the rest',
    action: 'account.manage',
    body: AccountSettings,
    response: AccountSettings,
  },
  'GET /users/me/privacy': { summary: 'Who sees what of me', action: 'account.manage', response: Privacy },
  'PATCH /users/me/privacy': {
    summary: 'Change what is given and leave the rest',
    action: 'account.manage',
    body: Type.Partial(Privacy, { additionalProperties: false }),
    response: Privacy,
  },
  'GET /users/me/consents': {
    summary: 'What I agreed to, and what I am asked to agree to',
    action: 'account.manage',
    response: Strict({ items: Type.Array(Consent) }),
  },
  'POST /users/me/consents': {
    summary: 'Agree to something in the version that I have read, or take it back; works at once',
    action: 'account.manage',
    body: Strict({
      kind: OneOf(consentKinds),
      version: Type.String({ minLength: 1, maxLength: 40 }),
      given: Type.Boolean(),
    }),
    response: Strict({ items: Type.Array(Consent) }),
    errors: ['version_conflict'],
  },
  'GET /users/me/leaving': {
    summary: 'What has to end before I can close my account or have it erased',
    action: 'account.manage',
    response: Leaving,
  },
  'POST /users/me/deactivation': {
    summary: 'Close my account: nothing of mine is shown until I sign in again. Ends all sessions',
    action: 'account.manage',
    stepUp: true,
    errors: ['account_busy'],
  },
  'POST /users/me/deletion': {
    summary: 'Close my account and have it erased after 30 days, unless I sign in before. Ends all sessions',
    action: 'account.manage',
    stepUp: true,
    response: Strict({ eraseAt: Instant }),
    errors: ['account_busy'],
  },
  'GET /users/me/archives': {
    summary: 'Archives of what I have here, the newest first',
    action: 'account.manage',
    response: Strict({ items: Type.Array(Archive) }),
  },
  'POST /users/me/archives': {
    summary: 'Have everything that I have here put into one file; I am told when it is ready',
    action: 'account.manage',
    stepUp: true,
    response: Archive,
    status: 202,
    rateLimit: { max: 5, windowS: 86_400 },
  },
  'POST /users/me/archives/:id/grant': {
    summary: 'An address from which my archive can be fetched for an hour',
    action: 'account.manage',
    stepUp: true,
    response: Strict({ url: Type.String() }),
  },
});
