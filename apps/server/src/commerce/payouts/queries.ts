// What a maker sees of their money on its way.
import type { HoldReason, MakerFunds, Payout as PayoutView } from '@videowindow/contract/api/commerce';
import type { PayoutState } from '@videowindow/contract/machines/payout';
import { money, subtract } from '@videowindow/contract/money';
import { type Reader, sql } from '#platform/database';
import { cutPage, decodeCursor } from '#platform/http';
import { holdingCase } from './cases.ts';
import type { PayoutsDeps } from './deps.ts';
import { holdsOn } from './funds.ts';
import { identityFacts } from './release.ts';

type HeldRow = {
  orderId: string;
  paymentId: string;
  asked: boolean;
  disputed: boolean;
  makerHeld: boolean;
  since: Date;
};

/** Sales whose money is asked for and not released, or held before it was asked for; oldest first. */
const heldRows = async (reader: Reader, makerId: string): Promise<HeldRow[]> => {
  const { rows } = await sql<HeldRow>`
    with open_holds as (select * from fund_holds where maker_id = ${makerId} and lifted_at is null)
    select coalesce(r.order_id, h.order_id) as "orderId", coalesce(r.payment_id, h.payment_id) as "paymentId",
           r.order_id is not null as asked, h.order_id is not null as disputed,
           exists (select from money_cases where maker_id = ${makerId} and state <> 'released') as "makerHeld",
           least(r.asked_at, h.since) as since
    from (select * from fund_releases where maker_id = ${makerId} and released_at is null) r
    full join open_holds h on h.order_id = r.order_id
    order by since`.execute(reader);
  return rows;
};

/** Where a maker's money is and what holds it. */
export const fundsOf = async (deps: PayoutsDeps, makerId: string): Promise<MakerFunds> => {
  const { database, currency } = deps;
  return await database.transaction(async (tx) => {
    const identity = await identityFacts(deps, tx, makerId);
    const rows = await heldRows(tx, makerId);
    const orders = await deps.orders.ofPayments(
      tx,
      rows.map(({ paymentId }) => paymentId),
    );
    const held: MakerFunds['held'] = [];
    for (const { orderId, paymentId, disputed, makerHeld, asked, since } of rows) {
      const order = orders.get(paymentId);
      const amount = await deps.payments.shareOf(tx, paymentId, makerId);
      const inIssue = await deps.issueHolds(tx, orderId);
      // What is not asked for waits for its order; only the bank holds it as well.
      const reasons: HoldReason[] = asked ? holdsOn({ disputed, inIssue, makerHeld, ...identity }) : ['dispute'];
      if (!order || !amount || reasons.length === 0) continue;
      const endsAt = inIssue ? await deps.issueEndsAt(tx, orderId) : null;
      const until = endsAt?.toISOString() ?? null;
      const { number, title } = order;
      held.push({ orderId, number, title, amount, reasons, since: since.toISOString(), until });
    }
    const paidOut = await deps.ledger.paidOut(tx, makerId);
    const { rows: sums } = await sql<{ amount: number }>`
      select coalesce(sum(amount), 0)::bigint as amount from payouts
      where maker_id = ${makerId} and currency = ${currency} and state in ('pending', 'in_transit', 'paid')`.execute(
      tx,
    );
    const atBank = money(sums[0]?.amount ?? 0, currency);
    const atProvider = subtract(paidOut, atBank);
    const review = await holdingCase(tx, makerId);
    return {
      held,
      review: review && {
        since: review.openedAt.toISOString(),
        signals: review.signals,
        kept: review.state === 'kept',
      },
      atProvider: atProvider.amount < 0 ? money(0, currency) : atProvider,
      atBank,
      identity: {
        verified: identity.verified,
        gross: money(identity.gross, currency),
        threshold: identity.threshold === null ? null : money(identity.threshold, currency),
      },
    };
  });
};

type PayoutRow = {
  id: string;
  amount: number;
  currency: string;
  state: PayoutState;
  madeAt: Date;
  arrivesAt: Date;
  failure: string | null;
};
const COLUMNS = sql.raw('id, amount, currency, state, made_at as "madeAt", arrives_at as "arrivesAt", failure');

/** A maker's payouts, newest first. */
export const payoutsPage = async (
  deps: PayoutsDeps,
  makerId: string,
  query: { cursor?: string; limit?: number },
): Promise<{ items: PayoutView[]; next: string | null }> => {
  const { db } = deps.database;
  const limit = query.limit ?? 20;
  const after = decodeCursor(query.cursor, ['instant', 'uuid']);
  const behind = after ? sql`and (made_at, id) < (${new Date(after[0])}, ${after[1]})` : sql``;
  const { rows } = await sql<PayoutRow>`
    select ${COLUMNS} from payouts
    where maker_id = ${makerId} ${behind}
    order by made_at desc, id desc
    limit ${limit + 1}`.execute(db);
  const { shown, next } = cutPage(rows, limit, ({ madeAt, id }) => [madeAt.toISOString(), id]);
  return { items: await withTimelines(db, shown), next };
};

/** Payouts by our ids, newest first. */
export const payoutsByIds = async (reader: Reader, ids: readonly string[]): Promise<PayoutView[]> => {
  const { rows } = await sql<PayoutRow>`
    select ${COLUMNS} from payouts where id = any (${[...ids]}::uuid[])
    order by made_at desc, id desc`.execute(reader);
  return await withTimelines(reader, rows);
};

const withTimelines = async (reader: Reader, payouts: readonly PayoutRow[]): Promise<PayoutView[]> => {
  const { rows } = await sql<{ id: string; state: PayoutState; at: Date }>`
    select payout_id as id, state, at from payout_timeline
    where payout_id = any (${payouts.map(({ id }) => id)}::uuid[])
    order by payout_id, seq`.execute(reader);
  return payouts.map(({ id, amount, currency, state, madeAt, arrivesAt, failure }) => ({
    id,
    amount: money(amount, currency),
    state,
    madeAt: madeAt.toISOString(),
    arrivesAt: arrivesAt.toISOString(),
    failure,
    timeline: rows.filter((row) => row.id === id).map((row) => ({ state: row.state, at: row.at.toISOString() })),
  }));
};
