// The release of a sale's money: asked for when the order is complete (or earlier, for trusted makers), done when nothing
// holds it. Whatever holds or frees it waits for the others at the order's advisory lock.
import type { HoldReason } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import { sql, type Tx } from '#platform/database';
import { queueAtMaker } from './cases.ts';
import type { PayoutsDeps } from './deps.ts';
import { holdsOn, isTrusted, reachedParts } from './funds.ts';

export const RELEASE_EARLY = 'payouts.release_early';

export type Sale = { orderId: string; paymentId: string; makerId: string; payable: Money };

const queueAtOrder = async (tx: Tx, orderId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payouts:order:${orderId}`}, 0))`.execute(tx);
};

/**
 * The sale's money may go to its maker. It goes now, or as soon as nothing holds it; twice is once.
 * @returns what holds it; nothing when it goes, or went before
 */
export const release = async (deps: PayoutsDeps, tx: Tx, sale: Sale): Promise<HoldReason[]> => {
  await queueAtOrder(tx, sale.orderId);
  await sql`
    insert into fund_releases (order_id, payment_id, maker_id, amount, currency, asked_at)
    values (${sale.orderId}, ${sale.paymentId}, ${sale.makerId}, ${sale.payable.amount}, ${sale.payable.currency},
            ${await deps.database.now(tx)})
    on conflict (order_id) do nothing`.execute(tx);
  return (await releaseUnlessHeld(deps, tx, sale.orderId)).holds;
};

/** Under the order's advisory lock. */
const releaseUnlessHeld = async (
  deps: PayoutsDeps,
  tx: Tx,
  orderId: string,
): Promise<{ holds: HoldReason[]; gone: boolean }> => {
  const { rows: whose } = await sql<{ makerId: string }>`
    select maker_id as "makerId" from fund_releases where order_id = ${orderId} and released_at is null`.execute(tx);
  if (whose[0]) await queueAtMaker(tx, whose[0].makerId, 'shared');
  const { rows } = await sql<{
    paymentId: string;
    makerId: string;
    amount: number;
    currency: string;
    disputed: boolean;
    makerHeld: boolean;
  }>`
    select payment_id as "paymentId", maker_id as "makerId", amount, currency,
           exists (select from fund_holds h where h.order_id = r.order_id and lifted_at is null) as disputed,
           exists (select from money_cases c where c.maker_id = r.maker_id and c.state <> 'released') as "makerHeld"
    from fund_releases r
    where order_id = ${orderId} and released_at is null`.execute(tx);
  const sale = rows[0];
  if (!sale) return { holds: [], gone: false };
  const holds = holdsOn({
    disputed: sale.disputed,
    inIssue: await deps.issueHolds(tx, orderId),
    makerHeld: sale.makerHeld,
    ...(await identityFacts(deps, tx, sale.makerId)),
  });
  if (holds.length > 0) return { holds, gone: false };
  await sql`
    update fund_releases set released_at = ${await deps.database.now(tx)} where order_id = ${orderId}`.execute(tx);
  const { paymentId, makerId, amount, currency } = sale;
  await deps.payments.funds.release(tx, { orderId, paymentId, makerId, payable: money(amount, currency) });
  return { holds: [], gone: true };
};

/** Looks again at a sale whose money was held; its maker is told when it goes. */
const releaseWhatWasHeld = async (deps: PayoutsDeps, tx: Tx, orderId: string): Promise<void> => {
  const { gone } = await releaseUnlessHeld(deps, tx, orderId);
  const order = gone ? await deps.orders.find(tx, orderId) : null;
  if (!order) return;
  const { makerId, number, title } = order;
  await deps.events.emit(tx, 'funds.released', orderId, { orderId, makerId, number, title });
};

/** How far a maker is from the identity check. */
export const identityFacts = async (deps: PayoutsDeps, tx: Tx, makerId: string) => ({
  verified: (await deps.payments.accountState(tx, makerId)).state === 'enabled',
  gross: await deps.ledger.grossOf(tx, makerId),
  threshold: deps.rules.kycThresholds.get(deps.currency) ?? null,
});

/** A bank disputes the sale: its money stays, whether or not it was asked for so far. What has gone is none of this. */
export const hold = async (deps: PayoutsDeps, tx: Tx, sale: Omit<Sale, 'payable'>): Promise<void> => {
  await queueAtOrder(tx, sale.orderId);
  const now = await deps.database.now(tx);
  await sql`
    insert into fund_holds (order_id, maker_id, payment_id, since)
    values (${sale.orderId}, ${sale.makerId}, ${sale.paymentId}, ${now})
    on conflict (order_id) do update set since = excluded.since, lifted_at = null
    where fund_holds.lifted_at is not null`.execute(tx);
};

/** The dispute is over; when nothing else holds it, what was asked for goes. */
export const lift = async (deps: PayoutsDeps, tx: Tx, orderId: string): Promise<void> => {
  await queueAtOrder(tx, orderId);
  await sql`
    update fund_holds set lifted_at = ${await deps.database.now(tx)}
    where order_id = ${orderId} and lifted_at is null`.execute(tx);
  await releaseWhatWasHeld(deps, tx, orderId);
};

/** Looks again at all that is held of one maker, or of everybody; each sale in a transaction of its own. */
export const releaseWhatIsFree = async (deps: PayoutsDeps, makerId: string | null): Promise<void> => {
  const { rows } = await sql<{ orderId: string }>`
    select order_id as "orderId" from fund_releases
    where released_at is null and (${makerId}::uuid is null or maker_id = ${makerId})
    order by asked_at limit 1000`.execute(deps.database.db);
  for (const { orderId } of rows) {
    await deps.database.transaction(async (tx) => {
      await queueAtOrder(tx, orderId);
      await releaseWhatWasHeld(deps, tx, orderId);
    });
  }
};

/** A piece was seen to arrive: a trusted maker has the money before the order is complete. */
export const planEarlyRelease = async (
  deps: PayoutsDeps,
  tx: Tx,
  delivered: { orderId: string; makerId: string; at: Date },
): Promise<void> => {
  const since = new Date(delivered.at.getTime() - deps.rules.trustedWithoutDisputeMs);
  const { rows } = await sql<{ finished: number; disputes: number }>`
    select
      (select count(*) from fund_releases where maker_id = ${delivered.makerId} and released_at is not null) as finished,
      (select count(*) from fund_holds
       where maker_id = ${delivered.makerId} and since > ${since}) as disputes`.execute(tx);
  if (!isTrusted(rows[0]?.finished ?? 0, rows[0]?.disputes ?? 0, deps.rules)) return;
  const due = new Date(delivered.at.getTime() + deps.rules.trustedAfterMs);
  await deps.timers.set(tx, RELEASE_EARLY, delivered.orderId, due);
};

/** The timer. An order that was cancelled meanwhile has nothing to release. */
export const releaseEarly = async (deps: PayoutsDeps, tx: Tx, orderId: string): Promise<void> => {
  const order = await deps.orders.find(tx, orderId);
  if (order?.state !== 'delivered' && order?.state !== 'completed') return;
  const payable = await deps.payments.shareOf(tx, order.paymentId, order.makerId);
  if (payable) await release(deps, tx, { orderId, paymentId: order.paymentId, makerId: order.makerId, payable });
};

/** A sale brought the maker's lifetime gross so far: they are told once of each part that it has reached. */
export const tellOfThreshold = async (deps: PayoutsDeps, tx: Tx, makerId: string): Promise<void> => {
  const { verified, gross, threshold } = await identityFacts(deps, tx, makerId);
  if (verified || threshold === null) return;
  const now = await deps.database.now(tx);
  let newest: number | null = null;
  for (const percent of reachedParts(gross, threshold)) {
    const { rows } = await sql`
      insert into maker_thresholds (maker_id, percent, at) values (${makerId}, ${percent}, ${now})
      on conflict do nothing returning 1`.execute(tx);
    if (rows.length > 0) newest = percent;
  }
  if (newest === null) return;
  await deps.events.emit(tx, 'maker.identity_needed', makerId, {
    makerId,
    holds: newest === 100,
    gross: money(gross, deps.currency),
    threshold: money(threshold, deps.currency),
  });
};
