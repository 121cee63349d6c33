// What disputes holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
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
};
