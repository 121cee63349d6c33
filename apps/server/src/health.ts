// /admin/health: what the server stands on, for who runs it and may have no terminal at hand.
import { DomainError } from '@videowindow/contract';
import { type Finding, healthApi } from '@videowindow/contract/api/health';
import type { Identity } from '#people/identity';
import type { Database } from '#platform/database';
import { authorize, implement, personId } from '#platform/http';
import type { Mailer } from '#platform/providers';
import type { Room } from '#platform/room';

export const createHealth = (deps: {
  database: Database;
  identity: Pick<Identity, 'user'>;
  mailer: Mailer;
  siteName: string;
  examine(): Promise<Finding[]>;
}): { room: Room } => ({
  room: {
    routes: [
      implement(healthApi, {
        'GET /admin/health': async ({ context }) => {
          authorize(context.actor, 'site.manage');
          return { findings: await deps.examine() };
        },
        'POST /admin/health/mail': async ({ context }) => {
          authorize(context.actor, 'site.manage');
          const me = await deps.identity.user(deps.database.db, personId(context.actor));
          if (!me) throw new DomainError('sign_in_required');
          if (!deps.mailer.available) throw new DomainError('capability_off', { capability: 'mail' });
          return { to: me.email, failure: await trial(deps, me.email) };
        },
      }),
    ],
  },
});

/** @returns why the mail could not be handed over, in the provider's words; null when it was taken. */
const trial = async (
  { mailer, siteName }: { mailer: Mailer; siteName: string },
  to: string,
): Promise<string | null> => {
  const text = `This is how mail from ${siteName} arrives. If you read it, sign-in codes and notices reach people too.`;
  try {
    await mailer.send({ to, subject: `Mail from ${siteName} works`, text, html: `<p>${text}</p>` });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
