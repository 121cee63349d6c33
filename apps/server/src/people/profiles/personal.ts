// What profiles holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    profiles: { of: 'user_id', hand: 'links', erase: 'delete' },
    handle_redirects: { of: 'user_id', hand: 'handle until', erase: 'delete' },
  },
};
