// /auth/passkeys
import { type Passkey as PasskeyView, passkeysApi } from '@videowindow/contract/api/keys';
import { implement, personId } from '#platform/http';
import type { Doorway } from '../doorway.ts';
import * as commands from './commands.ts';
import { type Passkey, passkeysOf } from './store.ts';

const view = (passkey: Passkey): PasskeyView => ({
  id: passkey.id,
  name: passkey.name,
  synced: passkey.synced,
  addedAt: passkey.addedAt.toISOString(),
  lastUsedAt: passkey.lastUsedAt?.toISOString() ?? null,
});

export const passkeyRoutes = (
  deps: commands.PasskeyDeps,
  { originOf, siteOf, letIn, inSession, strengthened }: Doorway,
) =>
  implement(passkeysApi, {
    'POST /auth/passkeys/sign-in/options': ({ context }) =>
      commands.signInOptions(deps, siteOf(context), originOf(context)),
    'POST /auth/passkeys/sign-in': async ({ body, context }) =>
      letIn(context, await commands.enterByPasskey(deps, body.response, siteOf(context), originOf(context))),
    'GET /auth/passkeys': async ({ context }) => ({
      items: (await passkeysOf(deps.database.db, personId(context.actor))).map(view),
    }),
    'POST /auth/passkeys/options': ({ context }) =>
      commands.registrationOptions(deps, personId(context.actor), siteOf(context), originOf(context)),
    'POST /auth/passkeys': async ({ body, context }) => {
      const asked = { ...body, site: siteOf(context) };
      const passkey = await commands.addPasskey(deps, inSession(context), asked, originOf(context));
      strengthened(context);
      return view(passkey);
    },
    'PATCH /auth/passkeys/:id': async ({ params, body, context }) =>
      view(await commands.renamePasskey(deps, personId(context.actor), params.id, body.name)),
    'DELETE /auth/passkeys/:id': ({ params, context }) =>
      commands.removePasskey(deps, personId(context.actor), params.id, originOf(context)),
    'POST /auth/step-up/passkey/options': ({ context }) =>
      commands.stepUpOptions(deps, inSession(context).me, siteOf(context), originOf(context)),
    'POST /auth/step-up/passkey': async ({ body, context }) => {
      const { me, sessionId } = inSession(context);
      await commands.stepUpByPasskey(deps, me, sessionId, body.response, siteOf(context), originOf(context));
      strengthened(context);
    },
  });
