import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Lock } from '@videowindow/contract/api/commerce';
import { Button, useVoice } from '@videowindow/ui';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

/** The buyer asks the maker for more time, and sees what became of it. */
export function MoreTime({ lock }: { lock: Lock }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: lock.id };
  const ask = useMutation({
    mutationFn: () => client.call('POST /locks/:id/ask-extension', { params }),
    onSuccess: (asked) => {
      queries.setQueryData(keyOf('GET /locks/:id', { params }), asked);
      toast({ text: `${lock.maker.displayName} is asked for more time.`, tone: 'good' });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  if (lock.possible.includes('askExtension')) {
    return (
      <Button wide variant="quiet" busy={ask.isPending} onClick={() => ask.mutate()}>
        Ask for more time
      </Button>
    );
  }
  if (lock.extension === 'asked') {
    return (
      <p className="text-center text-14 text-ink-3">
        {lock.maker.displayName} is asked for more time. Until they say yes, the time above counts.
      </p>
    );
  }
  return lock.extension === 'given' ? (
    <p className="text-center text-14 text-ink-3">{lock.maker.displayName} gave you more time.</p>
  ) : null;
}
