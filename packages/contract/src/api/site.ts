// What the client must know of the server before anybody signs in; and notifications.
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { roles } from '../permissions.ts';
import { Id, Instant, Nullable, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { socialProviders } from './keys.ts';

export const Site = Strict({
  name: Type.String(),
  currency: Type.String({ description: 'Settlement currency, ISO 4217' }),
  displayRates: Type.Array(Strict({ currency: Type.String(), rate: Type.Number() }), {
    description: 'Roughly what one unit of `currency` is in others; to read prices by, never to pay by',
  }),
  serverTime: Instant,
  sandbox: Nullable(
    Strict(
      {
        inboxUrl: Type.String(),
        people: Type.Array(Strict({ email: Type.String(), role: OneOf(roles) })),
      },
      { description: 'Present while the outside providers are stand-ins; the client shows a banner' },
    ),
  ),
  limits: Strict({ uploadBytes: Type.Integer(), videoSeconds: Type.Integer() }),
  importByUrl: Type.Boolean({ description: 'Whether files may be fetched from an address, by POST /media/import' }),
  offerHours: Type.Number({ description: 'How long an offer stands' }),
  payHours: Type.Number({ description: 'How long a winner has to pay' }),
  completeDays: Type.Number({ description: 'A delivered order completes by itself after so long' }),
  answerDays: Type.Number({ description: 'How long a maker has to answer an issue' }),
  payments: Type.Boolean({ description: 'Whether this server can take payments' }),
  mapStyleUrl: Nullable(
    Type.String({ description: "A MapLibre style of the operator's; null for the one of the web app" }),
  ),
  sms: Type.Boolean({ description: 'Whether codes can come by SMS' }),
  signInWith: Type.Array(OneOf(socialProviders), { description: 'Providers with which one can sign in here' }),
});
export type Site = Static<typeof Site>;

export const siteApi = defineApi({
  'GET /site': { summary: 'Name, clock, limits and what is set up', action: 'site.read', response: Site },
});

export const Notification = Strict({
  id: Id,
  kind: Type.String(),
  title: Type.String(),
  body: Type.String(),
  href: Type.String({ description: 'Path in the web app' }),
  createdAt: Instant,
  readAt: Nullable(Instant),
});
export type Notification = Static<typeof Notification>;

export const notificationsApi = defineApi({
  'GET /notifications': {
    summary: 'My notifications, newest first',
    action: 'notification.read',
    query: PageQuery,
    response: Page(Notification),
  },
  'GET /notifications/unread': {
    summary: 'How many are unread',
    action: 'notification.read',
    response: Strict({ unread: Type.Integer() }),
  },
  'POST /notifications/:id/read': { summary: 'Mark one read', action: 'notification.read' },
  'POST /notifications/read-all': { summary: 'Mark all read', action: 'notification.read' },
});
