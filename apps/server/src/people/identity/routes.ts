// /auth: codes and the session cookie.
import type { Role } from '@videowindow/contract';
import { identityApi } from '@videowindow/contract/api/people';
import { implement, type RequestContext } from '#platform/http';
import { CODE_LIFE_S, type IdentityDeps, RESEND_AFTER_S, requestCode, signOut, verifyCode } from './commands.ts';
import type { createSessions } from './sessions.ts';
import { type User, userById } from './store.ts';

const originOf = (context: RequestContext) => ({
  address: context.address,
  requestId: context.requestId,
  userAgent: context.request.headers['user-agent'] ?? null,
});

const meView = (user: User) => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  email: user.email,
  roles: ['viewer' as Role, ...user.roles],
});

export const identityRoutes = (deps: IdentityDeps, sessions: ReturnType<typeof createSessions>, https: boolean) =>
  implement(identityApi, {
    'POST /auth/otp/request': async ({ body, context }) => {
      await requestCode(deps, body.identifier, originOf(context));
      return { resendAfterS: RESEND_AFTER_S, expiresInS: CODE_LIFE_S };
    },
    'POST /auth/otp/verify': async ({ body, context }) => {
      const { user, sessionToken, expiresAt } = await verifyCode(deps, body.identifier, body.code, originOf(context));
      context.reply.setCookie(sessions.cookieName, sessionToken, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: https,
        expires: expiresAt,
      });
      return { user: meView(user) };
    },
    'POST /auth/logout': async ({ context }) => {
      await signOut(deps, context.actor, context.sessionId, originOf(context));
      if (context.actor.id) sessions.forget(context.actor.id);
      context.reply.clearCookie(sessions.cookieName, { path: '/', httpOnly: true, sameSite: 'lax', secure: https });
    },
    'GET /auth/profile': async ({ context }) => {
      const user = context.actor.id ? await userById(deps.database.db, context.actor.id) : null;
      return { user: user ? meView(user) : null };
    },
  });
