// A payment: its parts, what went back, what went out, and every line of the ledger about it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Payment } from '@videowindow/contract/api/commerce';
import { Button, Card, ConfirmDialog, FormProblem, Section, type Tone } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { newKey } from '../../../lib/new-key.ts';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { TextLink } from '../../../lib/text-link.tsx';
import { useTitle } from '../../../lib/title.ts';
import { DeskPage, Standing } from './desk-page.tsx';
import { DisputeRow } from './disputes-page.tsx';
import { LedgerEntries } from './ledger-entries.tsx';

const route = getRouteApi('/signed-in/desk/admin/payments/$id');

const tones: Partial<Record<Payment['state'], Tone>> = {
  captured: 'good',
  partially_refunded: 'due',
  refunded: 'plain',
  late_refunded: 'plain',
  quarantined: 'bad',
  failed: 'bad',
  expired: 'plain',
};

export function AdminPaymentPage() {
  const { id } = route.useParams();
  useTitle('Payment');
  const payment = useQuery(read('GET /payments/:id', { params: { id } }));
  const ledger = useQuery(read('GET /admin/payments/:id/ledger', { params: { id } }));
  return (
    <Loaded query={payment}>
      {(paid) => (
        <DeskPage
          title={`Payment of ${format(paid.amount)}`}
          intro={`${paid.title} · ${dateTime(paid.capturedAt ?? paid.at)}`}
        >
          <Standing tone={tones[paid.state] ?? 'info'} label={paid.state.replaceAll('_', ' ')}>
            {paid.orderId && (
              <TextLink to="/admin/orders/$id" params={{ id: paid.orderId }}>
                Its order
              </TextLink>
            )}
          </Standing>
          {paid.state === 'quarantined' && <Quarantined payment={paid} />}
          <Parts payment={paid} />
          <Loaded query={ledger}>
            {({ entries, disputes }) => (
              <>
                {disputes.length > 0 && (
                  <Section title="Disputes">
                    <ul className="overflow-hidden rounded-card border border-line bg-sheet">
                      {disputes.map((dispute) => (
                        <DisputeRow key={dispute.id} dispute={dispute} />
                      ))}
                    </ul>
                  </Section>
                )}
                <Section title="The ledger's lines">
                  <LedgerEntries entries={entries} />
                </Section>
              </>
            )}
          </Loaded>
        </DeskPage>
      )}
    </Loaded>
  );
}

/** Money that is not what was agreed: what it is, and the one thing to do. */
function Quarantined({ payment }: { payment: Payment }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const key = useRef(newKey());
  const giveBack = useMutation({
    mutationFn: () =>
      client.call('POST /payments/:id/refund', {
        params: { id: payment.id },
        body: { reason: 'quarantine' },
        idempotencyKey: key.current,
      }),
    onSuccess: () => {
      setAsking(false);
      void queries.invalidateQueries({ queryKey: keyOf('GET /payments/:id') });
      void queries.invalidateQueries({ queryKey: keyOf('GET /admin/payments/:id/ledger') });
    },
  });
  return (
    <Card className="mb-6 grid gap-3">
      <p>
        {payment.received ? format(payment.received) : 'Money'} came where {format(payment.amount)} was agreed. It is
        put aside and buys nothing. Give it back; then the buyer can pay anew, while the piece is still reserved for
        them.
      </p>
      {giveBack.isError && <FormProblem>{sentenceOf(giveBack.error)}</FormProblem>}
      <Button
        variant="secondary"
        className="justify-self-start"
        busy={giveBack.isPending}
        onClick={() => setAsking(true)}
      >
        Give it back
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Give the money back?"
        confirm="Give it back"
        busy={giveBack.isPending}
        onConfirm={() => giveBack.mutate()}
      >
        All of it goes back to the buyer. This cannot be undone.
      </ConfirmDialog>
    </Card>
  );
}

function Parts({ payment }: { payment: Payment }) {
  return (
    <div className="grid gap-3 md:grid-cols-2">
      {payment.shares.map((share) => (
        <Card key={share.makerId}>
          <h2 className="text-14 font-semibold text-ink-2">The maker's part</h2>
          <dl className="figures mt-2 grid gap-1 text-14">
            <Line label="Theirs" value={format(share.payable)} />
            <Line label="Our fee" value={format(share.fee)} />
            {share.tax.amount > 0 && <Line label="Tax that we pay" value={format(share.tax)} />}
            <Line label="Went back" value={format(share.returned)} />
            <Line
              label="Sent to them"
              value={
                share.transfer
                  ? `${format(share.transfer.amount)}, ${share.transfer.state}${share.transfer.reversed.amount > 0 ? `, ${format(share.transfer.reversed)} taken back` : ''}`
                  : 'not yet'
              }
            />
          </dl>
        </Card>
      ))}
      {payment.refunds.map((refund) => (
        <Card key={refund.id}>
          <h2 className="text-14 font-semibold text-ink-2">A refund</h2>
          <dl className="figures mt-2 grid gap-1 text-14">
            <Line label="Amount" value={format(refund.amount)} />
            <Line label="Why" value={`${refund.reason}${refund.note ? `: ${refund.note}` : ''}`} />
            <Line label="State" value={refund.state} />
            <Line label="When" value={dateTime(refund.at)} />
          </dl>
        </Card>
      ))}
    </div>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-ink-3">{label}</dt>
      <dd className="text-right">{value}</dd>
    </div>
  );
}
