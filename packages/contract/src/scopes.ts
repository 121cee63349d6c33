// What a key for a program may be let do: an area of the product, to read it or to change it.
// No TypeBox here: the browser imports this file.
import { type Action, permissions } from './permissions.ts';

export const scopes = [
  'stories:read',
  'stories:write',
  'media:read',
  'media:write',
  'sales:read',
  'sales:write',
  'people:read',
  'people:write',
] as const;
export type Scope = (typeof scopes)[number];
type Area = 'stories' | 'media' | 'sales' | 'people';

/** By the first word of an action. What is not here (accounts, ways in, cards, payouts, staff's work) is for people only. */
const areas: Readonly<Record<string, Area>> = {
  site: 'people',
  profile: 'people',
  person: 'people',
  notification: 'people',
  feed: 'stories',
  story: 'stories',
  media: 'media',
  listing: 'sales',
  offer: 'sales',
  auction: 'sales',
  lock: 'sales',
  order: 'sales',
  issue: 'sales',
  review: 'sales',
  ledger: 'sales',
};

/** What only staff may is for staff themselves, never for a program. */
const isForStaff = (action: Action): boolean => {
  const { any = [], own = [] } = permissions[action];
  return own.length === 0 && any.every((who) => who === 'moderator' || who === 'admin');
};

/** The scope that a request needs; null where no key may. To change an area includes to read it. */
export const scopeOf = (action: Action, isRead: boolean): Scope | null => {
  // Whose key this is, it may always ask.
  if (action === 'session.read') return 'people:read';
  const area = areas[action.split('.')[0] ?? ''];
  return area === undefined || isForStaff(action) ? null : `${area}:${isRead ? 'read' : 'write'}`;
};

export const allows = (held: readonly string[], action: Action, isRead: boolean): boolean => {
  if (action === 'session.read') return true;
  const needed = scopeOf(action, isRead);
  if (needed === null) return false;
  return held.includes(needed) || held.includes(needed.replace(':read', ':write'));
};
