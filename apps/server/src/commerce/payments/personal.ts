// What payments holds of a person.
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';

const BOOKS = { because: 'payments are kept as the law wants; the ids in them name nobody any more' };

const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ running: number }>`
    select count(*) as running from transfers
    where maker_id = ${personId} and state not in ('sent', 'cancelled')`.execute(db);
  const count = rows[0]?.running ?? 0;
  return count > 0 ? [{ kind: 'transfers', count, also: false }] : [];
};

export const personal: Personal = {
  tables: {
    payments: {
      of: 'buyer_id',
      hand: 'id amount currency state created_at captured_at',
      plain: 'card_print method session_id session_url intent_id charge_id received_currency',
      // What was asked of the provider names the buyer's mail address.
      erase: { address_sealed: sql`null`, request: sql`request - 'email'` },
    },
    payment_shares: { of: 'maker_id', hand: 'payment_id payable fee', erase: BOOKS },
    payment_customers: { of: 'person_id', hand: 'created_at', plain: 'customer_id', erase: 'delete' },
    saved_cards: {
      of: 'person_id',
      hand: 'brand last4 exp_year exp_month saved_at removed_at',
      plain: 'method_id fingerprint',
      erase: 'delete',
    },
    payout_accounts: {
      of: 'maker_id',
      hand: 'state heard_at',
      plain: 'account_id requirements_due barred',
      erase: 'delete',
    },
    transfers: { of: 'maker_id', hand: 'amount currency state sent_at', plain: 'transfer_id purpose', erase: BOOKS },
    refunds: { of: 'asked_by', plain: 'currency reason state refund_id key note earlier_ids', erase: BOOKS },
  },
  open,
};
