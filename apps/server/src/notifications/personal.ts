// What notifications holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    notifications: { of: 'user_id', hand: 'kind title body created_at read_at', plain: 'href', erase: 'delete' },
  },
};
