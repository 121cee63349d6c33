// /auth: ways in, the session cookie, and where one is signed in.
import { DomainError } from '@videowindow/contract';
import { identityApi, type Session } from '@videowindow/contract/api/identity';
import { implement, personId, type RequestContext } from '#platform/http';
import { codeSent } from './codes.ts';
import { requestCode, signOut, verifyCode } from './commands.ts';
import { deviceName, placeName } from './devices.ts';
import type { Doorway } from './doorway.ts';
import { type IdentityDeps, leave } from './enter.ts';
import {
  beginAccount,
  completeAccount,
  dropPassword,
  requestReset,
  resetPassword,
  setPassword,
  signInByPassword,
  stepUpByPassword,
} from './password-commands.ts';
import { removePhone, requestPhone, verifyPhone } from './phones.ts';
import { refresh } from './refresh-tokens.ts';
import { ownerOfSession, runningSessions, type SessionRow } from './session-store.ts';
import type { createSessions } from './sessions.ts';
import { sendStepUpCode, stepUpByCode } from './step-up.ts';
import { userById } from './store.ts';
import { verificationsOf } from './verifications.ts';
import { waysOf } from './ways.ts';

const sessionView = ({ userAgent, address, ...row }: SessionRow, current: string): Session => ({
  id: row.id,
  device: deviceName(userAgent),
  place: placeName(address),
  way: row.way,
  startedAt: row.startedAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  current: row.id === current,
});

export const identityRoutes = (deps: IdentityDeps, sessions: ReturnType<typeof createSessions>, doorway: Doorway) => {
  const { database } = deps;
  const { originOf, letIn, inSession } = doorway;
  const end = async (context: RequestContext, which: Parameters<typeof leave>[3]) => {
    const me = personId(context.actor);
    const by = { actor: me, address: context.address, requestId: context.requestId };
    const ended = await database.transaction((tx) => leave(deps, tx, me, which, by));
    sessions.forget(me);
    return ended;
  };

  return implement(identityApi, {
    'POST /auth/otp/request': async ({ body, context }) => {
      await requestCode(deps, body.identifier, originOf(context), body.channel);
      return codeSent;
    },
    'POST /auth/otp/verify': async ({ body, context }) =>
      letIn(context, await verifyCode(deps, body.identifier, body.code, originOf(context, body))),
    'POST /auth/refresh': async ({ body, context }) => {
      return doorway.tokensOf(await refresh(deps, body.refreshToken, originOf(context)));
    },
    'POST /auth/logout': async ({ context }) => {
      await signOut(deps, context.actor, context.sessionId, originOf(context));
      doorway.letOut(context);
    },
    'GET /auth/profile': async ({ context }) => ({ user: await doorway.meOf(context) }),
    'GET /auth/sessions': async ({ context }) => {
      const { me, sessionId } = inSession(context);
      const rows = await runningSessions(database.db, me);
      return { items: rows.map((row) => sessionView(row, sessionId)) };
    },
    'DELETE /auth/sessions/:id': async ({ params, context }) => {
      const me = personId(context.actor);
      if ((await ownerOfSession(database.db, params.id)) !== me) throw new DomainError('not_found');
      await end(context, { only: params.id });
    },
    'POST /auth/sessions/end-others': async ({ context }) => ({
      ended: await end(context, { but: inSession(context).sessionId }),
    }),
    'GET /auth/ways': async ({ context }) => {
      const user = await userById(database.db, personId(context.actor));
      if (!user) throw new DomainError('sign_in_required');
      return { items: await waysOf(deps, database.db, user) };
    },
    'GET /users/me/verifications': async ({ context }) => ({
      items: await verificationsOf(database.db, personId(context.actor)),
    }),
    'POST /auth/step-up/send-code': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      await sendStepUpCode(deps, me, sessionId, body.way, originOf(context));
      return codeSent;
    },
    'POST /auth/step-up/code': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      await stepUpByCode(deps, me, sessionId, body.code, originOf(context));
    },
    'POST /auth/step-up/password': async ({ body, context }) => {
      await stepUpByPassword(deps, inSession(context), body.password, originOf(context));
    },
    'POST /auth/register': async ({ body, context }) => ({
      ...codeSent,
      ticket: await beginAccount(deps, body, originOf(context)),
    }),
    'POST /auth/verify-email': async ({ body, context }) =>
      letIn(context, await completeAccount(deps, body, originOf(context, body))),
    'POST /auth/login': async ({ body, context }) =>
      letIn(context, await signInByPassword(deps, body, originOf(context, body))),
    'POST /auth/reset-password/request': async ({ body, context }) => {
      await requestReset(deps, body.identifier, originOf(context));
      return codeSent;
    },
    'POST /auth/reset-password': async ({ body, context }) =>
      letIn(context, await resetPassword(deps, body, originOf(context, body))),
    'POST /auth/phone': async ({ body, context }) => {
      await requestPhone(deps, personId(context.actor), body.phone, originOf(context));
      return codeSent;
    },
    'POST /auth/verify-phone': async ({ body, context }) => {
      await verifyPhone(deps, personId(context.actor), body.code, originOf(context));
    },
    'DELETE /auth/phone': async ({ context }) => {
      await removePhone(deps, personId(context.actor), originOf(context));
    },
    'PUT /auth/password': async ({ body, context }) => {
      const session = inSession(context);
      await setPassword(deps, session, body.password, originOf(context));
      sessions.forget(session.me);
    },
    'DELETE /auth/password': async ({ context }) => {
      await dropPassword(deps, personId(context.actor), originOf(context));
    },
  });
};
