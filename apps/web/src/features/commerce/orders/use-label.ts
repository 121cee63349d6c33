import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue, Order, ReturnLabel } from '@videowindow/contract/api/commerce';
import { useVoice } from '@videowindow/ui';
import { keyOf } from '../../../lib/queries.ts';
import { firstName } from '../order-words.ts';

/** A label is given: it is shown in the order's thread, and where staff look at the issue. */
export function useLabelChange<T>(
  { issue, order }: { issue: Issue; order: Order },
  send: (input: T) => Promise<{ label: ReturnLabel }>,
  onDone: () => void,
) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const freshen = () => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /orders/:id/thread', { params: { id: order.id } }) });
    void queries.invalidateQueries({ queryKey: keyOf('GET /moderation/issues/:id', { params: { id: issue.id } }) });
    void queries.invalidateQueries({ queryKey: ['GET /makers/me/balance'] });
  };
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      toast({ text: `${firstName(order.buyer)} has the label now.`, tone: 'good' });
      freshen();
      onDone();
    },
    onError: freshen,
  });
}
