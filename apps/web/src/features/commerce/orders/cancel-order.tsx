import { format, subtract } from '@videowindow/contract';
import type { Order } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, TextField, useVoice } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName, type Side } from '../order-words.ts';
import { useOrderChange } from '../use-order-change.ts';

/** Cancels what was not sent; says first what becomes of the money. */
export function CancelOrder({ order, side }: { order: Order; side: Side }) {
  const { toast } = useVoice();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const key = useRef(newKey());
  const back = format(subtract(order.total, order.refunded));
  const cancel = useOrderChange(
    order,
    () =>
      client.call('POST /orders/:id/cancel', {
        params: { id: order.id },
        body: { reason: reason.trim() },
        idempotencyKey: key.current,
      }),
    () => {
      setAsking(false);
      toast({ text: `Cancelled. ${back} are on their way back${side === 'buyer' ? ' to you' : ''}.` });
    },
  );
  return (
    <>
      <Button variant="danger" className="justify-self-start" onClick={() => setAsking(true)}>
        {side === 'maker' ? 'I cannot send it' : 'Cancel and get everything back'}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel this order?"
        confirm="Cancel the order"
        cancel={side === 'maker' ? 'Keep it' : 'Go on waiting'}
        danger
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate(undefined)}
      >
        {side === 'maker'
          ? `All ${back} go back to ${firstName(order.buyer)}, and the piece can be sold again. It counts as a strike: who pays for a piece relies on getting it.`
          : `All ${back} go back the way you paid. Your bank shows them within a few days.`}
        <TextField
          className="mt-4"
          label={`A word to ${firstName(side === 'maker' ? order.buyer : order.maker)}`}
          optional
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {cancel.isError && (
          <span role="alert" className="mt-2 block text-14 text-madder">
            {sentenceOf(cancel.error)}
          </span>
        )}
      </ConfirmDialog>
    </>
  );
}
