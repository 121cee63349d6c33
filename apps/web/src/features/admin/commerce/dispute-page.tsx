// One dispute: what happened, what the bank gets to read, and the button that sends it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { format } from '@videowindow/contract';
import { Card, Section, Timeline, type TimelineStep } from '@videowindow/ui';
import { useRef } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { newKey } from '../../../lib/new-key.ts';
import { keyOf, read } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { TextLink } from '../../../lib/text-link.tsx';
import { useTitle } from '../../../lib/title.ts';
import { EntryList, EvidenceList, PicturesFile } from '../../commerce/disputes/evidence-list.tsx';
import { DeskPage, Standing } from './desk-page.tsx';
import { disputeStates, momentWords } from './desk-words.ts';
import { ReasonForm } from './reason-form.tsx';

const route = getRouteApi('/signed-in/desk/admin/disputes/$id');

type View = Answer<'GET /admin/disputes/:id'>;

export function AdminDisputePage() {
  const { id } = route.useParams();
  useTitle('Dispute');
  const query = useQuery({ ...read('GET /admin/disputes/:id', { params: { id } }), refetchInterval: 15_000 });
  return <Loaded query={query}>{(dispute) => <DisputeView dispute={dispute} />}</Loaded>;
}

function DisputeView({ dispute }: { dispute: View }) {
  const { label, tone } = disputeStates[dispute.state];
  const steps: TimelineStep[] = dispute.timeline.map(({ kind, at, note }, index) => ({
    key: `${index}`,
    title: momentWords[kind] ?? kind.replaceAll('_', ' '),
    note: `${dateTime(at)}${note ? ` · ${note}` : ''}`,
    state: kind === 'lost' ? 'failed' : 'done',
  }));
  const waits = dispute.state === 'opened' || dispute.state === 'evidence_due';
  if (waits && dispute.evidenceDue) {
    steps.push({ key: 'due', title: 'The bank stops listening', note: dateTime(dispute.evidenceDue), state: 'next' });
  }
  return (
    <DeskPage
      back="/admin/disputes"
      title={`${dispute.inquiry ? 'Question' : 'Dispute'} about ${format(dispute.amount)}`}
      intro={
        <>
          {dispute.title ? `“${dispute.title}”, ` : ''}
          {dispute.reason.replaceAll('_', ' ')} · {dispute.providerId}
        </>
      }
    >
      <Standing tone={tone} label={label}>
        {dispute.orderId && (
          <TextLink to="/admin/orders/$id" params={{ id: dispute.orderId }}>
            Order {dispute.orderNumber}
          </TextLink>
        )}
        <TextLink to="/admin/payments/$id" params={{ id: dispute.paymentId }}>
          The payment and its lines
        </TextLink>
      </Standing>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div>
          <Section title={waits ? 'What the bank will read' : 'What the bank was told'}>
            <EvidenceList evidence={dispute.evidence} />
            <PicturesFile disputeId={dispute.id} />
          </Section>
          {dispute.entries.length > 0 && (
            <Section title="What the maker added">
              <EntryList disputeId={dispute.id} entries={dispute.entries} />
            </Section>
          )}
          {dispute.possible.includes('submit') && (
            <Section title="Send it now">
              <SendEvidence id={dispute.id} />
            </Section>
          )}
        </div>
        <section aria-label="What happened">
          <Timeline steps={steps} />
        </section>
      </div>
    </DeskPage>
  );
}

function SendEvidence({ id }: { id: string }) {
  const queries = useQueryClient();
  // One key for one decision: a repeat after a lost answer is the same act.
  const key = useRef(newKey());
  const send = useMutation({
    mutationFn: (remark: string) =>
      client.call('POST /admin/disputes/:id/submit', { params: { id }, body: { remark }, idempotencyKey: key.current }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf('GET /admin/disputes/:id') }),
  });
  return (
    <Card>
      <p className="mb-3 text-14 text-ink-2">
        It can be sent once. If you wait, it is sent as it stands a day before the bank stops listening.
      </p>
      <ReasonForm
        label="A remark for the bank (you may leave it empty)"
        button="Send to the bank"
        optional
        busy={send.isPending}
        error={send.error}
        onSubmit={(remark) => send.mutate(remark)}
      />
    </Card>
  );
}
