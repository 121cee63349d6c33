// /auth/2fa
import { secondFactorApi } from '@videowindow/contract/api/keys';
import { implement, personId } from '#platform/http';
import type { Doorway } from '../doorway.ts';
import * as commands from './commands.ts';
import { secondFactorOf } from './store.ts';

export const secondFactorRoutes = (
  deps: commands.SecondFactorDeps,
  { originOf, letIn, inSession, strengthened }: Doorway,
) =>
  implement(secondFactorApi, {
    'GET /auth/2fa': async ({ context }) => {
      const state = await secondFactorOf(deps.database.db, personId(context.actor));
      return { since: state?.since.toISOString() ?? null, recoveryCodesLeft: state?.codesLeft ?? 0 };
    },
    'POST /auth/2fa/offer': ({ context }) => commands.offer(deps, personId(context.actor)),
    'POST /auth/2fa/enable': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      const recoveryCodes = await commands.enable(deps, me, sessionId, body.code, originOf(context));
      strengthened(context);
      return { recoveryCodes };
    },
    'POST /auth/2fa/recovery-codes': async ({ context }) => ({
      recoveryCodes: await commands.renewRecoveryCodes(deps, personId(context.actor)),
    }),
    'DELETE /auth/2fa': ({ context }) => commands.disable(deps, personId(context.actor), originOf(context)),
    'POST /auth/2fa/verify': async ({ body, context }) =>
      letIn(context, await commands.enterBySecondStep(deps, body.step, body.code, originOf(context, body))),
    'POST /auth/step-up/totp': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      await commands.stepUpBySecondFactor(deps, me, sessionId, body.code, originOf(context));
      strengthened(context);
    },
  });
