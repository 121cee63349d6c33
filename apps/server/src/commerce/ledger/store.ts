// SQL of the ledger. Rows are only ever added.
import { type Money, money } from '@videowindow/contract/money';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Entry, EntryKind, LedgerAccount } from './entry.ts';
import type { MakerMove } from './statement.ts';

/** Adds an entry with its lines. @returns the digest of the entry that was there before with this key, or null. */
export const insertEntry = async (
  tx: Tx,
  row: { id: string; digest: string; at: Date },
  entry: Entry,
): Promise<string | null> => {
  const { rows } = await sql`
    insert into ledger_entries (id, key, kind, digest, payment_id, at)
    values (${row.id}, ${entry.key}, ${entry.kind}, ${row.digest}, ${entry.paymentId}, ${row.at})
    on conflict (key) do nothing
    returning 1`.execute(tx);
  if (rows.length === 0) {
    const earlier = await sql<{ digest: string }>`
      select digest from ledger_entries where key = ${entry.key}`.execute(tx);
    return earlier.rows[0]?.digest ?? null;
  }
  await sql`
    insert into ledger_lines (entry_id, line_no, account, owner_id, about_id, currency, amount)
    select ${row.id}, line_no, account, owner_id, about_id, currency, amount
    from unnest(
      ${entry.lines.map(({ account }) => account)}::text[],
      ${entry.lines.map(({ owner }) => owner ?? null)}::uuid[],
      ${entry.lines.map(({ about }) => about ?? null)}::uuid[],
      ${entry.lines.map(({ amount }) => amount.currency)}::text[],
      ${entry.lines.map(({ amount }) => amount.amount)}::bigint[]
    ) with ordinality as line (account, owner_id, about_id, currency, amount, line_no)`.execute(tx);
  return null;
};

/** The signed sum of an account in a currency: debits less credits. */
export const sumOf = async (
  reader: Reader,
  account: LedgerAccount,
  owner: string | null,
  currency: string,
): Promise<Money> => {
  const { rows } = await sql<{ amount: number }>`
    select coalesce(sum(amount), 0)::bigint as amount
    from ledger_lines
    where account = ${account} and owner_id is not distinct from ${owner} and currency = ${currency}`.execute(reader);
  return money(rows[0]?.amount ?? 0, currency);
};

/** A maker's side of an entry; what is owed more is positive. */
type PayableLine = { at: Date; kind: EntryKind; paymentId: string | null; amount: number; currency: string };

/** The newest lines of what is owed to a maker. */
export const payableLines = async (reader: Reader, makerId: string, limit: number): Promise<PayableLine[]> => {
  const { rows } = await sql<PayableLine>`
    select e.at, e.kind, e.payment_id as "paymentId", -l.amount as amount, l.currency
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account = 'maker_payable' and l.owner_id = ${makerId}
    order by e.seq desc, l.line_no
    limit ${limit}`.execute(reader);
  return rows;
};

/** What of each payment is owed to a maker, frozen or not, and went nowhere so far; oldest first. */
export const owedBySale = async (
  reader: Reader,
  maker: { id: string; currency: string },
  limit: number,
): Promise<{ paymentId: string; amount: number }[]> => {
  const { rows } = await sql<{ paymentId: string; amount: number }>`
    select e.payment_id as "paymentId", -sum(l.amount)::bigint as amount
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account in ('maker_payable', 'maker_reserve') and l.owner_id = ${maker.id} and l.currency = ${maker.currency}
    group by e.payment_id
    having sum(l.amount) < 0
    order by min(e.at), e.payment_id
    limit ${limit}`.execute(reader);
  return rows;
};

/** What has gone to a maker so far and stayed there. */
export const paidOutTo = async (reader: Reader, makerId: string, currency: string): Promise<Money> => {
  const { rows } = await sql<{ amount: number }>`
    select coalesce(sum(l.amount), 0)::bigint as amount
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account = 'maker_payable' and l.owner_id = ${makerId} and l.currency = ${currency}
      and e.kind in ('transfer', 'reversal')`.execute(reader);
  return money(rows[0]?.amount ?? 0, currency);
};

/** What the accounts of one maker are: owed, owed but frozen, and owed by them. */
const MAKERS_OWN = sql.raw("('maker_payable', 'maker_reserve', 'maker_debt')");

/** What entries meant for one maker in a currency, oldest first; `to` is not included. */
export const movesOf = async (
  reader: Reader,
  maker: { id: string; currency: string },
  span: { from: Date; to: Date },
): Promise<MakerMove[]> => {
  const { rows } = await sql<MakerMove>`
    select e.at, e.kind, e.payment_id as "paymentId",
           -coalesce(sum(l.amount) filter (where l.owner_id = ${maker.id} and l.account in ${MAKERS_OWN}), 0)::bigint as net,
           -coalesce(sum(l.amount) filter (where l.owner_id = ${maker.id} and l.account = 'maker_reserve'), 0)::bigint as frozen,
           -- Fees taken before it was written down whose they were are of entries with one maker.
           coalesce(sum(l.amount) filter (
             where l.account = 'fee_revenue' and coalesce(l.about_id, ${maker.id}) = ${maker.id}), 0)::bigint as fee,
           coalesce(sum(l.amount) filter (
             where l.account = 'tax_payable' and l.about_id = ${maker.id}), 0)::bigint as tax
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id and l.currency = ${maker.currency}
    where e.at >= ${span.from} and e.at < ${span.to} and e.id in (
      select entry_id from ledger_lines
      where account in ${MAKERS_OWN} and owner_id = ${maker.id} and currency = ${maker.currency})
    group by e.id
    order by e.at, e.seq`.execute(reader);
  return rows;
};

/** What a maker was owed, less what they owed, before a moment. */
export const owedBefore = async (
  reader: Reader,
  maker: { id: string; currency: string },
  moment: Date,
): Promise<number> => {
  const { rows } = await sql<{ owed: number }>`
    select -coalesce(sum(l.amount), 0)::bigint as owed
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account in ${MAKERS_OWN} and l.owner_id = ${maker.id} and l.currency = ${maker.currency}
      and e.at < ${moment}`.execute(reader);
  return rows[0]?.owed ?? 0;
};

type MonthRow = Omit<MakerMove, 'at' | 'paymentId'> & { month: string; entries: number };

/** The months in which anything moved for a maker, newest first, with the sums of each. */
export const monthsOf = async (reader: Reader, maker: { id: string; currency: string }): Promise<MonthRow[]> => {
  const { rows } = await sql<MonthRow>`
    with moves as (
      select e.id, e.kind, to_char(e.at at time zone 'UTC', 'YYYY-MM') as month,
             -coalesce(sum(l.amount) filter (where l.owner_id = ${maker.id} and l.account in ${MAKERS_OWN}), 0) as net,
             -coalesce(sum(l.amount) filter (where l.owner_id = ${maker.id} and l.account = 'maker_reserve'), 0) as frozen,
             coalesce(sum(l.amount) filter (
               where l.account = 'fee_revenue' and coalesce(l.about_id, ${maker.id}) = ${maker.id}), 0) as fee,
             coalesce(sum(l.amount) filter (
               where l.account = 'tax_payable' and l.about_id = ${maker.id}), 0) as tax
      from ledger_entries e
      join ledger_lines l on l.entry_id = e.id and l.currency = ${maker.currency}
      where e.id in (
        select entry_id from ledger_lines
        where account in ${MAKERS_OWN} and owner_id = ${maker.id} and currency = ${maker.currency})
      group by e.id
    )
    select month, kind, sum(net)::bigint as net, sum(frozen)::bigint as frozen, sum(fee)::bigint as fee,
           sum(tax)::bigint as tax, count(*)::bigint as entries
    from moves
    group by month, kind
    order by month desc, kind`.execute(reader);
  return rows;
};

/** What is on its way back to the buyer of a payment, in minor units. */
export const inTransitOn = async (reader: Reader, paymentId: string): Promise<number> => {
  const { rows } = await sql<{ owed: number }>`
    select -coalesce(sum(l.amount), 0)::bigint as owed
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id
    where e.payment_id = ${paymentId} and l.account = 'refunds_in_transit'`.execute(reader);
  return rows[0]?.owed ?? 0;
};

/** All that a maker ever sold for in a currency, before fees, tax and whatever was given back later. */
export const grossOf = async (reader: Reader, makerId: string, currency: string): Promise<number> => {
  const { rows } = await sql<{ gross: number }>`
    select -coalesce(sum(l.amount), 0)::bigint as gross
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id and l.currency = ${currency}
    where e.kind = 'sale'
      and e.id in (
        select entry_id from ledger_lines
        where account = 'maker_payable' and owner_id = ${makerId} and currency = ${currency})
      and (l.owner_id = ${makerId} or (l.account = 'fee_revenue' and coalesce(l.about_id, ${makerId}) = ${makerId})
           or (l.account = 'tax_payable' and l.about_id = ${makerId}))`.execute(reader);
  return rows[0]?.gross ?? 0;
};

/** Payments whose money at the provider moved since a moment. */
export const movedSince = async (reader: Reader, from: Date): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select distinct e.payment_id as id
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id and l.account = 'clearing'
    where e.payment_id is not null and e.at > ${from}`.execute(reader);
  return rows.map(({ id }) => id);
};

/** What the provider holds of each payment, and when that last changed. */
export const clearingOf = async (
  reader: Reader,
  paymentIds: readonly string[],
  currency: string,
): Promise<Map<string, { amount: number; newest: Date }>> => {
  const { rows } = await sql<{ id: string; amount: number; newest: Date }>`
    select e.payment_id as id, sum(l.amount)::bigint as amount, max(e.at) as newest
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id and l.account = 'clearing' and l.currency = ${currency}
    where e.payment_id = any (${[...paymentIds]}::uuid[])
    group by e.payment_id`.execute(reader);
  return new Map(rows.map(({ id, ...sum }) => [id, sum]));
};

/** Debits less credits of every account that anything was written to. */
export const balancesOf = async (
  reader: Reader,
  currency: string,
): Promise<{ account: LedgerAccount; amount: number }[]> => {
  const { rows } = await sql<{ account: LedgerAccount; amount: number }>`
    select account, sum(amount)::bigint as amount from ledger_lines
    where currency = ${currency} group by account order by account`.execute(reader);
  return rows;
};

export type WrittenEntry = {
  id: string;
  kind: EntryKind;
  at: Date;
  lines: { account: LedgerAccount; ownerId: string | null; amount: number; currency: string }[];
};

/** All entries about a payment, oldest first. */
export const entriesOf = async (reader: Reader, paymentId: string): Promise<WrittenEntry[]> => {
  const { rows } = await sql<WrittenEntry>`
    select e.id, e.kind, e.at,
           json_agg(json_build_object('account', l.account, 'ownerId', l.owner_id, 'amount', l.amount,
                                      'currency', l.currency) order by l.line_no) as lines
    from ledger_entries e
    join ledger_lines l on l.entry_id = e.id
    where e.payment_id = ${paymentId}
    group by e.id
    order by e.seq`.execute(reader);
  return rows;
};
