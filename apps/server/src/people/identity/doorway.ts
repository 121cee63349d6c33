// What every way in shares over HTTP: where a request comes from, the session's cookie, the person as they see themselves.
import { DomainError, type Role } from '@videowindow/contract';
import type { Me } from '@videowindow/contract/api/people';
import type { Keyring } from '#platform/crypto';
import type { Database } from '#platform/database';
import { personId, type RequestContext } from '#platform/http';
import { ACCESS_LIFE_S, signAccessToken } from './access-tokens.ts';
import { type RequestOrigin, SESSION_LIFE_MS, type SignedIn } from './enter.ts';
import type { Refreshed } from './refresh-tokens.ts';
import { type createSessions, rolesIn } from './sessions.ts';
import { type User, userById } from './store.ts';

export type Doorway = ReturnType<typeof createDoorway>;

/** @param roles those of the person that their session may use */
const meView = (user: User, roles: readonly Role[]): Me => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  email: user.email,
  roles: ['viewer', ...roles],
  staffWaits: roles.length < user.roles.length,
});

export const createDoorway = (options: {
  database: Database;
  keyring: Keyring;
  sessions: ReturnType<typeof createSessions>;
  https: boolean;
  publicUrl?: string | undefined;
}) => {
  const { database, keyring, sessions, https, publicUrl } = options;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: https } as const;
  /** What an app keeps its session by. */
  const tokensOf = ({ sessionId, userId, refreshToken }: Refreshed) => ({
    accessToken: signAccessToken(keyring, sessionId, userId, database.clock()),
    expiresInS: ACCESS_LIFE_S,
    refreshToken,
    refreshExpiresInS: SESSION_LIFE_MS / 1000,
  });
  return {
    /** @param body says of a sign-in whether its session is kept by tokens */
    originOf: (
      { address, requestId, request, visitorId }: RequestContext,
      body: { tokens?: boolean } = {},
    ): RequestOrigin => ({
      address,
      requestId,
      userAgent: request.headers['user-agent'] ?? null,
      visitorId,
      keep: body.tokens ? 'tokens' : 'cookie',
    }),

    /**
     * Our own address as this browser knows it. By the Host header, which was found to be ours before the request came
     * so far; what a proxy says of it is nobody's proof.
     */
    siteOf({ request }: RequestContext): string {
      const host = request.headers.host?.toLowerCase() ?? '';
      return publicUrl !== undefined && new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
    },

    /** What every way in answers. */
    letIn({ reply }: RequestContext, { user, sessionId, keep, secret, expiresAt, strong }: SignedIn) {
      const me = meView(user, rolesIn(user.roles, strong, sessions.staffNeedSecondFactor));
      if (keep === 'tokens') return { user: me, tokens: tokensOf({ sessionId, userId: me.id, refreshToken: secret }) };
      reply.setCookie(sessions.cookieName, secret, { ...cookie, expires: expiresAt });
      return { user: me };
    },

    tokensOf,

    /** After this session has shown a second factor: what it may do is asked anew. */
    strengthened({ actor }: RequestContext) {
      if (actor.id) sessions.forget(actor.id);
    },

    letOut({ actor, reply }: RequestContext) {
      if (actor.id) sessions.forget(actor.id);
      reply.clearCookie(sessions.cookieName, cookie);
    },

    /** Who asks, as they see themselves; null when nobody is signed in. */
    async meOf({ actor }: RequestContext): Promise<Me | null> {
      const user = actor.id ? await userById(database.db, actor.id) : null;
      // What has just been granted counts at once; what waits for a second factor does not.
      const strong = actor.roles.some((role) => role === 'moderator' || role === 'admin');
      return user && meView(user, rolesIn(user.roles, strong, sessions.staffNeedSecondFactor));
    },

    /** The person who asks and their session. @throws DomainError sign_in_required */
    inSession({ actor, sessionId }: RequestContext) {
      if (sessionId === null) throw new DomainError('sign_in_required');
      return { me: personId(actor), sessionId };
    },
  };
};
