// SQL of the ledger. Rows are only ever added.
import { type Money, money } from '@videowindow/contract/money';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Entry, EntryKind, LedgerAccount } from './entry.ts';

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
    insert into ledger_lines (entry_id, line_no, account, owner_id, currency, amount)
    select ${row.id}, line_no, account, owner_id, currency, amount
    from unnest(
      ${entry.lines.map(({ account }) => account)}::text[],
      ${entry.lines.map(({ owner }) => owner ?? null)}::uuid[],
      ${entry.lines.map(({ amount }) => amount.currency)}::text[],
      ${entry.lines.map(({ amount }) => amount.amount)}::bigint[]
    ) with ordinality as line (account, owner_id, currency, amount, line_no)`.execute(tx);
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
export type StatementLine = { at: Date; kind: EntryKind; paymentId: string | null; amount: number; currency: string };

/** The newest lines of what is owed to a maker. */
export const payableLines = async (reader: Reader, makerId: string, limit: number): Promise<StatementLine[]> => {
  const { rows } = await sql<StatementLine>`
    select e.at, e.kind, e.payment_id as "paymentId", -l.amount as amount, l.currency
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account = 'maker_payable' and l.owner_id = ${makerId}
    order by e.seq desc, l.line_no
    limit ${limit}`.execute(reader);
  return rows;
};

/** What has gone to a maker so far. */
export const paidOutTo = async (reader: Reader, makerId: string, currency: string): Promise<Money> => {
  const { rows } = await sql<{ amount: number }>`
    select coalesce(sum(l.amount), 0)::bigint as amount
    from ledger_lines l
    join ledger_entries e on e.id = l.entry_id
    where l.account = 'maker_payable' and l.owner_id = ${makerId} and l.currency = ${currency}
      and e.kind = 'transfer'`.execute(reader);
  return money(rows[0]?.amount ?? 0, currency);
};
