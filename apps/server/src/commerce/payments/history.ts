// What a person paid and got back: one row a payment that money came by, the newest first.
import type { PaidItem } from '@videowindow/contract/api/commerce';
import { money } from '@videowindow/contract/money';
import { type Reader, sql } from '#platform/database';
import { cutPage, decodeCursor } from '#platform/http';
import { type PaymentsReads, refundsOf } from './view.ts';

type PaidRow = {
  id: string;
  lockId: string;
  state: PaidItem['state'];
  title: string | null;
  amount: number;
  currency: string;
  createdAt: Date;
  at: Date;
};

/** A page of it. @throws DomainError validation_failed for a cursor of another list */
export const paidBy = async (
  reader: Reader,
  reads: PaymentsReads,
  buyerId: string,
  page: { cursor?: string; limit: number },
): Promise<{ items: PaidItem[]; next: string | null }> => {
  const after = decodeCursor(page.cursor, ['instant', 'uuid']);
  const { rows } = await sql<PaidRow>`
    select id, lock_id as "lockId", state, request #>> '{lines,0,label}' as title,
           coalesce(received_amount, amount) as amount, coalesce(received_currency, currency) as currency,
           created_at as "createdAt", coalesce(captured_at, ended_at, created_at) as at
    from payments
    where buyer_id = ${buyerId}
      and state in ('captured', 'partially_refunded', 'refunded', 'late_refunded', 'quarantined')
      ${after ? sql`and (created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
    order by created_at desc, id desc
    limit ${page.limit + 1}`.execute(reader);
  const { shown, next } = cutPage(rows, page.limit, ({ createdAt, id }) => [createdAt.toISOString(), id]);
  const ids = shown.map(({ id }) => id);
  const [orders, refunds] = [await reads.ordersOf(reader, ids), await refundsOf(reader, ids)];
  return {
    items: shown.map(({ id, lockId, state, title, amount, currency, at }) => {
      const order = orders.get(id);
      const back = refunds.filter(({ paymentId }) => paymentId === id).map(({ view }) => view);
      return {
        id,
        lockId,
        state,
        title: order?.title ?? title ?? '',
        order: order ? { id: order.id, number: order.number } : null,
        paid: money(amount, currency),
        at: at.toISOString(),
        refunds: back.map((refund) => ({
          id: refund.id,
          amount: refund.amount,
          reason: refund.reason,
          state: refund.state,
          at: refund.at,
        })),
      };
    }),
    next,
  };
};
