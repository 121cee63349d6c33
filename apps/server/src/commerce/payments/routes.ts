// HTTP of payments.
import { DomainError } from '@videowindow/contract';
import { paymentsApi } from '@videowindow/contract/api/commerce';
import { recordAudit } from '#platform/audit';
import { authorize, implement, personId } from '#platform/http';
import { cardsOf, removeCard, saveCard } from './cards.ts';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { paidBy } from './history.ts';
import { refund, retryRefund } from './refunds.ts';
import { type PaymentsReads, paymentView } from './view.ts';
import { takeWebhook } from './webhooks.ts';

export const paymentsRoutes = (deps: PaymentsDeps & PaymentsReads) =>
  implement(paymentsApi, {
    'GET /payments/history': async ({ query, context }) => {
      authorize(context.actor, 'payment.read', { ownerId: context.actor.id });
      const { cursor, limit = 20 } = query;
      return await paidBy(deps.database.db, deps, personId(context.actor), { ...(cursor ? { cursor } : {}), limit });
    },
    'GET /payments/:id': async ({ params, context }) => {
      authorize(context.actor, 'payment.manage');
      return await paymentView(deps, params.id);
    },
    'POST /payments/:id/refund': async ({ params, body, context }) => {
      authorize(context.actor, 'payment.manage');
      provider(deps);
      const by = personId(context.actor);
      if (!context.idempotencyKey) throw new DomainError('idempotency_key_required');
      // A server that died after its commit has the same request come again: the key is the refund's own as well.
      const wish = { paymentId: params.id, key: `${by}:${context.idempotencyKey}`, by, ...body };
      await deps.database.transaction(async (tx) => {
        const { amount, reason, everything } = await refund(deps, tx, wish);
        await recordAudit(tx, {
          actor: by,
          action: 'payment.refunded',
          subject: params.id,
          requestId: context.requestId,
          facts: { amount, reason, everything },
        });
      });
      return await paymentView(deps, params.id);
    },
    'POST /payments/:id/refunds/:refundId/retry': async ({ params, context }) => {
      authorize(context.actor, 'payment.manage');
      provider(deps);
      await deps.database.transaction(async (tx) => {
        await retryRefund(deps, tx, params.id, params.refundId);
        await recordAudit(tx, {
          actor: personId(context.actor),
          action: 'payment.refund_retried',
          subject: params.id,
          requestId: context.requestId,
          facts: { refundId: params.refundId },
        });
      });
      return await paymentView(deps, params.id);
    },
    'GET /me/cards': async ({ context }) => {
      authorize(context.actor, 'card.manage', { ownerId: context.actor.id });
      const me = personId(context.actor);
      return { items: await cardsOf(deps, me), bidsUpTo: await deps.bidsUpTo(deps.database.db, me) };
    },
    'POST /me/cards': async ({ context }) => {
      authorize(context.actor, 'card.manage', { ownerId: context.actor.id });
      if (!context.idempotencyKey) throw new DomainError('idempotency_key_required');
      return await saveCard(deps, personId(context.actor), context.idempotencyKey);
    },
    'DELETE /me/cards/:id': async ({ params, context }) => {
      const { actor } = context;
      authorize(actor, 'card.manage', { ownerId: actor.id });
      await deps.database.transaction(async (tx) => {
        await removeCard(deps, tx, personId(actor), params.id);
        await recordAudit(tx, {
          actor: actor.id,
          action: 'card.removed',
          subject: params.id,
          requestId: context.requestId,
        });
      });
    },
    'POST /webhooks/stripe/:endpoint': async ({ params, context }) => {
      const { body, headers } = context.request;
      await takeWebhook(deps, params.endpoint, body, headers['stripe-signature']);
      return { received: true };
    },
  });
