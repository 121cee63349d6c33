// What users holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    security_findings: {
      of: 'noted_by',
      plain: 'kind severity state title note outcome',
      erase: { because: 'what was found weak is of the place, not of who noted it; the id names nobody any more' },
    },
    account_closings: [
      { of: 'user_id', hand: 'until closed_at', plain: 'reason', erase: 'delete' },
      {
        of: 'closed_by',
        erase: { because: 'who closed an account is part of the act, and the id names nobody any more' },
      },
    ],
  },
};
