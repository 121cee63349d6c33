// What locks holds of a person.
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';

/** Pieces that are kept for them, or that others are to pay them for. */
const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ held: number }>`
    select count(*) as held from locks
    where (buyer_id = ${personId} or maker_id = ${personId}) and state not in ('paid', 'released')`.execute(db);
  const count = rows[0]?.held ?? 0;
  return count > 0 ? [{ kind: 'to_pay', count, also: true }] : [];
};

export const personal: Personal = {
  tables: {
    locks: {
      of: 'buyer_id maker_id',
      hand: 'id title reason state currency item_amount shipping_amount quantity country held_at ended_at',
      plain: 'release_reason delivery options zones returns extension clocks',
      erase: { because: 'a sale is kept as the law wants; the ids in it name nobody any more' },
    },
    bidder_signals: {
      of: 'person_id other_id looked_by',
      plain: 'kind title note',
      erase: { because: 'why a sale was looked at; the ids in it name nobody any more' },
    },
    strikes: {
      of: 'person_id',
      hand: 'kind title at appeal appealed_at answer answered_at',
      erase: { title: sql`''`, appeal: sql`null` },
    },
  },
  open,
};
