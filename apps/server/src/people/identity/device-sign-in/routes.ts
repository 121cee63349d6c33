// /auth/device-requests
import { deviceApi } from '@videowindow/contract/api/keys';
import { implement, personId } from '#platform/http';
import type { Doorway } from '../doorway.ts';
import type { IdentityDeps } from '../enter.ts';
import { answer, askToBeLetIn, lookAt, redeem } from './commands.ts';

export const deviceRoutes = (deps: IdentityDeps, { originOf, letIn }: Doorway) =>
  implement(deviceApi, {
    'POST /auth/device-requests': ({ context }) => askToBeLetIn(deps, originOf(context)),
    'POST /auth/device-requests/:id/redeem': async ({ params, context }) => {
      const signedIn = await redeem(deps, params.id, originOf(context));
      return signedIn ? letIn(context, signedIn) : { user: null };
    },
    'GET /auth/device-requests/:code': ({ params }) => lookAt(deps, params.code),
    'POST /auth/device-requests/:code/answer': async ({ params, body, context }) => ({
      allowed: await answer(deps, personId(context.actor), params.code, body.number, originOf(context)),
    }),
  });
