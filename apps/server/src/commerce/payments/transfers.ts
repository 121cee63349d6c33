// The maker's part, sent when the order is complete. Money for an account that can't take it yet waits for that.
import { type Money, money } from '@videowindow/contract/money';
import { transferEntry } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { Refused } from './settlement.ts';

export const SEND_TRANSFER = 'payments.send_transfer';
/** Stripe's word for an account that can't take transfers (yet). */
const NOT_YET = 'insufficient_capabilities_for_transfer';

type TransferRow = {
  id: string;
  paymentId: string;
  makerId: string;
  orderId: string;
  amount: number;
  currency: string;
  state: 'wanted' | 'waiting' | 'sent';
  chargeId: string | null;
  accountId: string | null;
  canReceive: boolean;
};

/** Wants a maker's part of a payment sent; a job sees to it. Once for each payment and maker. */
export const release = async (
  deps: PaymentsDeps,
  tx: Tx,
  order: { orderId: string; paymentId: string; makerId: string; payable: Money },
): Promise<void> => {
  const { rows } = await sql<{ payable: number }>`
    select payable from payment_shares
    where payment_id = ${order.paymentId} and maker_id = ${order.makerId}`.execute(tx);
  if (rows[0]?.payable !== order.payable.amount) {
    throw new Error(
      `order ${order.orderId} releases ${order.payable.amount}, the payment's share is ${rows[0]?.payable}`,
    );
  }
  if (order.payable.amount === 0) return;
  const id = newId();
  const made = await sql`
    insert into transfers (id, payment_id, maker_id, order_id, amount, currency, state, created_at)
    values (${id}, ${order.paymentId}, ${order.makerId}, ${order.orderId}, ${order.payable.amount},
            ${order.payable.currency}, 'wanted', ${await deps.database.now(tx)})
    on conflict (payment_id, maker_id) do nothing
    returning 1`.execute(tx);
  if (made.rows.length > 0) await enqueue(deps, tx, id);
};

const enqueue = (deps: PaymentsDeps, tx: Tx, id: string): Promise<void> =>
  deps.jobs.enqueue(tx, SEND_TRANSFER, { transferId: id }, { key: `${SEND_TRANSFER}:${id}` });

/** The job: sends the money, or lets it wait when the maker's account can't take it. */
export const sendTransfer = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const { rows } = await sql<TransferRow>`
    select t.id, t.payment_id as "paymentId", t.maker_id as "makerId", t.order_id as "orderId", t.amount, t.currency,
           t.state, p.charge_id as "chargeId", a.account_id as "accountId",
           coalesce(a.can_receive, false) as "canReceive"
    from transfers t
    join payments p on p.id = t.payment_id
    left join payout_accounts a on a.maker_id = t.maker_id
    where t.id = ${id}`.execute(deps.database.db);
  const transfer = rows[0];
  if (transfer?.state !== 'wanted') return;
  const { chargeId, accountId } = transfer;
  if (!chargeId) throw new Error(`payment ${transfer.paymentId} has no charge to pay from`);
  if (!accountId || !transfer.canReceive) return await wait(deps, id);
  try {
    const amount = money(transfer.amount, transfer.currency);
    const sent = await provider(deps).transfer({ id, chargeId, accountId, amount, orderId: transfer.orderId });
    await finish(deps, transfer, sent.id);
  } catch (error) {
    if (error instanceof Refused && error.code === NOT_YET) return await wait(deps, id);
    if (error instanceof Refused)
      deps.log.error({ err: error, transferId: id }, 'alarm: the provider refused a transfer');
    throw error;
  }
};

const finish = (deps: PaymentsDeps, transfer: TransferRow, providerId: string): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const { rows } = await sql`
      update transfers set state = 'sent', transfer_id = ${providerId}, sent_at = ${await deps.database.now(tx)}
      where id = ${transfer.id} and state <> 'sent'
      returning 1`.execute(tx);
    if (rows.length === 0) return;
    const amount = money(transfer.amount, transfer.currency);
    await deps.ledger.post(tx, transferEntry(transfer.paymentId, transfer.makerId, amount));
  });

const wait = async (deps: PaymentsDeps, id: string): Promise<void> => {
  await sql`update transfers set state = 'waiting' where id = ${id} and state = 'wanted'`.execute(deps.database.db);
};

/** The maker's account can take money now: what waited goes out. */
export const wakeWaiting = async (deps: PaymentsDeps, tx: Tx, makerId: string): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    update transfers set state = 'wanted' where maker_id = ${makerId} and state = 'waiting' returning id`.execute(tx);
  for (const { id } of rows) await enqueue(deps, tx, id);
};

/** Transfers whose job is gone are sent again, and those whose account was opened just as they began to wait. */
export const sweepTransfers = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select t.id
    from transfers t
    left join payout_accounts a on a.maker_id = t.maker_id
    where t.created_at < ${before} and (t.state = 'wanted' or (t.state = 'waiting' and a.can_receive))
    limit 100`.execute(deps.database.db);
  for (const { id } of rows) {
    await deps.database.transaction(async (tx) => {
      await sql`update transfers set state = 'wanted' where id = ${id} and state = 'waiting'`.execute(tx);
      await enqueue(deps, tx, id);
    });
  }
};
