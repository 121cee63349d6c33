// What users holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    account_closings: [
      { of: 'user_id', hand: 'until closed_at', plain: 'reason', erase: 'delete' },
      {
        of: 'closed_by',
        erase: { because: 'who closed an account is part of the act, and the id names nobody any more' },
      },
    ],
  },
};
