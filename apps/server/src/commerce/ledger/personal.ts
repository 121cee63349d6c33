// What the ledger holds of a person: their account with us.
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';

/** Money that is theirs or that they owe. */
const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ balances: number }>`
    select count(*) as balances
    from (
      select account, currency from ledger_lines
      where owner_id = ${personId} and account in ('maker_payable', 'maker_reserve', 'maker_debt', 'buyer_credit')
      group by account, currency having sum(amount) <> 0
    ) unsettled`.execute(db);
  const count = rows[0]?.balances ?? 0;
  return count > 0 ? [{ kind: 'balance', count, also: false }] : [];
};

export const personal: Personal = {
  tables: {
    fee_invoices: {
      of: 'maker_id',
      hand: 'month number currency amount issued_at document',
      erase: { because: 'invoices are kept as long as tax law wants' },
    },
    ledger_lines: {
      of: 'owner_id about_id',
      hand: 'entry_id account currency amount',
      erase: { because: 'the books are kept as the law wants; the id in them names nobody any more' },
    },
  },
  open,
};
