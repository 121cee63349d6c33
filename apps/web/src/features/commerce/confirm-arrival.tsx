import type { Order } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { newKey } from '../../lib/new-key.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { OrByItself } from './order-facts.tsx';
import { firstName } from './order-words.ts';
import { useOrderChange } from './use-order-change.ts';

/** The buyer's word that all is well: it pays the maker, so it is asked twice. */
export function ConfirmArrival({ order }: { order: Order }) {
  const { toast } = useVoice();
  const [asking, setAsking] = useState(false);
  const key = useRef(newKey());
  const maker = firstName(order.maker);
  const confirm = useOrderChange(
    order,
    () => client.call('POST /orders/:id/confirm', { params: { id: order.id }, idempotencyKey: key.current }),
    () => {
      setAsking(false);
      toast({ text: `Enjoy it. ${maker} is paid.`, tone: 'good' });
    },
  );
  return (
    <div className="grid gap-3">
      <Button size="large" wide onClick={() => setAsking(true)}>
        {order.state === 'delivered' ? 'All is well' : 'It arrived'}
      </Button>
      <p className="text-14 text-ink-3">
        {maker} is paid when you confirm
        <OrByItself order={order} />.
      </p>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Is it here, and as it should be?"
        confirm="Yes, all is well"
        cancel="Not yet"
        busy={confirm.isPending}
        onConfirm={() => confirm.mutate(undefined)}
      >
        With your word the order is done and {maker} gets the money. This cannot be taken back, so look at the piece
        first.
        {confirm.isError && (
          <span role="alert" className="mt-2 block text-14 text-madder">
            {sentenceOf(confirm.error)}
          </span>
        )}
      </ConfirmDialog>
    </div>
  );
}
