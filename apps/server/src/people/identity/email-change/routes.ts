// /auth/email-change
import { emailChangeApi } from '@videowindow/contract/api/email-change';
import { implement, personId } from '#platform/http';
import { codeSent } from '../codes.ts';
import type { Doorway } from '../doorway.ts';
import type { IdentityDeps } from '../enter.ts';
import { answerChange, keepEmail, proveEmail, requestEmail } from './commands.ts';
import { changeOf } from './store.ts';

export const emailChangeRoutes = (deps: IdentityDeps, { originOf, inSession }: Doorway) =>
  implement(emailChangeApi, {
    'GET /auth/email-change': async ({ context }) => {
      const change = await changeOf(deps.database.db, personId(context.actor));
      return { change: change && { email: change.email, takesEffectAt: change.takesEffectAt.toISOString() } };
    },
    'POST /auth/email-change': async ({ body, context }) => {
      await requestEmail(deps, personId(context.actor), body.email, originOf(context));
      return codeSent;
    },
    'POST /auth/email-change/verify': ({ body, context }) =>
      proveEmail(deps, inSession(context), body.code, originOf(context)),
    'DELETE /auth/email-change': ({ context }) => keepEmail(deps, personId(context.actor)),
    'POST /auth/email-change/answer': ({ body, context }) =>
      answerChange(deps, body.token, body.answer, originOf(context)),
  });
