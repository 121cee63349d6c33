// The first admin of a new place: whoever can read what the server prints runs it.
import { DomainError } from '@videowindow/contract';
import { setupApi } from '@videowindow/contract/api/health';
import { recordAudit } from '#platform/audit';
import { equalInConstantTime, type Keyring } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { implement } from '#platform/http';
import { register } from './commands.ts';
import type { Doorway } from './doorway.ts';
import { enter, type IdentityDeps, type RequestOrigin, refuse, type SignedIn, settle } from './enter.ts';
import * as store from './store.ts';

/** Whether nobody is an admin, in whatever state their account may be. */
export const hasNoAdmin = async (reader: Reader): Promise<boolean> =>
  (await sql`select 1 from users where roles @> array['admin'] limit 1`.execute(reader)).rows.length === 0;

/** The same at every start and in every process; worth nothing once there is an admin. */
export const setupCode = (keyring: Keyring): string => keyring.sign('first-admin', 'setup');

/** Two who come at once are let in one after the other. */
const oneAtATime = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('identity.first_admin'))`.execute(tx);

/**
 * Makes the account of the first admin, or gives the role to the one that has this address, and signs them in. Nobody's
 * mail is asked: it may not be set up yet, and who holds the code could make any account an admin on the command line.
 * @throws DomainError setup_over, setup_code_invalid, account_suspended, second_factor_required
 */
const becomeFirstAdmin = (
  deps: IdentityDeps,
  request: { code: string; email: string },
  origin: RequestOrigin,
): Promise<SignedIn> =>
  settle(deps.database, async (tx) => {
    await oneAtATime(tx);
    if (!(await hasNoAdmin(tx))) return new DomainError('setup_over');
    if (!equalInConstantTime(request.code, setupCode(deps.keyring))) {
      await refuse(tx, null, origin);
      return new DomainError('setup_code_invalid');
    }
    const email = request.email.trim().toLowerCase();
    const user = (await store.userByEmail(tx, email)) ?? (await register(deps, tx, { email, roles: [] }));
    if (user.status === 'active') {
      await store.addRole(tx, user.id, 'admin');
      const { address, requestId } = origin;
      const facts = { role: 'admin', first: true };
      await recordAudit(tx, { actor: user.id, action: 'role.granted', subject: user.id, address, requestId, facts });
    }
    return await enter(deps, tx, { ...user, roles: [...user.roles, 'admin'] }, 'email', origin);
  });

/** `/setup`. */
export const setupRoutes = (deps: IdentityDeps, { originOf, letIn }: Doorway) =>
  implement(setupApi, {
    'GET /setup': async () => ({ needed: await hasNoAdmin(deps.database.db) }),
    'POST /setup': async ({ body, context }) => letIn(context, await becomeFirstAdmin(deps, body, originOf(context))),
  });
