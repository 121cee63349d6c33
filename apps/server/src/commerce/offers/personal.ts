// What offers holds of a person.
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';

const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ pending: number }>`
    select count(*) as pending from offers
    where (buyer_id = ${personId} or maker_id = ${personId}) and state = 'pending'`.execute(db);
  const count = rows[0]?.pending ?? 0;
  return count > 0 ? [{ kind: 'offers', count, also: true }] : [];
};

export const personal: Personal = {
  tables: {
    offers: {
      of: 'buyer_id maker_id',
      hand: 'id title currency amount state created_at answered_at',
      plain: 'sender made_key answer_key',
      erase: { because: 'an offer is part of a sale; the ids in it name nobody any more' },
    },
  },
  open,
};
