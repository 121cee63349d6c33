import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Order } from '@videowindow/contract/api/commerce';
import { keyOf } from '../../lib/queries.ts';

/** A step of an order: its answer is the order as it is now, and every list of orders is old. */
export function useOrderChange<T>(order: Order, send: (input: T) => Promise<Order>, onDone?: () => void) {
  const queries = useQueryClient();
  const key = keyOf('GET /orders/:id', { params: { id: order.id } });
  return useMutation({
    mutationFn: send,
    onSuccess: (next) => {
      queries.setQueryData(key, next);
      void queries.invalidateQueries({ queryKey: ['GET /orders'] });
      // What can be reported or reviewed follows the order's state.
      for (const endpoint of ['GET /orders/:id/thread', 'GET /orders/:id/reviews'] as const)
        void queries.invalidateQueries({ queryKey: keyOf(endpoint, { params: { id: order.id } }) });
      void queries.invalidateQueries({ queryKey: ['GET /makers/me/balance'] });
      onDone?.();
    },
    // Refused because the other side was faster: show what it is now.
    onError: () => void queries.invalidateQueries({ queryKey: key }),
  });
}
