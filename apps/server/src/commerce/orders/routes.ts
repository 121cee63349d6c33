// HTTP of orders.
import { type Actor, can, DomainError } from '@videowindow/contract';
import { type Order as OrderView, ordersApi } from '@videowindow/contract/api/commerce';
import { authorize, cutPage, decodeCursor, implement, personId } from '#platform/http';
import { cancel } from './cancel.ts';
import { takeNews, takeTracking } from './carriers.ts';
import { confirm, handover, ship } from './commands.ts';
import { exportSold } from './export.ts';
import { findInvoice } from './invoice-store.ts';
import { invoiceFile } from './invoices.ts';
import { wasBrought } from './issue-store.ts';
import { sideOf } from './parts.ts';
import { findOrder, type Order, pageOfBought, pageOfSold, urgencyOf } from './store.ts';
import { orderViews, pieceView, type ViewDeps } from './view.ts';

export const ordersRoutes = (deps: ViewDeps) => {
  const one = async (order: Order, actor: Actor): Promise<OrderView> => {
    const [seen] = await orderViews(deps, [order], personId(actor));
    if (!seen) throw new DomainError('not_found');
    return seen;
  };
  return implement(ordersApi, {
    'GET /orders': async ({ query, context }) => {
      const me = personId(context.actor);
      const limit = query.limit ?? 20;
      const wanted = { personId: me, state: query.state ?? null, limit: limit + 1 };
      const { db } = deps.database;
      if (query.as === 'maker') {
        const behind = decodeCursor(query.cursor, ['number', 'number']);
        const rows = await pageOfSold(db, { ...wanted, behind });
        const { shown, next } = cutPage(rows, limit, urgencyOf);
        return { items: await orderViews(deps, shown, me), next };
      }
      const after = decodeCursor(query.cursor, ['number']);
      const rows = await pageOfBought(db, { ...wanted, below: after?.[0] ?? null });
      const { shown, next } = cutPage(rows, limit, ({ number }) => [number]);
      return { items: await orderViews(deps, shown, me), next };
    },
    'POST /webhooks/carriers': async ({ context }) => {
      const { body, headers } = context.request;
      await takeNews(deps, body, headers['carrier-signature']);
      return { received: true };
    },
    'POST /webhooks/easypost': async ({ context }) => {
      const { body, headers } = context.request;
      await takeTracking(deps, body, headers['x-hmac-signature']);
      return { received: true };
    },
    'GET /orders/export': async ({ query, context }) => {
      authorize(context.actor, 'order.export', { ownerId: context.actor.id });
      return await exportSold(deps, personId(context.actor), query);
    },
    'GET /orders/:id/invoices/:invoiceId': async ({ params, context }) => {
      const order = await findOrder(deps.database.db, params.id);
      if (!order) throw new DomainError('not_found');
      sideOf(order, context.actor);
      const row = await findInvoice(deps.database.db, order.id, params.invoiceId);
      if (!row) throw new DomainError('not_found');
      return await invoiceFile(deps, row);
    },
    'GET /orders/:id': async ({ params, context }) => {
      const order = await findOrder(deps.database.db, params.id);
      if (!order) throw new DomainError('not_found');
      sideOf(order, context.actor);
      return await one(order, context.actor);
    },
    'GET /orders/:id/piece': async ({ params, context }) => {
      const order = await findOrder(deps.database.db, params.id);
      if (!order) throw new DomainError('not_found');
      const decides = can(context.actor, 'issue.decide') && (await wasBrought(deps.database.db, order.id));
      if (!decides) sideOf(order, context.actor);
      return await pieceView(deps, order, context);
    },
    'POST /orders/:id/ship': async ({ params, body, context }) =>
      await one(await ship(deps, context.actor, params.id, body, context.requestId), context.actor),
    'POST /orders/:id/handover': async ({ params, body, context }) =>
      await one(await handover(deps, context.actor, params.id, body.code, context.requestId), context.actor),
    'POST /orders/:id/cancel': async ({ params, body, context }) =>
      await one(await cancel(deps, context.actor, params.id, body.reason.trim(), context.requestId), context.actor),
    'POST /orders/:id/confirm': async ({ params, context }) =>
      await one(await confirm(deps, context.actor, params.id, context.requestId), context.actor),
  });
};
