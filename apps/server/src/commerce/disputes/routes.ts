// HTTP of disputes, for admins.
import { DomainError } from '@videowindow/contract';
import {
  type Dispute as DisputeView,
  disputesApi,
  type EvidenceEntry,
  type MakerDispute,
} from '@videowindow/contract/api/commerce';
import { authorize, cutPage, decodeCursor, implement, type RequestContext } from '#platform/http';
import { buttons, submit } from './commands.ts';
import type { DisputesDeps } from './deps.ts';
import { addEntry, readPaperOf, removeEntry } from './entries.ts';
import type { Entry } from './entry-store.ts';
import { picturesFile } from './files.ts';
import { makerButtons, SENT_BEFORE_MS } from './hear.ts';
import { evidenceFor } from './kept.ts';
import type { Dispute } from './store.ts';
import * as store from './store.ts';

/** Disputes as admins see them; two reads, however many there are. */
export const viewsOf = async (deps: DisputesDeps, disputes: readonly Dispute[]): Promise<DisputeView[]> => {
  const { db } = deps.database;
  const orders = await deps.orders.ofPayments(
    db,
    disputes.map(({ paymentId }) => paymentId),
  );
  const timelines = await store.timelinesOf(
    db,
    disputes.map(({ id }) => id),
  );
  return disputes.map((dispute) => ({
    id: dispute.id,
    providerId: dispute.providerId,
    paymentId: dispute.paymentId,
    orderId: dispute.orderId,
    orderNumber: orders.get(dispute.paymentId)?.number ?? null,
    title: orders.get(dispute.paymentId)?.title ?? '',
    state: dispute.state,
    inquiry: dispute.inquiry,
    reason: dispute.reason,
    amount: dispute.amount,
    evidenceDue: dispute.evidenceDue?.toISOString() ?? null,
    openedAt: dispute.openedAt.toISOString(),
    timeline: (timelines.get(dispute.id) ?? []).map(({ at, ...moment }) => ({ ...moment, at: at.toISOString() })),
    possible: buttons(dispute),
  }));
};

/** What the maker added, with its pictures to see; the reader has been let in. */
const entryViews = async (
  deps: DisputesDeps,
  entries: readonly Entry[],
  context: RequestContext,
): Promise<EvidenceEntry[]> => {
  const pictures = await deps.pictures(
    entries.flatMap((entry) => [...entry.pictures]),
    context,
  );
  return entries.map(({ id, text, paper, at, ...entry }) => ({
    id,
    text,
    paper,
    pictures: entry.pictures.flatMap((picture) => pictures.get(picture) ?? []),
    at: at.toISOString(),
  }));
};

const makerView = async (deps: DisputesDeps, dispute: Dispute, context: RequestContext): Promise<MakerDispute> => {
  const { entries, customerName: _name, shippingAddress: _address, ...evidence } = await evidenceFor(deps, dispute);
  const { id, state, inquiry, reason, amount, evidenceDue, submitAskedAt } = dispute;
  return {
    id,
    state,
    inquiry,
    reason,
    amount,
    openedAt: dispute.openedAt.toISOString(),
    addBy: evidenceDue && new Date(evidenceDue.getTime() - SENT_BEFORE_MS).toISOString(),
    sentAt: submitAskedAt?.toISOString() ?? null,
    evidence,
    entries: await entryViews(deps, entries, context),
    possible: makerButtons(dispute),
  };
};

export const disputesRoutes = (deps: DisputesDeps) => {
  /** A dispute for whom it may be shown: the maker of the sale, or those who answer disputes. */
  const seen = async (id: string, context: RequestContext): Promise<Dispute> => {
    const dispute = await store.findDispute(deps.database.db, id);
    const order = dispute?.orderId ? await deps.orders.find(deps.database.db, dispute.orderId) : null;
    if (!dispute) throw new DomainError('not_found');
    authorize(context.actor, 'dispute.read', { ownerId: order?.makerId ?? null });
    return dispute;
  };
  const own = async (id: string, context: RequestContext): Promise<MakerDispute> =>
    await makerView(deps, await seen(id, context), context);

  const one = async (id: string): Promise<{ view: DisputeView; dispute: Dispute }> => {
    const dispute = await store.findDispute(deps.database.db, id);
    const [view] = dispute ? await viewsOf(deps, [dispute]) : [];
    if (!dispute || !view) throw new DomainError('not_found');
    return { view, dispute };
  };
  return implement(disputesApi, {
    'GET /orders/:id/disputes': async ({ params, context }) => {
      const order = await deps.orders.find(deps.database.db, params.id);
      if (!order) throw new DomainError('not_found');
      authorize(context.actor, 'dispute.answer', { ownerId: order.makerId });
      const disputes = await store.ofOrder(deps.database.db, order.id);
      return { items: await Promise.all(disputes.map((dispute) => makerView(deps, dispute, context))) };
    },
    'POST /disputes/:id/evidence': async ({ params, body, context }) => {
      await addEntry(deps, context.actor, params.id, body, context.requestId);
      return await own(params.id, context);
    },
    'DELETE /disputes/:id/evidence/:entryId': async ({ params, context }) => {
      await removeEntry(deps, context.actor, params.id, params.entryId, context.requestId);
      return await own(params.id, context);
    },
    'GET /disputes/:id/evidence/:entryId/paper': async ({ params, context }) => {
      const dispute = await seen(params.id, context);
      const paper = await readPaperOf(deps, deps.database.db, dispute.id, params.entryId);
      if (!paper) throw new DomainError('not_found');
      return { name: `${paper.kind}.pdf`, bytes: paper.bytes };
    },
    'GET /disputes/:id/pictures': async ({ params, context }) => {
      const bytes = await picturesFile(deps, await seen(params.id, context));
      if (!bytes) throw new DomainError('not_found');
      return { name: 'pictures.pdf', bytes };
    },
    'GET /admin/disputes': async ({ query, context }) => {
      authorize(context.actor, 'payment.manage');
      const limit = query.limit ?? 20;
      const after = decodeCursor(query.cursor, ['instant', 'uuid']);
      const rows = await store.pageOfDisputes(deps.database.db, {
        onlyOpen: query.show !== 'all',
        after: after && [new Date(after[0]), after[1]],
        limit: limit + 1,
      });
      const { shown, next } = cutPage(rows, limit, ({ openedAt, id }) => [openedAt.toISOString(), id]);
      return { items: await viewsOf(deps, shown), next };
    },
    'GET /admin/disputes/:id': async ({ params, context }) => {
      authorize(context.actor, 'payment.manage');
      const { view, dispute } = await one(params.id);
      const { entries, ...evidence } = await evidenceFor(deps, dispute);
      return { ...view, evidence, entries: await entryViews(deps, entries, context) };
    },
    'POST /admin/disputes/:id/submit': async ({ params, body, context }) => {
      await submit(deps, context.actor, params.id, body.remark.trim(), context.requestId);
      return (await one(params.id)).view;
    },
  });
};
