// What listings holds of a person.
import { sql } from '#platform/database';
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    listings: {
      of: 'maker_id',
      hand: 'id state currency asking_amount offer_policy shipping returns created_at',
      plain: 'kind option_names',
      // Where a piece can be fetched is where its maker is.
      erase: { shipping: sql`jsonb_set(shipping, '{pickupPlace}', 'null')` },
    },
    shipping_profiles: { of: 'maker_id', hand: 'name shipping created_at', erase: 'delete' },
    vacations: { of: 'maker_id', hand: 'returns_at since', erase: 'delete' },
  },
};
