// profiles, makers, graph
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { roles } from '../permissions.ts';
import { Id, Instant, Nullable, OneOf, PositiveMoney, Strict } from '../schema.ts';

export const Handle = Type.String({
  pattern: '^(?!\\.)[a-z0-9_.]{3,30}(?<!\\.)$',
  description: '3-30 of a-z 0-9 _ and ., not starting or ending in .',
});

/** The signed-in person, as they see themselves. */
export const Me = Strict({
  id: Id,
  handle: Type.String(),
  displayName: Type.String(),
  email: Type.String(),
  roles: Type.Array(OneOf(roles)),
  staffWaits: Type.Boolean({ description: 'More roles wait until this session has shown a second factor' }),
});
export type Me = Static<typeof Me>;

/** A person as anybody may see them, small. */
export const PersonSummary = Strict({
  id: Id,
  handle: Type.String(),
  displayName: Type.String(),
  city: Nullable(Type.String()),
  avatarUrl: Nullable(Type.String()),
  avatarThumbhash: Nullable(Type.String({ description: 'base64; shown until the picture is here' })),
});
export type PersonSummary = Static<typeof PersonSummary>;

/** A place elsewhere that a person names on their page. */
export const ProfileLink = Strict({
  label: Type.String({ minLength: 1, maxLength: 40 }),
  url: Type.String({
    pattern: '^https://[^\\s/?#@\\\\.]+(\\.[^\\s/?#@\\\\.]+)*\\.[^\\s/?#@\\\\.]{2,}([/?#]\\S*)?$',
    maxLength: 300,
  }),
});
export type ProfileLink = Static<typeof ProfileLink>;

/** When somebody was here; only for those whom their privacy allows to know. */
export const Presence = Strict({ online: Type.Boolean(), lastSeenAt: Instant });
export type Presence = Static<typeof Presence>;

export const Profile = Strict({
  ...PersonSummary.properties,
  bio: Type.String(),
  links: Type.Array(ProfileLink),
  heroUrl: Nullable(Type.String()),
  heroThumbhash: Nullable(Type.String({ description: 'base64' })),
  isMaker: Type.Boolean(),
  verified: Type.Boolean({ description: 'The payment provider has found that they are who they say' }),
  presence: Nullable(Presence),
  memberSince: Instant,
  followers: Type.Integer(),
  following: Type.Integer(),
  stories: { ...Type.Integer(), description: 'Those that the reader may see in lists' },
  followedByMe: Type.Boolean(),
  followAskedByMe: Type.Boolean({ description: 'I asked to follow, and wait for an answer' }),
  isPrivate: Type.Boolean({ description: 'Stories are for approved followers only' }),
  blockedByMe: Type.Boolean(),
});
export type Profile = Static<typeof Profile>;

export const profilesApi = defineApi({
  'GET /users/:handle': {
    summary:
      'A public profile. For 30 days a handle that was given up leads to whoever had it: `handle` is the new one',
    action: 'profile.read',
    response: Profile,
  },
  'GET /users/me': {
    summary: 'My profile, as others see it',
    action: 'profile.edit',
    response: Strict({ profile: Profile }),
  },
  'POST /users/me/avatar': {
    summary: 'Wear one of my uploaded pictures: the same as avatarMediaId of my profile',
    action: 'profile.edit',
    body: Strict({ mediaId: Id }),
    response: Strict({ profile: Profile }),
    errors: ['media_not_ready'],
  },
  'PATCH /users/me': {
    summary: 'Change my profile',
    action: 'profile.edit',
    body: Strict({
      displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
      handle: Type.Optional(Handle),
      bio: Type.Optional(Type.String({ maxLength: 500 })),
      city: Type.Optional(Nullable(Type.String({ maxLength: 80 }))),
      avatarMediaId: Type.Optional(
        Nullable({ ...Id, description: 'One of my uploaded pictures; everybody sees it from then on' }),
      ),
      heroMediaId: Type.Optional(Nullable({ ...Id, description: 'As avatarMediaId: the wide picture above my page' })),
      links: Type.Optional(Type.Array(ProfileLink, { maxItems: 5 })),
    }),
    response: Strict({ profile: Profile }),
    errors: ['handle_taken', 'handle_changed_often', 'media_not_ready'],
  },
});

export const graphApi = defineApi({
  'PUT /users/:id/block': {
    summary: 'Block a person: neither sees nor follows the other, anywhere. Twice is once',
    action: 'person.block',
  },
  'PUT /users/:id/follow': {
    summary: 'Follow a person, or ask to where their account is private. Twice is once',
    action: 'person.follow',
  },
  'GET /users/me/follow-requests': {
    summary: 'Who asks to follow me, the newest 100',
    action: 'person.follow',
    response: Strict({ items: Type.Array(PersonSummary) }),
  },
  'PUT /users/:id/follow-request': { summary: 'Let this person follow me', action: 'person.follow' },
  'DELETE /users/:id/follow-request': {
    summary: 'Do not let this person follow me; they are not told',
    action: 'person.follow',
  },
  'DELETE /users/:id/follower': {
    summary: 'Be followed by this person no more; they are not told',
    action: 'person.follow',
  },
  'DELETE /users/:id/follow': { summary: 'Follow them no more', action: 'person.follow' },
  'DELETE /users/:id/block': { summary: 'Unblock a person', action: 'person.block' },
  'GET /users/me/blocks': {
    summary: 'People whom I blocked',
    action: 'person.block',
    response: Strict({ items: Type.Array(PersonSummary) }),
  },
});

/** Amounts that a maker accepts by default; copied into each new listing. */
export const OfferPolicy = Strict({
  acceptsOffers: Type.Boolean(),
  minimumOffer: Type.Optional(PositiveMoney),
  autoRejectBelow: Type.Optional(PositiveMoney),
  startAuctionAt: Type.Optional(PositiveMoney),
  auctionDurationH: Type.Optional(
    Type.Unsafe<24 | 48 | 72 | 120 | 168>({ type: 'integer', enum: [24, 48, 72, 120, 168] }),
  ),
});
export type OfferPolicy = Static<typeof OfferPolicy>;

export const payoutStates = ['none', 'pending', 'restricted', 'enabled'] as const;

export const MakerAccount = Strict({
  id: Id,
  offerPolicy: OfferPolicy,
  payoutAccount: Strict({
    state: OneOf(payoutStates),
    requirementsDue: Type.Array(Type.String()),
  }),
  since: Instant,
});
export type MakerAccount = Static<typeof MakerAccount>;

export const makersApi = defineApi({
  'POST /makers': {
    summary: 'Become a maker. Twice is once. Refused where admins look at each first',
    action: 'maker.apply',
    response: MakerAccount,
    status: 201,
    errors: ['application_needed'],
  },
  'GET /makers/me': { summary: 'My maker account', action: 'maker.manage', response: MakerAccount },
  'PATCH /makers/me': {
    summary: 'Change my default offer policy',
    action: 'maker.manage',
    body: Strict({ offerPolicy: OfferPolicy }),
    response: MakerAccount,
  },
  'POST /makers/me/onboarding': {
    summary: 'A fresh, single-use link to the payment provider, where the payout account is linked',
    action: 'maker.manage',
    response: Strict({ url: Type.String() }),
    stepUp: true,
    errors: ['external_service_unavailable', 'capability_off'],
  },
});
