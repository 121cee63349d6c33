// Where an issue stands and what can be done now; the buttons are the server's `possible`.
import { compare, format, money } from '@videowindow/contract';
import type { Issue, Order, OrderThread } from '@videowindow/contract/api/commerce';
import { Button, Card, ConfirmDialog, MoneyField, QuickAmounts, Sheet, StatusChip, TextArea } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName, otherOf, type Side } from '../order-words.ts';
import { issueChip, issueNext, reasonWords } from './issue-words.ts';
import { GiveLabel, ReturnLabelNote } from './return-label.tsx';
import { useThreadChange } from './use-thread.ts';

type Props = { order: Order; thread: OrderThread; issue: Issue; side: Side };
type Asking = 'agree' | 'refund' | 'resolve' | 'escalate' | 'propose';

export function IssueBox({ order, thread, issue, side }: Props) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const chip = issueChip(issue);
  const next = issueNext(issue, order, side);
  const other = firstName(otherOf(order, side));
  const can = (command: Asking) => issue.possible.includes(command);
  const { proposal } = issue;
  return (
    <Card className="mb-2 grid gap-3" aria-label="What is wrong">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-18 font-semibold">{reasonWords[issue.reason]}</h2>
        <StatusChip tone={chip.tone}>{chip.label}</StatusChip>
      </div>
      {next && <p className="max-w-text text-ink-2">{next}</p>}
      {proposal && issue.closedAt === null && (
        <p className="figures font-semibold">
          {proposal.by === side
            ? `You named ${format(proposal.amount)}; ${other} can agree.`
            : `${other} named ${format(proposal.amount)} of ${format(thread.left)}.`}
        </p>
      )}
      <ReturnLabelNote issue={issue} order={order} side={side} />
      {issue.possible.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {can('agree') && proposal && (
            <Button onClick={() => setAsking('agree')}>
              {side === 'buyer' ? `Take ${format(proposal.amount)}` : `Give ${format(proposal.amount)} back`}
            </Button>
          )}
          {can('propose') && (
            <Button variant="secondary" onClick={() => setAsking('propose')}>
              {side === 'maker' ? 'Offer an amount' : 'Name an amount'}
            </Button>
          )}
          {can('refund') && (
            <Button variant="secondary" onClick={() => setAsking('refund')}>
              Give everything back
            </Button>
          )}
          {side === 'maker' && <GiveLabel issue={issue} order={order} by="maker" />}
          {can('resolve') && (
            <Button variant="secondary" onClick={() => setAsking('resolve')}>
              All is well now
            </Button>
          )}
          {can('escalate') && (
            <Button variant="quiet" onClick={() => setAsking('escalate')}>
              Ask Video Window to decide
            </Button>
          )}
        </div>
      )}
      {asking === 'propose' && <ProposeSheet {...{ order, thread, issue, side }} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== 'propose' && (
        <Certain key={asking} {...{ order, thread, issue, side }} command={asking} onClose={() => setAsking(null)} />
      )}
    </Card>
  );
}

/** Asked twice, since none of these can be taken back. */
function Certain({
  order,
  thread,
  issue,
  side,
  command,
  onClose,
}: Props & { command: Exclude<Asking, 'propose'>; onClose: () => void }) {
  const key = useRef(newKey());
  const params = { id: issue.id };
  const amount = issue.proposal?.amount ?? thread.left;
  const step = useThreadChange(
    order,
    () => {
      switch (command) {
        case 'agree':
          return client.call('POST /issues/:id/agree', { params, body: { amount }, idempotencyKey: key.current });
        case 'refund':
          return client.call('POST /issues/:id/refund', { params, body: { text: '' }, idempotencyKey: key.current });
        case 'resolve':
          return client.call('POST /issues/:id/resolve', { params });
        case 'escalate':
          return client.call('POST /issues/:id/escalate', { params, body: { text: '' } });
      }
    },
    onClose,
  );
  const words = certainWords(command, order, side, format(amount), format(thread.left));
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      confirm={words.confirm}
      cancel="Not yet"
      danger={command === 'refund'}
      busy={step.isPending}
      onConfirm={() => step.mutate(undefined)}
    >
      {words.body}
      {step.isError && (
        <span role="alert" className="mt-2 block text-14 text-madder">
          {sentenceOf(step.error)}
        </span>
      )}
    </ConfirmDialog>
  );
}

function certainWords(command: Exclude<Asking, 'propose'>, order: Order, side: Side, amount: string, left: string) {
  const other = firstName(otherOf(order, side));
  switch (command) {
    case 'agree':
      return side === 'buyer'
        ? {
            title: `Take ${amount} back?`,
            confirm: 'Take it',
            body: `${amount} go back the way you paid, and with that it is settled. ${other} keeps the rest once the order is done.`,
          }
        : {
            title: `Give ${amount} back?`,
            confirm: 'Give it back',
            body: `${amount} of ${left} go back to ${other}, your part and our fee in proportion, and with that it is settled.`,
          };
    case 'refund':
      return {
        title: 'Give everything back?',
        confirm: 'Give it back',
        body: `All ${left} go back to ${other}, and the order is over. You get nothing for it, and we take no fee.`,
      };
    case 'resolve':
      return {
        title: 'Is all well now?',
        confirm: 'Yes, all is well',
        body: `It is settled with that, nothing goes back, and the order goes on as before.`,
      };
    case 'escalate':
      return {
        title: 'Shall we decide?',
        confirm: 'Ask for a decision',
        body: `A person looks at what both of you wrote and at the pictures, and decides within a week. Until then you can still agree with ${other}.`,
      };
  }
}

/** An amount that goes back, with a few words; it stands until the other side agrees or names another. */
function ProposeSheet({ order, thread, issue, side, onClose }: Props & { onClose: () => void }) {
  const { left } = thread;
  const half = money(Math.round(left.amount / 2), left.currency);
  const [chosen, setChosen] = useState<number | 'other'>(half.amount);
  const [own, setOwn] = useState<{ text: string; amount: typeof left | null }>({ text: '', amount: null });
  const [text, setText] = useState('');
  const other = firstName(otherOf(order, side));
  const propose = useThreadChange(
    order,
    (amount: typeof left) =>
      client.call('POST /issues/:id/propose', { params: { id: issue.id }, body: { amount, text: text.trim() } }),
    onClose,
  );
  const amount = chosen === 'other' ? own.amount : money(chosen, left.currency);
  const fits = amount !== null && amount.amount > 0 && compare(amount, left) <= 0;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={side === 'maker' ? 'Offer an amount' : 'Name an amount'}
      subtitle={`${format(left)} were paid and are still there`}
      footer={
        <Button
          wide
          size="large"
          busy={propose.isPending}
          disabled={!fits}
          onClick={() => amount && fits && propose.mutate(amount)}
        >
          {side === 'maker' ? 'Offer' : 'Ask for'} {fits && amount ? format(amount) : ''}
        </Button>
      }
    >
      <div className="grid gap-4">
        <QuickAmounts legend="What goes back" amounts={[half, left]} value={chosen} onChange={setChosen} />
        {chosen === 'other' && (
          <MoneyField
            label="Another amount"
            currency={left.currency}
            value={own.text}
            onChange={(typed, meant) => setOwn({ text: typed, amount: meant })}
            error={own.text !== '' && !fits ? `Write an amount up to ${format(left)}.` : undefined}
            autoFocus
          />
        )}
        <TextArea
          label={`A word to ${other}`}
          optional
          rows={2}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {propose.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(propose.error)}
          </p>
        )}
      </div>
    </Sheet>
  );
}
