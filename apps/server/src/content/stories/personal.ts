// What stories holds of a person. The row stays for the pieces that were sold from it.
import { sql } from '#platform/database';
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    stories: {
      of: 'maker_id',
      hand: 'id title caption category sections hashtags state visibility review approved shown created_at listed_at',
      plain: 'reach seen_by',
      erase: {
        state: sql`'removed'`,
        title: sql`''`,
        caption: sql`''`,
        category: sql`null`,
        sections: sql`'[]'`,
        media_id: sql`null`,
        hashtags: sql`'{}'`,
        review: sql`null`,
        approved: sql`null`,
        shown: sql`null`,
      },
    },
  },
};
