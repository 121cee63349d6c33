// Who may do what: one table for the server (which enforces it) and the client (which hides what would be refused).
// No TypeBox here: the browser imports this file.

export const roles = ['viewer', 'maker', 'moderator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The one who asks. `id` is null when nobody is signed in. Every signed-in person is a viewer. */
export type Actor = { readonly id: string | null; readonly roles: readonly Role[] };

type Who = Role | 'anonymous';
/** `any`: on every resource. `own`: only where `resource.ownerId` is the actor. */
type Rule = { any?: readonly Who[]; own?: readonly Role[] };

const everyone = ['anonymous', 'viewer'] as const;
const staff = ['moderator', 'admin'] as const;

const table = {
  'site.read': { any: everyone },
  'site.manage': { any: ['admin'] },
  'session.create': { any: everyone },
  'session.read': { any: everyone },
  'session.end': { any: everyone },
  'session.manage': { own: ['viewer'] },
  'way.manage': { own: ['viewer'] },
  'profile.read': { any: everyone },
  'profile.edit': { own: ['viewer'] },
  'account.manage': { own: ['viewer'] },
  'person.block': { any: ['viewer'] },
  'person.follow': { any: ['viewer'] },
  'maker.apply': { any: ['viewer'] },
  'maker.manage': { own: ['maker'] },
  'maker.review': { any: ['admin'] },
  'media.upload': { any: ['viewer'] },
  'media.read': { own: ['viewer'], any: staff },
  'media.edit': { own: ['viewer'] },
  'media.play': { any: everyone },
  'media.manage': { any: ['admin'] },
  'story.read': { any: everyone },
  'story.create': { any: ['maker'] },
  'story.edit': { own: ['maker'] },
  'story.preview': { own: ['maker'], any: staff },
  'feed.read': { any: everyone },
  'listing.read': { any: everyone },
  'listing.edit': { own: ['maker'] },
  'listing.buy': { any: ['viewer'] },
  'offer.create': { any: ['viewer'] },
  'offer.read': { own: ['viewer'] },
  'offer.withdraw': { own: ['viewer'] },
  'offer.answer': { own: ['viewer'] },
  'offer.openAuction': { own: ['maker'] },
  'auction.read': { any: everyone },
  'auction.bid': { any: ['viewer'] },
  'auction.watch': { any: ['viewer'] },
  'auction.manage': { own: ['maker'] },
  'lock.read': { own: ['viewer'] },
  'lock.extend': { own: ['maker'] },
  'lock.pay': { own: ['viewer'] },
  'strike.read': { own: ['viewer'] },
  'strike.appeal': { own: ['viewer'] },
  'order.read': { own: ['viewer'] },
  'order.ship': { own: ['maker'] },
  'order.confirm': { own: ['viewer'] },
  'card.manage': { own: ['viewer'] },
  'payment.read': { own: ['viewer'] },
  'payment.manage': { any: ['admin'] },
  'order.cancel': { own: ['viewer'] },
  'order.export': { own: ['maker'] },
  'order.message': { own: ['viewer'] },
  'dispute.answer': { own: ['maker'] },
  'dispute.read': { own: ['maker'], any: ['admin'] },
  'issue.open': { own: ['viewer'] },
  'issue.answer': { own: ['maker'] },
  'issue.decide': { any: staff },
  'review.read': { any: everyone },
  'review.write': { own: ['viewer'] },
  'review.reply': { own: ['maker'] },
  'ledger.read': { own: ['maker'] },
  'report.create': { any: ['viewer'] },
  'moderation.queue': { any: staff },
  'moderation.decide': { any: staff },
  'notification.read': { own: ['viewer'] },
  'provider.webhook': { any: everyone },
  'key.manage': { own: ['viewer'] },
  'user.manage': { any: ['admin'] },
  'audit.read': { any: ['admin'] },
  'security.read': { any: ['admin'] },
  'security.keep': { any: ['admin'] },
  'view.end': { any: ['viewer'] },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof table;
export const permissions: Readonly<Record<Action, Rule>> = table;

/**
 * Whether `actor` may do `action`, on `resource` when one is given.
 * Without a resource: whether there can be any resource on which they may (the check at the route).
 */
export const can = (actor: Actor, action: Action, resource?: { ownerId: string | null }): boolean => {
  const rule = permissions[action];
  const held: readonly Who[] = actor.id === null ? ['anonymous'] : ['viewer', ...actor.roles];
  if (rule.any?.some((who) => held.includes(who))) return true;
  if (!rule.own?.some((role) => held.includes(role))) return false;
  return resource === undefined || (actor.id !== null && resource.ownerId === actor.id);
};
