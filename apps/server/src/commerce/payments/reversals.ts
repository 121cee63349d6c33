// Taking a maker's part back: out of a transfer that has not begun, else by a reversal at the provider, and what their
// account there does not hold becomes a debt that later transfers pay.
import { apply } from '@videowindow/contract/machine';
import { type TransferState, transferMachine } from '@videowindow/contract/machines/transfer';
import { type Money, money } from '@videowindow/contract/money';
import { reversalEntry, shortfallEntry } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { Refused } from './settlement.ts';
import { lockPayment } from './store.ts';

export const SEND_REVERSAL = 'payments.send_reversal';
/** Stripe's words for an account that does not hold as much. */
const TOO_LITTLE = new Set(['balance_insufficient', 'insufficient_funds']);

/** What a maker gives back of a payment; their payable has been debited with it. `cause` names it, once. */
export type TakeBack = { paymentId: string; makerId: string; amount: Money; cause: string };

type TransferFacts = { id: string; state: TransferState; amount: number; netted: number; reversed: number };

/** Under the payment's row lock, which the caller holds. Twice with one cause is once. */
export const takeBack = async (deps: PaymentsDeps, tx: Tx, part: TakeBack): Promise<void> => {
  if (part.amount.amount === 0) return;
  const { rows } = await sql<TransferFacts>`
    select t.id, t.state, t.amount, t.netted,
           coalesce((select sum(greatest(r.reversed, case r.state when 'wanted' then r.amount else 0 end))
                     from transfer_reversals r where r.transfer_id = t.id), 0)::bigint as reversed
    from transfers t
    where t.payment_id = ${part.paymentId} and t.maker_id = ${part.makerId}
    -- The newest has the money: one that a dispute had come back is empty.
    order by t.created_at desc limit 1`.execute(tx);
  const transfer = rows[0];
  // Not released so far: the transfer will be as much less.
  if (!transfer || transfer.state === 'cancelled') return;
  if (transfer.state === 'wanted' || transfer.state === 'waiting') return await lower(tx, transfer, part.amount.amount);

  const { currency } = part.amount;
  const fromAccount = Math.min(part.amount.amount, transfer.amount - transfer.netted - transfer.reversed);
  if (fromAccount > 0) {
    const id = newId();
    const made = await sql`
      insert into transfer_reversals (id, transfer_id, cause, amount, currency, asking, state, created_at)
      values (${id}, ${transfer.id}, ${part.cause}, ${fromAccount}, ${currency}, ${fromAccount}, 'wanted',
              ${await deps.database.now(tx)})
      on conflict (transfer_id, cause) do nothing
      returning 1`.execute(tx);
    if (made.rows.length === 0) return;
    await enqueue(deps, tx, id);
  }
  // What once paid a debt never went out: it is owed again.
  const rest = part.amount.amount - fromAccount;
  if (rest > 0) {
    await deps.ledger.post(tx, shortfallEntry(part.cause, part.paymentId, part.makerId, money(rest, currency)));
  }
};

const lower = async (tx: Tx, transfer: TransferFacts, by: number): Promise<void> => {
  const cancelled = apply(transferMachine, transfer.state, 'cancel', { nothingLeft: transfer.amount <= by });
  if (cancelled.ok) await sql`update transfers set state = ${cancelled.to} where id = ${transfer.id}`.execute(tx);
  else await sql`update transfers set amount = amount - ${by} where id = ${transfer.id}`.execute(tx);
};

type ReversalRow = {
  id: string;
  cause: string;
  amount: number;
  asking: number;
  currency: string;
  attempt: number;
  state: 'wanted' | 'done';
  paymentId: string;
  makerId: string;
  transferState: TransferState;
  providerTransferId: string | null;
  accountId: string | null;
};

const read = async (deps: PaymentsDeps, id: string): Promise<ReversalRow | undefined> => {
  const { rows } = await sql<ReversalRow>`
    select r.id, r.cause, r.amount, r.asking, r.currency, r.attempt, r.state, t.payment_id as "paymentId",
           t.maker_id as "makerId", t.state as "transferState", t.transfer_id as "providerTransferId",
           a.account_id as "accountId"
    from transfer_reversals r
    join transfers t on t.id = r.transfer_id
    left join payout_accounts a on a.maker_id = t.maker_id
    where r.id = ${id}`.execute(deps.database.db);
  return rows[0];
};

/** The job: takes it back at the provider, as much of it as the maker's account holds. */
export const sendReversal = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const reversal = await read(deps, id);
  if (reversal?.state !== 'wanted') return;
  const { providerTransferId, currency } = reversal;
  // It goes out first; `finish` of the transfer has this job run again.
  if (reversal.transferState !== 'sent' || !providerTransferId) return;
  if (reversal.asking === 0) return await finish(deps, reversal, null, 0);
  try {
    const made = await provider(deps).reverseTransfer({
      id,
      attempt: reversal.attempt,
      transferId: providerTransferId,
      amount: money(reversal.asking, currency),
    });
    await finish(deps, reversal, made.id, reversal.asking);
  } catch (error) {
    if (!(error instanceof Refused) || !TOO_LITTLE.has(error.code ?? '')) throw error;
    await askForLess(deps, reversal);
  }
};

/** The account holds less: the next try asks for what is there. */
const askForLess = async (deps: PaymentsDeps, reversal: ReversalRow): Promise<void> => {
  const { accountId, currency, asking, attempt } = reversal;
  const held = accountId ? await provider(deps).accountBalance(accountId, currency) : money(0, currency);
  const next = Math.min(Math.max(held.amount, 0), asking - 1);
  await deps.database.transaction(async (tx) => {
    await sql`
      update transfer_reversals set asking = ${next}, attempt = attempt + 1
      where id = ${reversal.id} and attempt = ${attempt}`.execute(tx);
    await enqueue(deps, tx, reversal.id);
  });
};

const finish = (deps: PaymentsDeps, reversal: ReversalRow, providerId: string | null, got: number): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const { id, paymentId, makerId, amount, currency, cause } = reversal;
    await lockPayment(tx, paymentId);
    const { rows } = await sql`
      update transfer_reversals
      set state = 'done', reversal_id = ${providerId}, reversed = ${got}, ended_at = ${await deps.database.now(tx)}
      where id = ${id} and state = 'wanted'
      returning 1`.execute(tx);
    if (rows.length === 0) return;
    if (got > 0) await deps.ledger.post(tx, reversalEntry(id, paymentId, makerId, money(got, currency)));
    if (got === amount) return;
    const short = money(amount - got, currency);
    await deps.ledger.post(tx, shortfallEntry(`reversal:${id}`, paymentId, makerId, short));
    deps.log.warn({ reversalId: id, makerId, cause, short: short.amount }, "a maker's account did not hold enough");
  });

/** A transfer went out: what was taken back meanwhile is sent for. */
export const wakeReversals = async (deps: PaymentsDeps, tx: Tx, transferId: string): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select id from transfer_reversals where transfer_id = ${transferId} and state = 'wanted'`.execute(tx);
  for (const { id } of rows) await enqueue(deps, tx, id);
};

/** A transfer did not go out: nothing of it needs reversing. @returns how much was to be reversed. */
export const dropReversals = async (deps: PaymentsDeps, tx: Tx, transferId: string): Promise<number> => {
  const { rows } = await sql<{ amount: number }>`
    update transfer_reversals set state = 'done', ended_at = ${await deps.database.now(tx)}
    where transfer_id = ${transferId} and state = 'wanted'
    returning amount`.execute(tx);
  return rows.reduce((sum, { amount }) => sum + amount, 0);
};

const enqueue = (deps: PaymentsDeps, tx: Tx, id: string): Promise<void> =>
  deps.jobs.enqueue(tx, SEND_REVERSAL, { reversalId: id }, { key: `${SEND_REVERSAL}:${id}` });

/** Reversals whose job is gone are sent again. */
export const sweepReversals = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select r.id
    from transfer_reversals r
    join transfers t on t.id = r.transfer_id
    where r.state = 'wanted' and r.created_at < ${before} and t.state = 'sent'
    limit 100`.execute(deps.database.db);
  for (const { id } of rows) await deps.database.transaction((tx) => enqueue(deps, tx, id));
};
