// What graph holds of a person.
import type { Personal } from '#platform/personal';

export const personal: Personal = {
  tables: {
    blocks: [
      { of: 'blocker', hand: 'blocked created_at', erase: 'delete' },
      { of: 'blocked', erase: 'delete' },
    ],
    follows: { of: 'follower followed', hand: 'follower followed created_at', erase: 'delete' },
    follow_requests: { of: 'follower followed', hand: 'follower followed created_at', erase: 'delete' },
  },
};
