// Orders that their two sides could not settle: what was said, the evidence, and how much goes back.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { compare, format, money } from '@videowindow/contract';
import type { Issue, Order, OrderThread } from '@videowindow/contract/api/commerce';
import {
  Button,
  Card,
  EmptyState,
  MoneyField,
  Page,
  QuickAmounts,
  Section,
  StatusChip,
  TextArea,
  Timeline,
  useServerNow,
  useVoice,
} from '@videowindow/ui';
import { Scale } from 'lucide-react';
import { useRef, useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { focusProblem } from '../../lib/focus-problem.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { newKey } from '../../lib/new-key.ts';
import { Paged } from '../../lib/paged.tsx';
import { keyOf, read, readPages, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { orderSteps } from '../commerce/order-words.ts';
import { issueChip, reasonWords } from '../commerce/orders/issue-words.ts';
import { GiveLabel, ReturnLabelNote } from '../commerce/orders/return-label.tsx';
import { Messages } from '../commerce/orders/thread.tsx';

/** What waits for a decision, most urgent first. */
export function IssueQueue() {
  const issues = useInfiniteQuery({ ...readPages('GET /moderation/issues', { query: {} }), refetchInterval: 30_000 });
  const now = useServerNow(60_000);
  return (
    <Paged
      query={issues}
      empty={
        <EmptyState icon={<Scale aria-hidden size={26} />} title="Nothing to decide">
          When a buyer and a maker cannot agree about an order, it comes here with what both of them wrote.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
          {items.map(({ issue, order }) => {
            const late = issue.decideBy !== null && Date.parse(issue.decideBy) < now;
            return (
              <li key={issue.id}>
                <Link
                  to="/moderation/issues/$issueId"
                  params={{ issueId: issue.id }}
                  className="grid gap-1 rounded-card border border-line bg-sheet p-4 transition-colors duration-120 hover:border-line-strong"
                >
                  <span className="flex items-start justify-between gap-3">
                    <span className="font-semibold">{reasonWords[issue.reason]}</span>
                    <StatusChip tone={late ? 'bad' : 'due'}>
                      {late ? 'Overdue' : `by ${issue.decideBy ? dateTime(issue.decideBy) : ''}`}
                    </StatusChip>
                  </span>
                  <span className="text-ink-2">
                    {order.storyTitle} · {format(order.total)}
                  </span>
                  <span className="text-14 text-ink-3">
                    {order.buyer.displayName} bought it from {order.maker.displayName} · order {order.number}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Paged>
  );
}

const route = getRouteApi('/signed-in/moderation/issues/$issueId');

/** One of them, with everything on one page. */
export function IssuePage() {
  const { issueId } = route.useParams();
  const query = useQuery(read('GET /moderation/issues/:id', { params: { id: issueId } }));
  useTitle(query.data ? `Order ${query.data.order.number}` : 'Issue');
  return (
    <Loaded query={query}>
      {({ issue, order, thread }) => {
        const chip = issueChip(issue);
        return (
          <Page
            over={`Order ${order.number} · ${order.storyTitle}`}
            title={reasonWords[issue.reason]}
            actions={<StatusChip tone={chip.tone}>{chip.label}</StatusChip>}
          >
            <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_25rem]">
              <section aria-label="What was said">
                <Messages messages={thread.messages} order={order} side={null} />
              </section>
              <div className="grid content-start gap-6">
                {issue.possible.includes('decide') && <Decide issue={issue} order={order} thread={thread} />}
                {(issue.label || issue.possible.includes('attachLabel')) && (
                  <Section title="Sending it back">
                    <div className="grid justify-items-start gap-3">
                      <ReturnLabelNote issue={issue} order={order} side={null} />
                      <GiveLabel issue={issue} order={order} by="platform" />
                    </div>
                  </Section>
                )}
                <Section title="What happened">
                  <p className="mb-3 text-14 text-ink-3">
                    {order.buyer.displayName} (@{order.buyer.handle}) bought it from {order.maker.displayName} (@
                    {order.maker.handle}) for {format(order.total)}
                    {order.shipment && `; sent with ${order.shipment.carrier}, ${order.shipment.trackingNumber}`}.
                  </p>
                  <Timeline steps={orderSteps(order, 'maker')} />
                  <p className="mt-3">
                    <Link
                      to="/s/$storyId"
                      params={{ storyId: order.storyId }}
                      className="text-indigo underline underline-offset-2"
                    >
                      The story of the piece
                    </Link>
                  </p>
                </Section>
              </div>
            </div>
          </Page>
        );
      }}
    </Loaded>
  );
}

function Decide({ issue, order, thread }: { issue: Issue; order: Order; thread: OrderThread }) {
  const { left } = thread;
  const queries = useQueryClient();
  const { toast } = useVoice();
  const none = money(0, left.currency);
  const half = money(Math.round(left.amount / 2), left.currency);
  const [chosen, setChosen] = useState<number | 'other'>(left.amount);
  const [own, setOwn] = useState<{ text: string; amount: typeof left | null }>({ text: '', amount: null });
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const key = useRef(newKey());
  const amount = chosen === 'other' ? own.amount : money(chosen, left.currency);
  const fits = amount !== null && compare(amount, left) <= 0;
  const written = reason.trim();
  const decide = useMutation({
    mutationFn: (refund: typeof left) =>
      client.call('POST /issues/:id/decide', {
        params: { id: issue.id },
        body: { refund, reason: written },
        idempotencyKey: key.current,
      }),
    onSuccess: () => {
      toast({ text: 'Decided. Both are told why.', tone: 'good' });
      void queries.invalidateQueries({ queryKey: keyOf('GET /moderation/issues/:id', { params: { id: issue.id } }) });
      void queries.invalidateQueries({ queryKey: ['GET /moderation/issues'] });
    },
    onError: () => {
      key.current = newKey();
    },
  });
  return (
    <Card>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!written || !fits || !amount) focusProblem(event.currentTarget);
          else if (!decide.isPending) decide.mutate(amount);
        }}
      >
        <h2 className="text-18 font-semibold">What goes back to {order.buyer.displayName}?</h2>
        <QuickAmounts legend={`Of ${format(left)}`} amounts={[left, half, none]} value={chosen} onChange={setChosen} />
        {chosen === 'other' && (
          <MoneyField
            label="Another amount"
            currency={left.currency}
            value={own.text}
            onChange={(typed, meant) => setOwn({ text: typed, amount: meant })}
            error={tried && !fits ? `Write an amount up to ${format(left)}.` : undefined}
          />
        )}
        <TextArea
          label="Why?"
          maxLength={4000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          error={tried && !written ? 'Both read this; write what decided it.' : undefined}
          hint="Both of them read this."
        />
        {decide.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(decide.error)}
          </p>
        )}
        <Button type="submit" size="large" wide busy={decide.isPending}>
          {fits && amount && amount.amount > 0 ? `Give ${format(amount)} back` : 'Give nothing back'}
        </Button>
      </form>
    </Card>
  );
}
