// HTTP of disputes, for admins.
import { DomainError } from '@videowindow/contract';
import { type Dispute as DisputeView, disputesApi } from '@videowindow/contract/api/commerce';
import { authorize, cutPage, decodeCursor, implement } from '#platform/http';
import { buttons, evidenceFor, submit } from './commands.ts';
import type { DisputesDeps } from './deps.ts';
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

export const disputesRoutes = (deps: DisputesDeps) => {
  const one = async (id: string): Promise<{ view: DisputeView; dispute: Dispute }> => {
    const dispute = await store.findDispute(deps.database.db, id);
    const [view] = dispute ? await viewsOf(deps, [dispute]) : [];
    if (!dispute || !view) throw new DomainError('not_found');
    return { view, dispute };
  };
  return implement(disputesApi, {
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
      return { ...view, evidence: await evidenceFor(deps, dispute) };
    },
    'POST /admin/disputes/:id/submit': async ({ params, body, context }) => {
      await submit(deps, context.actor, params.id, body.remark.trim(), context.requestId);
      return (await one(params.id)).view;
    },
  });
};
