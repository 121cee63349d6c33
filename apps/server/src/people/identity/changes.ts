// Changes of how somebody comes in are told to them: they are the first to see that it was not them.
import type { SecurityChange } from '@videowindow/contract/api/identity';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import type { IdentityDeps, RequestOrigin } from './enter.ts';

/**
 * Writes it down and tells the person, in the app and by mail.
 * @param origin null when time has done it
 * @param personal what it was before and is after, as far as that is theirs alone
 */
export const tellOfChange = async (
  deps: Pick<IdentityDeps, 'events'>,
  tx: Tx,
  userId: string,
  what: SecurityChange,
  origin: RequestOrigin | null,
  personal?: { before: string; after: string },
): Promise<void> => {
  await deps.events.emit(tx, 'security.changed', userId, { userId, what });
  await recordAudit(tx, {
    actor: origin && userId,
    action: `security.${what}`,
    subject: userId,
    ...(origin && { address: origin.address, requestId: origin.requestId }),
    ...(personal && { personal: { of: userId, facts: personal } }),
  });
};
