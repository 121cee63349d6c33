import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Order, OrderThread } from '@videowindow/contract/api/commerce';
import { keyOf } from '../../../lib/queries.ts';

/** A step in an order's thread: its answer is the thread as it is now, and the order may have moved with it. */
export function useThreadChange<T>(
  order: Pick<Order, 'id'>,
  send: (input: T) => Promise<OrderThread>,
  onDone?: () => void,
) {
  const queries = useQueryClient();
  const params = { params: { id: order.id } };
  const freshen = () => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /orders/:id', params) });
    void queries.invalidateQueries({ queryKey: ['GET /orders'] });
    void queries.invalidateQueries({ queryKey: ['GET /makers/me/balance'] });
  };
  return useMutation({
    mutationFn: send,
    onSuccess: (thread) => {
      queries.setQueryData(keyOf('GET /orders/:id/thread', params), thread);
      freshen();
      onDone?.();
    },
    // Refused because the other side was faster: show what it is now.
    onError: () => {
      void queries.invalidateQueries({ queryKey: keyOf('GET /orders/:id/thread', params) });
      freshen();
    },
  });
}
