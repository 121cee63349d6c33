// What account holds of a person.
import { sql } from '#platform/database';
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    account_choices: { of: 'user_id', hand: 'settings privacy', erase: 'delete' },
    consents: {
      of: 'user_id',
      hand: 'kind version given at',
      erase: { because: 'it proves what was agreed to, and names nobody once the person is gone' },
    },
    departures: { of: 'user_id', hand: 'asked_at erase_at', erase: { because: 'it proves the erasure' } },
    archives: {
      of: 'user_id',
      hand: 'asked_at ready_at',
      // What sweeps archives takes the file and the row.
      erase: { state: sql`'failed'`, until: sql`app_now()` },
    },
  },
};
