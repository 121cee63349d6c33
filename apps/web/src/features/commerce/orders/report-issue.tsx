import type { IssueReason, Order } from '@videowindow/contract/api/commerce';
import { Button, Select, Sheet, TextArea, useVoice } from '@videowindow/ui';
import { LifeBuoy } from 'lucide-react';
import { useState } from 'react';
import { useSite } from '../../../app/site.tsx';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName } from '../order-words.ts';
import { days } from '../sale-words.ts';
import { reasonWords } from './issue-words.ts';
import { PicturesField, type SentPicture } from './pictures-field.tsx';
import { useThreadChange } from './use-thread.ts';

/** The buyer's way to say that something is wrong. */
export function ReportIssue({ order, reasons }: { order: Order; reasons: readonly IssueReason[] }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="mt-6">
      <Button variant="quiet" icon={<LifeBuoy aria-hidden size={18} />} onClick={() => setOpen(true)}>
        Something is wrong
      </Button>
      {open && <IssueSheet order={order} reasons={reasons} onClose={() => setOpen(false)} />}
    </div>
  );
}

function IssueSheet({
  order,
  reasons,
  onClose,
}: {
  order: Order;
  reasons: readonly IssueReason[];
  onClose: () => void;
}) {
  const { toast } = useVoice();
  const answerDays = useSite()?.answerDays;
  const maker = firstName(order.maker);
  const [reason, setReason] = useState<IssueReason | ''>(reasons.length === 1 ? (reasons[0] ?? '') : '');
  const [text, setText] = useState('');
  const [pictures, setPictures] = useState<readonly SentPicture[]>([]);
  const [tried, setTried] = useState(false);
  const open = useThreadChange(
    order,
    (body: { reason: IssueReason; text: string; pictures: string[] }) =>
      client.call('POST /orders/:id/issues', { params: { id: order.id }, body }),
    () => {
      onClose();
      toast({ text: `${maker} is told, and your money is held until it is settled.`, tone: 'good' });
    },
  );
  const written = text.trim();
  return (
    <Sheet
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="What is wrong?"
      subtitle={`${order.storyTitle} · order ${order.number}`}
    >
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!reason || !written) focusProblem(event.currentTarget);
          else if (!open.isPending) open.mutate({ reason, text: written, pictures: pictures.map(({ id }) => id) });
        }}
      >
        <Select
          label="What is it?"
          placeholder="Choose"
          options={reasons.map((value) => ({ value, label: reasonWords[value] }))}
          value={reason}
          // The options are reasons.
          onChange={(event) => setReason(event.target.value as IssueReason)}
          error={tried && !reason ? 'Choose what fits best.' : undefined}
        />
        <TextArea
          label="Tell it in your words"
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={tried && !written ? `Write what ${maker} should know.` : undefined}
          hint={`${maker} reads this, and we do if we are asked to decide.`}
        />
        {reason === 'return' && (
          <p className="text-14 text-ink-2">
            {maker} takes it back within {order.returns.days} days of its arrival;{' '}
            {order.returns.postage === 'maker' ? `${maker} pays` : 'you pay'} for the parcel. Agree on the way first,
            then write the tracking number into your messages.
          </p>
        )}
        <PicturesField pictures={pictures} onChange={setPictures} label="Add pictures of it" />
        <p className="text-14 text-ink-3">
          {maker} answers{answerDays && ` within ${days(answerDays)}`}. You agree on something together, or we decide.
          Until then the money stays with us.
        </p>
        {open.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(open.error)}
          </p>
        )}
        <Button type="submit" wide size="large" busy={open.isPending}>
          Tell {maker}
        </Button>
      </form>
    </Sheet>
  );
}
