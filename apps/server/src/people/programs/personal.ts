// What programs holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    api_keys: {
      of: 'user_id',
      hand: 'name begins scopes made_at expires_at last_used_at',
      plain: 'key_hash',
      erase: 'delete',
    },
  },
};
