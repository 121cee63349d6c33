// The maker's part, sent when the order is complete. Money for an account that can't take it yet waits for that.
//
// Phases: begin (transaction: what is sent is fixed, less what pays the maker's debt) → call → finish (transaction). A
// transfer that has begun is never made smaller: what must come back of it is reversed.
import { apply, type Facts } from '@videowindow/contract/machine';
import {
  type TransferCommand,
  type TransferGuard,
  type TransferState,
  transferMachine,
} from '@videowindow/contract/machines/transfer';
import { type Money, money } from '@videowindow/contract/money';
import { nettingEntry, transferEntry } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { dropReversals, wakeReversals } from './reversals.ts';
import { Refused } from './settlement.ts';
import { lockPayment, readShares } from './store.ts';

export const SEND_TRANSFER = 'payments.send_transfer';
/** Stripe's word for an account that can't take transfers (yet). */
const NOT_YET = 'insufficient_capabilities_for_transfer';
/** Its words for our own balance not holding as much (yet). */
const NOT_HELD = new Set(['balance_insufficient', 'insufficient_funds']);

type Transfer = {
  id: string;
  paymentId: string;
  makerId: string;
  orderId: string;
  purpose: string;
  amount: number;
  netted: number;
  currency: string;
  state: TransferState;
  attempt: number;
};
/** What the call needs beside. */
type Way = { chargeId: string | null; accountId: string | null; canReceive: boolean };

/**
 * Wants a maker's part of a payment sent, less what went back to the buyer; a job sees to it. Once for each payment and
 * maker. `payable` is the whole part, as it was agreed.
 */
export const release = async (
  deps: PaymentsDeps,
  tx: Tx,
  order: { orderId: string; paymentId: string; makerId: string; payable: Money },
): Promise<void> => {
  const payment = await lockPayment(tx, order.paymentId);
  const share = payment && (await readShares(tx, payment)).find(({ makerId }) => makerId === order.makerId);
  if (share?.payable.amount !== order.payable.amount) {
    throw new Error(
      `order ${order.orderId} releases ${order.payable.amount}, the payment's share is ${share?.payable.amount}`,
    );
  }
  const amount = share.payable.amount - share.returned.payable;
  if (amount === 0) return;
  const id = newId();
  const made = await sql`
    insert into transfers (id, payment_id, maker_id, order_id, amount, currency, state, created_at)
    values (${id}, ${order.paymentId}, ${order.makerId}, ${order.orderId}, ${amount}, ${order.payable.currency},
            ${transferMachine.initial}, ${await deps.database.now(tx)})
    on conflict (payment_id, maker_id, purpose) do nothing
    returning 1`.execute(tx);
  if (made.rows.length > 0) await enqueueTransfer(deps, tx, id);
};

/** A job sends it. */
export const enqueueTransfer = (deps: PaymentsDeps, tx: Tx, id: string): Promise<void> =>
  deps.jobs.enqueue(tx, SEND_TRANSFER, { transferId: id }, { key: `${SEND_TRANSFER}:${id}` });

/** The job: sends it, or lets it wait. */
export const sendTransfer = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const begun = await begin(deps, id);
  if (!begun) return;
  const { transfer, chargeId, accountId } = begun;
  const amount = money(transfer.amount - transfer.netted, transfer.currency);
  // All of it pays what the maker owed.
  if (amount.amount === 0) return await finish(deps, transfer, null);
  if (!chargeId || !accountId) throw new Error(`transfer ${id} has no charge to pay from, or no account to go to`);
  // What a bank gave back came to us: where all of the charge went out before, it goes out of what we hold.
  const again = transfer.purpose !== 'sale';
  const source = again && transfer.attempt > 0 ? null : chargeId;
  try {
    const { attempt, orderId } = transfer;
    const sent = await provider(deps).transfer({ id, attempt, chargeId: source, accountId, amount, orderId });
    await finish(deps, transfer, sent.id);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const notYet = error.code === NOT_YET || (source === null && NOT_HELD.has(error.code ?? ''));
    await refuse(deps, transfer, notYet);
    if (notYet) return;
    if (again && source !== null) return await deps.database.transaction((tx) => enqueueTransfer(deps, tx, id));
    deps.log.error({ err: error, transferId: id }, 'alarm: the provider refused a transfer');
    throw error;
  }
};

/** Fixes what is sent. @returns null when nothing is to be sent now. */
const begin = (deps: PaymentsDeps, id: string): Promise<({ transfer: Transfer } & Way) | null> =>
  deps.database.transaction(async (tx) => {
    const transfer = await lockTransfer(tx, id);
    if (!transfer) return null;
    const way = await wayOf(tx, transfer);
    // Begun before, by a worker that died or heard nothing: the same call again.
    if (transfer.state === 'sending') return { transfer, ...way };
    const to = step(transfer, 'begin', { canReceive: way.canReceive });
    if (!to) {
      await move(tx, transfer, step(transfer, 'wait'));
      return null;
    }
    const netted = Math.min(await debtOf(deps, tx, transfer), transfer.amount);
    await sql`update transfers set state = ${to}, netted = ${netted} where id = ${id}`.execute(tx);
    return { transfer: { ...transfer, state: to, netted }, ...way };
  });

/**
 * Transfers of one maker wait for each other where they claim a part of what the maker owes, and where they have paid it: who
 * looked in between would find it neither paid nor on its way, and pay it once more.
 */
const lockDebt = async (tx: Tx, makerId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payments:debt:${makerId}`}, 0))`.execute(tx);
};

/** What a maker owes and no transfer on its way pays already. */
const debtOf = async (deps: PaymentsDeps, tx: Tx, { makerId, currency }: Transfer): Promise<number> => {
  await lockDebt(tx, makerId);
  const owed = await deps.ledger.balance(tx, 'maker_debt', makerId);
  if (owed.currency !== currency) return 0;
  const { rows } = await sql<{ netted: number }>`
    select coalesce(sum(netted), 0)::bigint as netted from transfers
    where maker_id = ${makerId} and state = 'sending' and currency = ${currency}`.execute(tx);
  return Math.max(0, owed.amount - (rows[0]?.netted ?? 0));
};

const wayOf = async (tx: Tx, { paymentId, makerId }: Transfer): Promise<Way> => {
  const { rows } = await sql<Way>`
    select p.charge_id as "chargeId", a.account_id as "accountId", coalesce(a.can_receive, false) as "canReceive"
    from payments p left join payout_accounts a on a.maker_id = ${makerId}
    where p.id = ${paymentId}`.execute(tx);
  return rows[0] ?? { chargeId: null, accountId: null, canReceive: false };
};

const finish = (deps: PaymentsDeps, begun: Transfer, providerId: string | null): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const transfer = await lockTransfer(tx, begun.id);
    const to = transfer && step(transfer, 'finish');
    if (!transfer || !to) return;
    if (transfer.netted > 0) await lockDebt(tx, transfer.makerId);
    await sql`
      update transfers set state = ${to}, transfer_id = ${providerId}, sent_at = ${await deps.database.now(tx)}
      where id = ${transfer.id}`.execute(tx);
    const { id, paymentId, makerId, purpose, amount, netted, currency } = transfer;
    const again = purpose === 'sale' ? undefined : id;
    if (netted > 0) await deps.ledger.post(tx, nettingEntry(id, paymentId, makerId, money(netted, currency)));
    if (amount > netted) {
      await deps.ledger.post(tx, transferEntry(paymentId, makerId, money(amount - netted, currency), again));
    }
    await wakeReversals(deps, tx, id);
  });

/** The provider said no, so nothing went out: the next try is another call, and may send another amount. */
const refuse = (deps: PaymentsDeps, begun: Transfer, notYet: boolean): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const transfer = await lockTransfer(tx, begun.id);
    const to = transfer && step(transfer, 'refuse', { notYet });
    if (!to || transfer.attempt !== begun.attempt) return;
    // What was to be reversed of it is simply not sent.
    const left = transfer.amount - (await dropReversals(deps, tx, transfer.id));
    const back: Transfer = { ...transfer, state: to };
    await sql`
      update transfers
      set state = ${step(back, 'cancel', { nothingLeft: left === 0 }) ?? to}, netted = 0, attempt = attempt + 1,
          amount = ${left === 0 ? transfer.amount : left}
      where id = ${transfer.id}`.execute(tx);
  });

const step = (transfer: Transfer, command: TransferCommand, facts: Facts<TransferGuard> = {}): TransferState | null => {
  const moved = apply(transferMachine, transfer.state, command, facts);
  return moved.ok ? moved.to : null;
};

const move = async (tx: Tx, { id }: Transfer, to: TransferState | null): Promise<void> => {
  if (to) await sql`update transfers set state = ${to} where id = ${id}`.execute(tx);
};

/** The transfer, under the row lock of its payment. */
const lockTransfer = async (tx: Tx, id: string): Promise<Transfer | null> => {
  const { rows: known } = await sql<{ paymentId: string }>`
    select payment_id as "paymentId" from transfers where id = ${id}`.execute(tx);
  if (!known[0]) return null;
  await lockPayment(tx, known[0].paymentId);
  const { rows } = await sql<Transfer>`
    select id, payment_id as "paymentId", maker_id as "makerId", order_id as "orderId", purpose, amount, netted, currency, state,
           attempt
    from transfers where id = ${id}`.execute(tx);
  return rows[0] ?? null;
};

/** The maker's account can take money now: what waited goes out. */
export const wakeWaiting = async (deps: PaymentsDeps, tx: Tx, makerId: string): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    update transfers set state = 'wanted' where maker_id = ${makerId} and state = 'waiting' returning id`.execute(tx);
  for (const { id } of rows) await enqueueTransfer(deps, tx, id);
};

/** Transfers whose job is gone are sent again, and those whose account was opened just as they began to wait. */
export const sweepTransfers = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select t.id
    from transfers t
    left join payout_accounts a on a.maker_id = t.maker_id
    where t.created_at < ${before}
      and (t.state in ('wanted', 'sending') or (t.state = 'waiting' and a.can_receive))
    limit 100`.execute(deps.database.db);
  for (const { id } of rows) {
    await deps.database.transaction(async (tx) => {
      await sql`update transfers set state = 'wanted' where id = ${id} and state = 'waiting'`.execute(tx);
      await enqueueTransfer(deps, tx, id);
    });
  }
};
