// Everybody's media, for admins: what is worked on, waits or has failed; tried again or stopped for its owner.
import { type Actor, DomainError } from '@videowindow/contract';
import type { ManagedMedia } from '@videowindow/contract/api/media';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { recordAudit } from '#platform/audit';
import { type Reader, sql, type Tx } from '#platform/database';
import { authorize, cutPage, decodeCursor } from '#platform/http';
import { beginAgain, change, type MediaDeps } from './commands.ts';
import * as rules from './media.ts';
import { ownerView } from './queries.ts';
import * as store from './store.ts';

export type ManageDeps = MediaDeps & {
  /** People by id, for lists. */
  people(db: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};

type ManageQuery = { state?: rules.MediaState; cursor?: string; limit?: number };

/** Newest first; all that is not ready, or of one state. */
export const listManaged = async (deps: ManageDeps, actor: Actor, query: ManageQuery) => {
  authorize(actor, 'media.manage');
  const limit = query.limit ?? 20;
  const [before = null] = decodeCursor(query.cursor, ['uuid']) ?? [];
  const ids = await managedPage(deps.database.db, query.state, before, limit + 1);
  const { shown, next } = cutPage(ids, limit, (id) => [id]);
  return { items: await views(deps, await store.mediaByIds(deps.database.db, shown)), next };
};

/** Begins the work on it again. @throws DomainError not_found, invalid_transition */
export const retryForOwner = (deps: ManageDeps, actor: Actor, id: string): Promise<ManagedMedia> =>
  manage(deps, actor, id, 'media.retried', (tx, media) => beginAgain(deps, tx, media));

/**
 * Stops the work on it; a worker that is at it loses its claim and notices within a second. The original stays.
 * @throws DomainError not_found, invalid_transition
 */
export const cancelForOwner = (deps: ManageDeps, actor: Actor, id: string): Promise<ManagedMedia> =>
  manage(deps, actor, id, 'media.cancelled', (tx, media) =>
    change(deps, tx, media, 'cancel', { claim: null, failures: 0, progress: rules.atStage('done') }),
  );

const manage = async (
  deps: ManageDeps,
  actor: Actor,
  id: string,
  action: 'media.retried' | 'media.cancelled',
  act: (tx: Tx, media: rules.MediaRecord) => Promise<rules.MediaRecord>,
): Promise<ManagedMedia> => {
  authorize(actor, 'media.manage');
  const after = await deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (!media) throw new DomainError('not_found');
    const moved = await act(tx, media);
    await recordAudit(tx, {
      actor: actor.id,
      action,
      subject: id,
      facts: { owner: media.ownerId, failures: media.failures },
      before: { state: media.state },
      after: { state: moved.state },
    });
    return moved;
  });
  const [view] = await views(deps, [after]);
  if (!view) throw new DomainError('not_found');
  return view;
};

/** With their owners, newest first. One whose owner is gone is left out. */
const views = async (deps: ManageDeps, media: readonly rules.MediaRecord[]): Promise<ManagedMedia[]> => {
  const people = await deps.people(
    deps.database.db,
    media.map(({ ownerId }) => ownerId),
  );
  const newest = [...media].sort((a, b) => (a.id < b.id ? 1 : -1));
  const seen = newest.flatMap((one) => {
    const owner = people.get(one.ownerId);
    return owner ? [{ one, owner }] : [];
  });
  return await Promise.all(
    seen.map(async ({ one, owner }) => ({ ...(await ownerView(deps, one)), owner, failures: one.failures })),
  );
};

/** Served by media_managed where no state is asked for. */
const managedPage = async (
  db: Reader,
  state: rules.MediaState | undefined,
  before: string | null,
  limit: number,
): Promise<string[]> => {
  const wanted = state ? sql`state = ${state}` : sql`state not in ('ready', 'deleting')`;
  const { rows } = await sql<{ id: string }>`
    select id
    from media
    where ${wanted} and (${before}::uuid is null or id < ${before}::uuid)
    order by id desc
    limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
};
