// What a maker sees of their money on its way.
import type { MakerFunds, Payout as PayoutView } from '@videowindow/contract/api/commerce';
import type { PayoutState } from '@videowindow/contract/machines/payout';
import { money, subtract } from '@videowindow/contract/money';
import { type Reader, sql, type Tx } from '#platform/database';
import { cutPage, decodeCursor } from '#platform/http';
import { holdingCase } from './cases.ts';
import type { PayoutsDeps } from './deps.ts';
import { type HoldFacts, holdsOn } from './funds.ts';
import { identityFacts } from './release.ts';

/** More than this are not listed; the sums above them have all. */
const SALES_SHOWN = 500;

type Hold = { asked: boolean; disputed: boolean; since: Date };

/** What is asked for and not released of a maker's sales, and what a bank holds of them, by order. */
const holdsOf = async (reader: Reader, makerId: string): Promise<Map<string, Hold>> => {
  const { rows } = await sql<Hold & { orderId: string }>`
    select coalesce(r.order_id, h.order_id) as "orderId", r.order_id is not null as asked,
           h.order_id is not null as disputed, least(r.asked_at, h.since) as since
    from (select * from fund_releases where maker_id = ${makerId} and released_at is null) r
    full join (select * from fund_holds where maker_id = ${makerId} and lifted_at is null) h
      on h.order_id = r.order_id`.execute(reader);
  return new Map(rows.map(({ orderId, ...hold }) => [orderId, hold]));
};

/** All that is owed to a maker, sale by sale: held back for a reason, and on its way. */
const owedSales = async (
  deps: PayoutsDeps,
  tx: Tx,
  makerId: string,
  maker: Pick<HoldFacts, 'makerHeld' | 'verified' | 'gross' | 'threshold'>,
): Promise<Pick<MakerFunds, 'held' | 'coming'>> => {
  const owed = await deps.ledger.owedBySale(tx, makerId, SALES_SHOWN);
  const paymentIds = owed.map(({ paymentId }) => paymentId);
  const orders = await deps.orders.progressOf(tx, paymentIds);
  const answers = await deps.answersDue(tx, paymentIds);
  const holds = await holdsOf(tx, makerId);
  const sales = owed.flatMap(({ paymentId, amount }): MakerFunds['held'] => {
    const order = orders.get(paymentId);
    if (!order) return [];
    const hold = holds.get(order.id);
    const facts = { disputed: hold?.disputed ?? false, inIssue: order.issueEndsAt !== null };
    // What is not asked for waits for its order; the maker's own standing is looked at when it is.
    const standing = hold?.asked ? maker : { ...maker, makerHeld: false, verified: true };
    return [
      {
        orderId: order.id,
        number: order.number,
        title: order.title,
        amount: money(amount, deps.currency),
        state: order.state,
        since: (hold?.since ?? order.paidAt).toISOString(),
        reasons: holdsOn({ ...facts, ...standing }),
        until: order.issueEndsAt?.toISOString() ?? null,
        answerBy: answers.get(paymentId)?.toISOString() ?? null,
        completesAt: order.completesAt?.toISOString() ?? null,
      },
    ];
  });
  return {
    held: sales.filter(({ reasons }) => reasons.length > 0),
    coming: sales.filter(({ reasons }) => reasons.length === 0),
  };
};

/** Where a maker's money is and what holds it. */
export const fundsOf = async (deps: PayoutsDeps, makerId: string): Promise<MakerFunds> => {
  const { database, currency } = deps;
  return await database.transaction(async (tx) => {
    const identity = await identityFacts(deps, tx, makerId);
    const review = await holdingCase(tx, makerId);
    const sales = await owedSales(deps, tx, makerId, { makerHeld: review !== null, ...identity });
    const paidOut = await deps.ledger.paidOut(tx, makerId);
    const { rows: sums } = await sql<{ amount: number }>`
      select coalesce(sum(amount), 0)::bigint as amount from payouts
      where maker_id = ${makerId} and currency = ${currency} and state in ('pending', 'in_transit', 'paid')`.execute(
      tx,
    );
    const atBank = money(sums[0]?.amount ?? 0, currency);
    const atProvider = subtract(paidOut, atBank);
    return {
      ...sales,
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
