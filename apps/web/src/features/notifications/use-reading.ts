import { type InfiniteData, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '@videowindow/client';
import type { Notification } from '@videowindow/contract/api/site';
import { useVoice } from '@videowindow/ui';
import { clock } from '../../lib/clock.ts';
import { keyOf, readPages, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

export const inboxQuery = readPages('GET /notifications', { query: {} });
type Pages = InfiniteData<Answer<'GET /notifications'>, string | null>;

/** Marks notifications as read. One is shown as read at once, the server hears of it behind: nothing hangs on it. */
export function useReading() {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const mark = (which: (one: Notification) => boolean) =>
    queries.setQueryData<Pages>(inboxQuery.queryKey, (before) => before && withRead(before, which));
  const settle = () => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /notifications') });
    void queries.invalidateQueries({ queryKey: keyOf('GET /notifications/unread') });
  };
  const one = useMutation({
    mutationFn: (id: string) => client.call('POST /notifications/:id/read', { params: { id } }),
    onMutate: (id) => {
      mark((item) => item.id === id);
    },
    onSettled: settle,
  });
  const readAll = useMutation({
    mutationFn: () => client.call('POST /notifications/read-all'),
    onSuccess: () => mark(() => true),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: settle,
  });
  return { readOne: one.mutate, readAll };
}

function withRead(before: Pages, which: (one: Notification) => boolean): Pages {
  const readAt = new Date(clock.now()).toISOString();
  const pages = before.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.readAt === null && which(item) ? { ...item, readAt } : item)),
  }));
  return { ...before, pages };
}
