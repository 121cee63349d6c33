// From a request's cookie, or an app's token, to who asks. Checked on every request, so it is kept for a moment in this process.
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor, Role } from '@videowindow/contract';
import { type Keyring, sha256 } from '#platform/crypto';
import type { Database } from '#platform/database';
import type { Events } from '#platform/events';
import { readAccessToken } from './access-tokens.ts';
import { SESSION_LIFE_MS } from './enter.ts';
import * as store from './session-store.ts';

/** A session that ended elsewhere is refused after this long at the latest; at once in the process that hears the event. */
const REMEMBER_MS = 2000;
/** How exactly it is known when a session was last used. */
const TOUCH_EVERY_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

export type Authenticated = { actor: Actor; sessionId: string | null };
const nobody: Authenticated = { actor: { id: null, roles: [] }, sessionId: null };

/**
 * The roles that a session may use. Where staff need a second factor, their roles wait until the session has shown one.
 * Pure.
 */
export const rolesIn = (roles: readonly Role[], strong: boolean, staffNeedSecondFactor: boolean): Role[] =>
  roles.filter((role) => strong || !staffNeedSecondFactor || (role !== 'moderator' && role !== 'admin'));

export const createSessions = (
  { database, events, keyring }: { database: Database; events: Events; keyring: Keyring },
  { cookieName, staffNeedSecondFactor }: { cookieName: string; staffNeedSecondFactor: boolean },
) => {
  const remembered = new Map<string, { found: Authenticated; until: number }>();
  /** Rises whenever something is forgotten: what was looked up before that is not remembered after it. */
  let forgotten = 0;
  events.tail.listen((batch) => {
    for (const event of batch) {
      if (event.type !== 'session.ended' && event.type !== 'maker.joined') continue;
      forgotten++;
      for (const [hash, { found }] of remembered) {
        const ends =
          event.type === 'session.ended'
            ? found.sessionId === event.payload.sessionId
            : found.actor.id === event.payload.makerId;
        if (ends) remembered.delete(hash);
      }
    }
  });

  /** Which session a request says it is of: by an app's access token, else by the cookie. One who sends both means the token. */
  const claimedBy = (headers: IncomingHttpHeaders) => {
    const bearer = /^Bearer ([\w.-]{1,1000})$/i.exec(headers.authorization ?? '')?.[1];
    if (headers.authorization !== undefined) {
      const sessionId = bearer ? readAccessToken(keyring, bearer, database.clock()) : null;
      return sessionId && { key: sessionId, look: () => store.liveSessionById(database.db, sessionId) };
    }
    const token = cookieValue(headers.cookie, cookieName);
    const hash = token && sha256(token);
    return hash && { key: hash, look: () => store.liveSession(database.db, hash) };
  };

  return {
    cookieName,
    staffNeedSecondFactor,
    /** Forgets what is remembered of a token, when its roles or its end have just changed here. */
    forget(userId: string) {
      forgotten++;
      for (const [hash, { found }] of remembered) if (found.actor.id === userId) remembered.delete(hash);
    },
    async authenticate(headers: IncomingHttpHeaders): Promise<Authenticated> {
      const claimed = claimedBy(headers);
      if (!claimed) return nobody;
      const known = remembered.get(claimed.key);
      if (known && known.until > performance.now()) return known.found;
      const before = forgotten;
      const session = await claimed.look();
      if (!session) {
        remembered.delete(claimed.key);
        return nobody;
      }
      const now = database.clock();
      if (now.getTime() - session.lastSeenAt.getTime() > TOUCH_EVERY_MS) {
        await store.touchSession(database.db, session.sessionId, now, new Date(now.getTime() + SESSION_LIFE_MS));
      }
      const found: Authenticated = {
        actor: { id: session.userId, roles: rolesIn(session.roles, session.strong, staffNeedSecondFactor) },
        sessionId: session.sessionId,
      };
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      if (before === forgotten) remembered.set(claimed.key, { found, until: performance.now() + REMEMBER_MS });
      return found;
    },
  };
};

const cookieValue = (header: string | undefined, name: string): string | null => {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value && value.length <= 100) return value;
  }
  return null;
};
