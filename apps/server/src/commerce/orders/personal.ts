// What orders holds of a person. Orders stay without the person: whose it was is an id that names nobody.
import type { Keyring } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';
import { openAddress } from './parts.ts';

const BOOKS = { because: 'an order is kept as the law wants; the ids in it name nobody any more' };

const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ running: number }>`
    select count(*) as running from orders
    where (buyer_id = ${personId} or maker_id = ${personId}) and state not in ('completed', 'cancelled')`.execute(db);
  const count = rows[0]?.running ?? 0;
  return count > 0 ? [{ kind: 'orders', count, also: true }] : [];
};

const ORDER =
  'id number title state delivery currency item_amount shipping_amount paid_at shipped_at delivered_at completed_at';

export const personalOf = (keyring: Keyring): Personal => ({
  async more(db, personId) {
    const { rows } = await sql<{ id: string; sealed: string }>`
      select id, address_sealed as sealed from orders
      where buyer_id = ${personId} and address_sealed is not null`.execute(db);
    if (rows.length === 0) return {};
    return { orderAddresses: rows.map(({ id, sealed }) => ({ order_id: id, ...openAddress(keyring, id, sealed) })) };
  },
  tables: {
    orders: [
      {
        of: 'buyer_id',
        hand: ORDER,
        plain: 'rules delivery_how cancelled_by returns tax_owed_by',
        erase: {
          address_sealed: sql`null`,
          handover_sealed: sql`null`,
          carrier: sql`null`,
          tracking_number: sql`null`,
        },
      },
      { of: 'maker_id', hand: ORDER, erase: BOOKS },
    ],
    order_messages: {
      of: 'author_id',
      hand: 'order_id text amount at',
      plain: 'side kind',
      erase: { text: sql`''`, pictures: sql`'{}'` },
    },
    order_reviews: [
      {
        of: 'author_id',
        hand: 'order_id stars text written_at published_at',
        plain: 'side',
        erase: { text: sql`''`, removed_at: sql`coalesce(removed_at, app_now())` },
      },
      { of: 'about_id', hand: 'stars text reply_text replied_at', erase: { reply_text: sql`null` } },
    ],
    order_invoices: {
      of: 'seller_id',
      hand: 'kind number issued_at amount',
      plain: 'cause sealed',
      erase: { because: 'invoices are kept as long as tax law wants, sealed' },
    },
    order_homes: { of: 'person_id', plain: 'home', erase: 'delete' },
    return_labels: {
      of: 'author_id',
      hand: 'issue_id carrier tracking_number currency cost at',
      plain: 'side state provider_id rate_id rates',
      erase: { tracking_number: sql`null`, pdf_sealed: sql`null` },
    },
    invoice_numbers: { of: 'seller_id', erase: BOOKS },
    order_issues: { of: 'decided_by', plain: 'reason state proposed_by', erase: BOOKS },
  },
  open,
});
