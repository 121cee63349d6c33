// /auth: ways in, the session cookie, and where one is signed in.
import { DomainError, type Role } from '@videowindow/contract';
import { identityApi, type Session } from '@videowindow/contract/api/identity';
import { implement, personId, type RequestContext } from '#platform/http';
import { codeSent } from './codes.ts';
import { requestCode, signOut, verifyCode } from './commands.ts';
import { deviceName, placeName } from './devices.ts';
import { type IdentityDeps, leave, type RequestOrigin, type SignedIn } from './enter.ts';
import { ownerOfSession, runningSessions, type SessionRow } from './session-store.ts';
import type { createSessions } from './sessions.ts';
import { sendStepUpCode, stepUpByCode } from './step-up.ts';
import { type User, userById } from './store.ts';
import { waysOf } from './ways.ts';

const originOf = (context: RequestContext): RequestOrigin => ({
  address: context.address,
  requestId: context.requestId,
  userAgent: context.request.headers['user-agent'] ?? null,
  visitorId: context.visitorId,
});

const meView = (user: User) => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  email: user.email,
  roles: ['viewer' as Role, ...user.roles],
});

const sessionView = ({ userAgent, address, ...row }: SessionRow, current: string): Session => ({
  id: row.id,
  device: deviceName(userAgent),
  place: placeName(address),
  way: row.way,
  startedAt: row.startedAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  current: row.id === current,
});

/** The person who asks and their session. @throws DomainError sign_in_required */
const inSession = ({ actor, sessionId }: RequestContext) => {
  if (sessionId === null) throw new DomainError('sign_in_required');
  return { me: personId(actor), sessionId };
};

export const identityRoutes = (deps: IdentityDeps, sessions: ReturnType<typeof createSessions>, https: boolean) => {
  const { database } = deps;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: https } as const;
  /** What every way in answers. */
  const letIn = ({ reply }: RequestContext, { user, sessionToken, expiresAt }: SignedIn) => {
    reply.setCookie(sessions.cookieName, sessionToken, { ...cookie, expires: expiresAt });
    return { user: meView(user) };
  };
  const end = async (context: RequestContext, which: Parameters<typeof leave>[3]) => {
    const me = personId(context.actor);
    const by = { actor: me, address: context.address, requestId: context.requestId };
    const ended = await database.transaction((tx) => leave(deps, tx, me, which, by));
    sessions.forget(me);
    return ended;
  };

  return implement(identityApi, {
    'POST /auth/otp/request': async ({ body, context }) => {
      await requestCode(deps, body.identifier, originOf(context));
      return codeSent;
    },
    'POST /auth/otp/verify': async ({ body, context }) =>
      letIn(context, await verifyCode(deps, body.identifier, body.code, originOf(context))),
    'POST /auth/logout': async ({ context }) => {
      await signOut(deps, context.actor, context.sessionId, originOf(context));
      if (context.actor.id) sessions.forget(context.actor.id);
      context.reply.clearCookie(sessions.cookieName, cookie);
    },
    'GET /auth/profile': async ({ context }) => {
      const user = context.actor.id ? await userById(database.db, context.actor.id) : null;
      return { user: user ? meView(user) : null };
    },
    'GET /auth/sessions': async ({ context }) => {
      const { me, sessionId } = inSession(context);
      const rows = await runningSessions(database.db, me);
      return { items: rows.map((row) => sessionView(row, sessionId)) };
    },
    'DELETE /auth/sessions/:id': async ({ params, context }) => {
      const { me } = inSession(context);
      if ((await ownerOfSession(database.db, params.id)) !== me) throw new DomainError('not_found');
      await end(context, { only: params.id });
    },
    'POST /auth/sessions/end-others': async ({ context }) => ({
      ended: await end(context, { but: inSession(context).sessionId }),
    }),
    'GET /auth/ways': async ({ context }) => {
      const user = await userById(database.db, personId(context.actor));
      if (!user) throw new DomainError('sign_in_required');
      return { items: await waysOf(database.db, user) };
    },
    'POST /auth/step-up/send-code': async ({ context }) => {
      const { me, sessionId } = inSession(context);
      await sendStepUpCode(deps, me, sessionId, originOf(context));
      return codeSent;
    },
    'POST /auth/step-up/code': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      await stepUpByCode(deps, me, sessionId, body.code, originOf(context));
    },
  });
};
