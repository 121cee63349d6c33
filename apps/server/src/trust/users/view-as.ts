// Seeing the place as somebody else does: an admin's session carries a signed note of whose eyes it looks through, for a
// quarter of an hour. Only reading goes through (the HTTP layer sees to it); what asks for a fresh factor does not.
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '@videowindow/contract';
import type { Identity } from '#people/identity';
import type { Keyring } from '#platform/crypto';
import type { Database } from '#platform/database';

const COOKIE = 'vw_view_as';
/** For the page's own banner: not a secret, and nothing is decided by it. */
export const SHOWN_COOKIE = 'vw_viewing';
export const VIEW_S = 15 * 60;
const PURPOSE = 'view-as';
const FORMAT = /^([0-9a-f-]{36})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

export type Viewing = { actor: Actor; sessionId: null; readOnly: true };

export const createViewAs = (deps: { database: Database; identity: Identity; keyring: Keyring; https: boolean }) => {
  const name = deps.https ? `__Host-${COOKIE}` : COOKIE;
  const claim = (userId: string, until: number, sessionId: string) => `${userId}.${until} ${sessionId}`;
  const nowS = () => Math.floor(deps.database.clock().getTime() / 1000);
  return {
    cookieName: name,
    /** What the admin's browser carries; good with this session only. */
    issue(userId: string, sessionId: string): string {
      const until = nowS() + VIEW_S;
      return `${userId}.${until}.${deps.keyring.sign(PURPOSE, claim(userId, until, sessionId))}`;
    },
    /** Through whose eyes a request of this session looks; null for its own. */
    async of(headers: IncomingHttpHeaders, own: { actor: Actor; sessionId: string | null }): Promise<Viewing | null> {
      if (!headers.cookie?.includes(name) || own.sessionId === null || !own.actor.roles.includes('admin')) return null;
      const [, userId = '', untilText = '', signature = ''] = FORMAT.exec(cookieOf(headers.cookie, name)) ?? [];
      const until = Number(untilText);
      if (userId === '' || until < nowS()) return null;
      if (!deps.keyring.verify(PURPOSE, claim(userId, until, own.sessionId), signature)) return null;
      const user = await deps.identity.user(deps.database.db, userId);
      return user && { actor: { id: user.id, roles: user.roles }, sessionId: null, readOnly: true };
    },
  };
};

const cookieOf = (header: string, name: string): string => {
  for (const part of header.split(';')) {
    const [key, value = ''] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return '';
};
