import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Offer } from '@videowindow/contract/api/commerce';
import { useVoice } from '@videowindow/ui';
import { sentenceOf } from '../../lib/queries.ts';

/** An answer to an offer, or its withdrawal: afterwards every list of offers is old, and the piece may be taken. */
export function useOfferChange<T>(send: (input: T) => Promise<Offer>, onDone: (offer: Offer) => void) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const refresh = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [endpoint] }) =>
        endpoint === 'GET /offers' || endpoint === 'GET /locks' || endpoint === 'GET /feed/story/:id',
    });
  return useMutation({
    mutationFn: send,
    // The button stays busy until the list shows what became of it.
    onSuccess: async (offer) => {
      await refresh();
      onDone(offer);
    },
    onError: async (error) => {
      toast({ text: sentenceOf(error), tone: 'bad' });
      await refresh();
    },
  });
}
