// What moderation holds of a person.
import { sql } from '#platform/database';
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    reports: [
      {
        of: 'reporter_id',
        hand: 'kind reason note created_at',
        plain: 'state decided_reason',
        erase: { note: sql`''` },
      },
      { of: 'decided_by', erase: { because: 'a decision stays with who made it' } },
    ],
  },
};
