// What presence holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: { presences: { of: 'user_id', hand: 'seen_at', erase: 'delete' } },
};
