// What disputes holds of a person.
import type { Orders } from '#commerce/orders';
import type { Personal } from '#platform/personal';
import * as store from './store.ts';

export const personalOf = (orders: Pick<Orders, 'countOf'>): Personal => ({
  /** A bank has not decided yet. */
  async open(db, personId) {
    const count = await orders.countOf(db, await store.ordersInDispute(db), personId);
    return count > 0 ? [{ kind: 'disputes', count, also: false }] : [];
  },
  tables: {
    dispute_entries: {
      of: 'author_id',
      hand: 'dispute_id text at',
      plain: 'paper_kind paper_sealed',
      erase: { because: 'what a bank was told is kept as proof; papers go by their own clock' },
    },
    disputes: {
      of: 'submit_by',
      plain: 'files provider_id currency reason state parts evidence_sealed remark',
      erase: { because: 'what a bank was told is kept as proof, sealed' },
    },
  },
});
