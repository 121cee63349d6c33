import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { Notification } from '@videowindow/contract/api/site';
import { useVoice } from '@videowindow/ui';
import { useEffect } from 'react';
import { useMe } from '../../app/session.ts';
import { keyOf } from '../../lib/queries.ts';
import { realtime } from '../../lib/server.ts';

/** What an event of mine makes old in the cache. */
const touched = [
  'GET /notifications',
  'GET /notifications/unread',
  'GET /offers',
  'GET /orders',
  'GET /locks',
  'GET /stories',
  'GET /makers/me/balance',
  'GET /makers/me/statements',
  'GET /makers/me/funds',
  'GET /makers/me/payouts',
] as const;

/** Whether the page at `path` shows by itself what a notification tells. */
const isShownAt = (path: string, { kind, href }: Notification): boolean =>
  path === href || path === '/inbox' || (kind === 'order_placed' && /^\/pay\/[^/]+\/done$/.test(path));

/** Listens to the person's own channel: shows what comes, counts it, and freshens what it is about. */
export function useLiveNotifications(): void {
  const id = useMe()?.id;
  const queries = useQueryClient();
  const router = useRouter();
  const { toast } = useVoice();
  useEffect(() => {
    if (!id) return;
    const freshen = () => {
      for (const endpoint of touched) void queries.invalidateQueries({ queryKey: keyOf(endpoint) });
      void queries.invalidateQueries({
        predicate: ({ queryKey }) =>
          [
            'GET /orders/:id',
            'GET /orders/:id/thread',
            'GET /orders/:id/reviews',
            'GET /locks/:id',
            'GET /auctions/:id',
            'GET /feed/story/:id',
            'GET /stories/:id',
          ].includes(String(queryKey[0])),
      });
    };
    return realtime.subscribe(`user:${id}`, {
      onData: ({ notification }) => {
        freshen();
        // Who looks at the thing sees it happen there.
        if (isShownAt(router.state.location.pathname, notification)) return;
        toast({
          text: notification.title,
          action: { label: 'See', onPress: () => router.history.push(notification.href) },
        });
      },
      onGap: freshen,
    });
  }, [id, queries, router, toast]);
}
