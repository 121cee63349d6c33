// How far orders are, for whoever pays their makers.
import type { OrderState } from '@videowindow/contract/machines/order';
import { type Reader, sql } from '#platform/database';

export type Progress = {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly state: OrderState;
  readonly paidAt: Date;
  /** When it completes by itself; null unless it was delivered. */
  readonly completesAt: Date | null;
  /** When its open issue gives everything back, if nobody settles it before; null where there is none. */
  readonly issueEndsAt: Date | null;
};

/** The orders of some payments, by payment. */
export const progressOf = async (
  reader: Reader,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, Progress>> => {
  const { rows } = await sql<Progress & { paymentId: string }>`
    select o.payment_id as "paymentId", o.id, o.number, o.title, o.state, o.paid_at as "paidAt",
           o.completes_at as "completesAt", i.refund_at as "issueEndsAt"
    from orders o
    left join order_issues i on i.order_id = o.id and i.closed_at is null
    where o.payment_id = any (${[...paymentIds]}::uuid[])`.execute(reader);
  return new Map(rows.map(({ paymentId, ...progress }) => [paymentId, progress]));
};
