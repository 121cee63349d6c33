import { describe, expect, test } from 'vitest';
import { api } from './api/index.ts';
import type { ApiTable } from './endpoint.ts';
import { type Action, type Actor, can, permissions, roles } from './permissions.ts';

const ME = '01900000-0000-7000-8000-00000000000a';
const OTHER = '01900000-0000-7000-8000-00000000000b';

/** What anybody may do that changes something; of a webhook its signature says who sent it. */
const OPEN_CHANGES = [
  'POST /auth/logout',
  'POST /auth/otp/request',
  'POST /auth/otp/verify',
  'POST /auth/social/start',
  'POST /auth/social/callback',
  'POST /auth/passkeys/sign-in/options',
  'POST /auth/passkeys/sign-in',
  'POST /auth/2fa/verify',
  'POST /auth/device-requests',
  'POST /auth/device-requests/:id/redeem',
  'POST /auth/register',
  'POST /auth/verify-email',
  'POST /auth/email-change/answer', // by the token of the mail to the old address
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/reset-password/request',
  'POST /auth/reset-password',
  'POST /webhooks/stripe/:endpoint',
  'POST /webhooks/carriers',
  'POST /webhooks/easypost',
  'POST /setup', // of an empty place, with the printed link
];

/** Everybody who can ask: a stranger, and a signed-in person with each set of roles beyond viewer. */
const actors: Record<string, Actor> = {
  stranger: { id: null, roles: [] },
  viewer: { id: ME, roles: [] },
  maker: { id: ME, roles: ['maker'] },
  moderator: { id: ME, roles: ['moderator'] },
  admin: { id: ME, roles: ['admin'] },
  'maker and moderator': { id: ME, roles: ['maker', 'moderator'] },
};

/**
 * Written out by hand, beside the table that it checks: who may do it on their own thing, on another's, and at all.
 * A letter each for stranger, viewer, maker, moderator, admin, maker and moderator: y may, - may not.
 */
const everyone = ['-yyyyy', 'yyyyyy', 'yyyyyy', 'yyyyyy'] as const;
const signedIn = ['-yyyyy', '-yyyyy', '-yyyyy', '-yyyyy'] as const;
const ownOnly = ['-yyyyy', '------', '-yyyyy', '------'] as const;
const makersOwn = ['--y--y', '------', '--y--y', '------'] as const;
const makersAny = ['--y--y', '--y--y', '--y--y', '--y--y'] as const;
const adminOnly = ['----y-', '----y-', '----y-', '----y-'] as const;
const staffOnly = ['---yyy', '---yyy', '---yyy', '---yyy'] as const;

/** On their own thing, on another's, at the route, and on a thing that is nobody's. */
const expected: Record<Action, readonly [string, string, string, string]> = {
  'site.read': everyone,
  'site.manage': adminOnly,
  'session.create': everyone,
  'session.read': everyone,
  'session.end': everyone,
  'session.manage': ownOnly,
  'way.manage': ownOnly,
  'profile.read': everyone,
  'profile.edit': ownOnly,
  'account.manage': ownOnly,
  'person.block': signedIn,
  'person.follow': signedIn,
  'maker.apply': signedIn,
  'maker.manage': makersOwn,
  'maker.review': adminOnly,
  'media.upload': signedIn,
  'media.read': ['-yyyyy', '---yyy', '-yyyyy', '---yyy'],
  'media.edit': ownOnly,
  'media.play': everyone,
  'media.manage': adminOnly,
  'story.read': everyone,
  'story.create': makersAny,
  'story.edit': makersOwn,
  'story.preview': ['--yyyy', '---yyy', '--yyyy', '---yyy'],
  'feed.read': everyone,
  'listing.read': everyone,
  'listing.edit': makersOwn,
  'listing.buy': signedIn,
  'offer.create': signedIn,
  'offer.read': ownOnly,
  'offer.withdraw': ownOnly,
  'offer.answer': ownOnly,
  'offer.openAuction': makersOwn,
  'auction.read': everyone,
  'auction.bid': signedIn,
  'auction.watch': signedIn,
  'auction.manage': makersOwn,
  'lock.read': ownOnly,
  'lock.extend': makersOwn,
  'lock.pay': ownOnly,
  'strike.read': ownOnly,
  'strike.appeal': ownOnly,
  'order.read': ownOnly,
  'order.ship': makersOwn,
  'order.confirm': ownOnly,
  'card.manage': ownOnly,
  'payment.read': ownOnly,
  'payment.manage': adminOnly,
  'order.cancel': ownOnly,
  'order.export': makersOwn,
  'order.message': ownOnly,
  'dispute.answer': makersOwn,
  'dispute.read': ['--y-yy', '----y-', '--y-yy', '----y-'],
  'issue.open': ownOnly,
  'issue.answer': makersOwn,
  'issue.decide': staffOnly,
  'review.read': everyone,
  'review.write': ownOnly,
  'review.reply': makersOwn,
  'ledger.read': makersOwn,
  'report.create': signedIn,
  'moderation.queue': staffOnly,
  'moderation.decide': staffOnly,
  'notification.read': ownOnly,
  'key.manage': ownOnly,
  'user.manage': adminOnly,
  'audit.read': adminOnly,
  'security.read': adminOnly,
  'security.keep': adminOnly,
  'view.end': signedIn,
  'provider.webhook': everyone,
};

const answers = (action: Action, resource?: { ownerId: string | null }) =>
  Object.values(actors)
    .map((actor) => (can(actor, action, resource) ? 'y' : '-'))
    .join('');

describe('the permission table', () => {
  test('has no row that is not written out here', () => {
    expect(Object.keys(permissions).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  // The table's own keys: checked to be the same just above.
  test.each(Object.keys(expected) as Action[])('%s', (action) => {
    const [own, others, route, nobodys] = expected[action];

    // A stranger owns nothing: their column on an own thing is that of a thing that is nobody's.
    expect(answers(action, { ownerId: ME }).slice(1)).toBe(own.slice(1));
    expect(answers(action, { ownerId: OTHER })).toBe(others);
    expect(answers(action)).toBe(route);
    expect(answers(action, { ownerId: null })).toBe(nobodys);
  });

  test('never lets a stranger have what is nobody’s because nobody is who they are', () => {
    for (const action of Object.keys(permissions) as Action[]) {
      const isForEveryone = can({ id: null, roles: [] }, action, { ownerId: OTHER });
      expect(can({ id: null, roles: [] }, action, { ownerId: null }), action).toBe(isForEveryone);
    }
  });

  test('never counts the roles of who is not signed in', () => {
    for (const action of Object.keys(permissions) as Action[]) {
      expect(can({ id: null, roles: [...roles] }, action), action).toBe(can({ id: null, roles: [] }, action));
    }
  });
});

describe('the endpoints', () => {
  const endpoints = Object.entries(api as ApiTable);

  test('each name a row of the table', () => {
    for (const [key, endpoint] of endpoints) expect(permissions[endpoint.action], key).toBeDefined();
  });

  test('that anybody may use and that change something are few and known', () => {
    const open = endpoints
      .filter(([key, endpoint]) => !key.startsWith('GET ') && can({ id: null, roles: [] }, endpoint.action))
      .map(([key]) => key);

    expect(open.toSorted()).toEqual(OPEN_CHANGES.toSorted());
  });
});
