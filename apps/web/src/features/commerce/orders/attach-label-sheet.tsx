import type { Issue, Order } from '@videowindow/contract/api/commerce';
import { Button, FormProblem, Sheet, TextField } from '@videowindow/ui';
import { useState } from 'react';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName } from '../order-words.ts';
import { type ChosenPdf, PdfField } from './pdf-field.tsx';
import { useLabelChange } from './use-label.ts';

/** A label that was bought at a carrier's own page. */
export function AttachLabelSheet({ issue, order, onClose }: { issue: Issue; order: Order; onClose: () => void }) {
  const [carrier, setCarrier] = useState('');
  const [number, setNumber] = useState('');
  const [file, setFile] = useState<ChosenPdf | null>(null);
  const buyer = firstName(order.buyer);
  const give = useLabelChange(
    { issue, order },
    (pdf: string) =>
      client.call('POST /issues/:id/label', {
        params: { id: issue.id },
        body: { carrier: carrier.trim(), pdf, ...(number.trim() && { trackingNumber: number.trim() }) },
      }),
    onClose,
  );
  const complete = carrier.trim() !== '' && file !== null;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="A label of your own"
      subtitle={`${buyer} prints it and takes the parcel to the carrier`}
      footer={
        <Button
          wide
          size="large"
          busy={give.isPending}
          disabled={!complete}
          onClick={() => file && complete && give.mutate(file.base64)}
        >
          Give it to {buyer}
        </Button>
      }
    >
      <div className="grid gap-4">
        <TextField
          label="Carrier"
          maxLength={60}
          value={carrier}
          onChange={(event) => setCarrier(event.target.value)}
          autoFocus
        />
        <TextField
          label="Tracking number"
          optional
          maxLength={60}
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          hint="So that both of you see where the parcel is."
        />
        <PdfField label="Choose the label (PDF)" value={file} onChange={setFile} />
        {give.isError && <FormProblem>{sentenceOf(give.error)}</FormProblem>}
      </div>
    </Sheet>
  );
}
