// The label with which a piece goes back: what there is of it, and the two ways to give one.
import type { Issue, Order } from '@videowindow/contract/api/commerce';
import { Button } from '@videowindow/ui';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import { firstName, type Side, scanWords } from '../order-words.ts';
import { AttachLabelSheet } from './attach-label-sheet.tsx';
import { BuyLabelSheet } from './buy-label-sheet.tsx';
import { labelWords } from './issue-words.ts';

/** @param side null for staff, who are neither */
export function ReturnLabelNote({ issue, order, side }: { issue: Issue; order: Order; side: Side | null }) {
  const { label } = issue;
  if (!label) return null;
  return (
    <section aria-label="The label" className="grid gap-1 border-l-2 border-line pl-4">
      <p className="max-w-text text-ink-2">{labelWords(label, side, firstName(order.buyer))}</p>
      {label.scan && <p className="text-14 text-ink-3">{scanWords(label.scan)}</p>}
      {label.file && (
        <a
          href={`/api/v1/issues/${issue.id}/label/file`}
          download
          className="inline-flex min-h-11 items-center gap-2 justify-self-start text-indigo underline underline-offset-2"
        >
          <FileText aria-hidden size={18} />
          {side === 'buyer' ? 'Print the label (PDF)' : 'The label (PDF)'}
        </a>
      )}
    </section>
  );
}

/** The buttons of whoever may give one: the server's `possible`. */
export function GiveLabel({ issue, order, by }: { issue: Issue; order: Order; by: 'maker' | 'platform' }) {
  const [giving, setGiving] = useState<'attach' | 'buy' | null>(null);
  const close = () => setGiving(null);
  const again = issue.label !== null;
  return (
    <>
      {issue.possible.includes('buyLabel') && (
        <Button variant="secondary" onClick={() => setGiving('buy')}>
          {again ? 'Buy another label' : 'Buy a label to send it back'}
        </Button>
      )}
      {issue.possible.includes('attachLabel') && (
        <Button variant="quiet" onClick={() => setGiving('attach')}>
          {again ? 'Add another label' : 'Add a label of your own'}
        </Button>
      )}
      {giving === 'buy' && <BuyLabelSheet {...{ issue, order, by }} onClose={close} />}
      {giving === 'attach' && <AttachLabelSheet {...{ issue, order }} onClose={close} />}
    </>
  );
}
