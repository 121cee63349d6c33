// what makers say of themselves as sellers, and how one becomes one where each is looked at first
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { applicationStates } from '../machines/application.ts';
import { Id, Instant, Money, Nullable, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { PersonSummary } from './people.ts';

const Link = Type.String({ pattern: '^https://[^\\s/?#@\\\\]+\\.[^\\s/?#@\\\\]{2,}([/?#]\\S*)?$', maxLength: 300 });

export const Application = Strict({
  id: Id,
  about: Type.String({ description: 'What they make, in their words' }),
  link: Nullable(Type.String()),
  state: OneOf(applicationStates),
  reason: Nullable(Type.String({ description: 'Of whoever decided' })),
  appliedAt: Instant,
  decidedAt: Nullable(Instant),
  possible: Type.Array(OneOf(['approve', 'decline', 'withdraw']), {
    description: 'What whoever reads this may do with it now',
  }),
});
export type Application = Static<typeof Application>;

export const ApplicationForReview = Strict({
  ...Application.properties,
  person: Nullable(PersonSummary),
  earlier: Type.Integer({ description: 'How often the same person asked before' }),
});
export type ApplicationForReview = Static<typeof ApplicationForReview>;

const MyApplication = Strict({
  reviewed: Type.Boolean({ description: 'Whether new makers are looked at here; if not, POST /makers is all' }),
  application: Nullable(Application),
});

const Words = Type.String({ maxLength: 4000 });
/** What a buyer should know before buying; empty where nothing is said. Plain text with blank lines between paragraphs. */
export const Policies = Strict({ shipping: Words, returns: Words, commissions: Words, care: Words });
export type Policies = Static<typeof Policies>;

/** Degrees, WGS 84. */
const Latitude = Type.Number({ minimum: -85, maximum: 85 });
const Longitude = Type.Number({ minimum: -180, maximum: 180 });
const City = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' });
const RadiusKm = Type.Integer({ minimum: 1, maximum: 2000, description: 'How far they come for services' });
const placeOf = {
  city: City,
  radiusKm: Nullable(RadiusKm),
  travelNotes: Type.String({ maxLength: 500 }),
  showsExactly: Type.Boolean({ description: 'Whether everybody may see the point itself' }),
};

/** Where a maker works, as everybody may see it. */
export const ShownPlace = Strict({
  city: Type.String(),
  latitude: Latitude,
  longitude: Longitude,
  withinKm: { ...Type.Number(), description: 'They are somewhere in this circle; 0 where the point itself is shown' },
  radiusKm: Nullable(RadiusKm),
  travelNotes: Type.String(),
});
export type ShownPlace = Static<typeof ShownPlace>;

/** The same for its maker, who alone sees the point. */
export const OwnPlace = Strict({ ...placeOf, latitude: Latitude, longitude: Longitude });
export type OwnPlace = Static<typeof OwnPlace>;
/** A workshop, a stall at the market, a room on Saturdays. */
export const MOST_PLACES = 10;

export const MakerPage = Strict({
  makerId: Id,
  policies: Policies,
  places: Type.Array(ShownPlace, { maxItems: MOST_PLACES }),
  offers: Strict({ accepted: Type.Boolean(), minimum: Nullable(Money) }, { description: 'As new pieces begin' }),
});
export type MakerPage = Static<typeof MakerPage>;

export const OwnMakerPage = Strict({
  policies: Policies,
  places: Type.Array(
    Strict({
      ...OwnPlace.properties,
      id: Id,
      shown: { ...ShownPlace, description: 'As others see it' },
    }),
    { maxItems: MOST_PLACES },
  ),
});
export type OwnMakerPage = Static<typeof OwnMakerPage>;

export const makerPagesApi = defineApi({
  'GET /makers/me/application': {
    summary: 'Whether new makers are looked at here, and how my asking stands',
    action: 'maker.apply',
    response: MyApplication,
  },
  'POST /makers/me/application': {
    summary: 'Ask to become a maker where each is looked at first. One at a time',
    action: 'maker.apply',
    body: Strict({
      about: Type.String({ minLength: 20, maxLength: 2000, pattern: '\\S' }),
      link: Type.Optional(Nullable(Link)),
    }),
    response: MyApplication,
    status: 201,
    errors: ['application_waits', 'already_a_maker', 'application_not_needed'],
    rateLimit: { max: 10, windowS: 86_400 },
  },
  'DELETE /makers/me/application': {
    summary: 'Take back what I asked for',
    action: 'maker.apply',
    response: MyApplication,
    errors: ['invalid_transition'],
  },
  'GET /admin/maker-applications': {
    summary: 'Who asks to become a maker; those that wait, oldest first, or all, newest first',
    action: 'maker.review',
    query: Strict({ ...PageQuery.properties, show: Type.Optional(OneOf(['waiting', 'all'])) }),
    response: Page(ApplicationForReview),
  },
  'GET /admin/maker-applications/:id': {
    summary: 'One of them',
    action: 'maker.review',
    response: ApplicationForReview,
  },
  'POST /admin/maker-applications/:id/approve': {
    summary: 'Make a maker of them. They are signed out everywhere, as with every change of roles',
    action: 'maker.review',
    body: Strict({ reason: Type.String({ maxLength: 1000, description: 'A word for them; may be empty' }) }),
    response: ApplicationForReview,
    errors: ['invalid_transition', 'own_content'],
  },
  'POST /admin/maker-applications/:id/decline': {
    summary: 'Not now, with a reason that they read. They may ask again',
    action: 'maker.review',
    body: Strict({ reason: Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' }) }),
    response: ApplicationForReview,
    errors: ['invalid_transition', 'own_content'],
  },

  'GET /makers/:id/page': {
    summary: 'What a maker says of sending, returns, custom work and care, and where they work, within a circle',
    action: 'profile.read',
    response: MakerPage,
  },
  'GET /makers/me/page': {
    summary: 'The same of mine, with the point itself',
    action: 'maker.manage',
    response: OwnMakerPage,
  },
  'PUT /makers/me/policies': {
    summary: 'Say how I sell',
    action: 'maker.manage',
    body: Policies,
    response: OwnMakerPage,
  },
  'POST /makers/me/places': {
    summary: `Say where I work; at most ${MOST_PLACES} places. The point lies sealed; others see a circle around somewhere near it`,
    action: 'maker.manage',
    body: OwnPlace,
    response: OwnMakerPage,
    status: 201,
    errors: ['too_many_places'],
  },
  'PUT /makers/me/places/:id': {
    summary: 'Say it anew of one of my places',
    action: 'maker.manage',
    body: OwnPlace,
    response: OwnMakerPage,
  },
  'DELETE /makers/me/places/:id': {
    summary: 'Say no more of one of my places',
    action: 'maker.manage',
    response: OwnMakerPage,
  },
});
