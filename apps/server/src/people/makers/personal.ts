// What makers holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: { makers: { of: 'user_id', hand: 'offer_policy since', erase: 'delete' } },
};
