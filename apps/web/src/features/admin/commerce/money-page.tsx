// The books at a glance: what waits for a person, what each account holds, and whether the provider agrees.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { format } from '@videowindow/contract';
import type { Incident } from '@videowindow/contract/api/desk';
import { Button, Card, Page, Section, StatusChip, useVoice } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { newKey } from '../../../lib/new-key.ts';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';
import { balanced } from '../../commerce/money/money-words.ts';
import { accountWords, incidentWords } from './desk-words.ts';
import { ReasonForm } from './reason-form.tsx';
import { SearchBox } from './search-box.tsx';

type Overview = Answer<'GET /admin/money'>;

export function AdminMoneyPage() {
  useTitle('Money');
  const query = useQuery({ ...read('GET /admin/money'), refetchInterval: 30_000 });
  return (
    <Page title="Money" intro="What waits for you, and what the books say.">
      <SearchBox />
      <Loaded query={query}>{(overview) => <Desk overview={overview} />}</Loaded>
    </Page>
  );
}

function Desk({ overview }: { overview: Overview }) {
  const open = overview.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const closed = overview.incidents.filter(({ resolvedAt }) => resolvedAt !== null);
  const calm =
    open.length +
      overview.quarantined.length +
      overview.stuckLocks.length +
      overview.openDisputes +
      overview.openCases ===
    0;
  return (
    <>
      <Section title="Waits for you">
        {calm && (
          <Card>
            <p className="text-ink-2">
              {overview.comparedAt
                ? 'Nothing. The books agree, nobody disputes a payment, no piece hangs.'
                : 'Nothing. Nobody disputes a payment, no piece hangs.'}
            </p>
          </Card>
        )}
        <ul className="grid gap-3">
          {open.map((incident) => (
            <li key={incident.id}>
              <OpenIncident incident={incident} />
            </li>
          ))}
          {overview.quarantined.map((payment) => (
            <li key={payment.id}>
              <Card>
                <StatusChip tone="bad">Put aside</StatusChip>
                <p className="mt-2 font-semibold">
                  <Way to="/admin/payments/$id" id={payment.id}>
                    {payment.received ? format(payment.received) : 'Money'} came where {format(payment.expected)} was
                    agreed
                  </Way>
                </p>
                <p className="mt-1 text-14 text-ink-3">
                  {dateTime(payment.at)}. It buys nothing. Open it and give it back to the buyer; then the piece can be
                  paid anew.
                </p>
              </Card>
            </li>
          ))}
          {overview.stuckLocks.map((lock) => (
            <li key={lock.id}>
              <StuckLock lock={lock} />
            </li>
          ))}
          {overview.openCases > 0 && (
            <li>
              <Card>
                <StatusChip tone="due">
                  {overview.openCases === 1 ? "A maker's payouts wait" : `${overview.openCases} makers' payouts wait`}
                </StatusChip>
                <p className="mt-2">
                  <Link to="/admin/cases" className="text-indigo underline underline-offset-2">
                    Look and decide
                  </Link>
                </p>
              </Card>
            </li>
          )}
          {overview.openDisputes > 0 && (
            <li>
              <Card>
                <StatusChip tone="due">
                  {overview.openDisputes === 1 ? 'A dispute is open' : `${overview.openDisputes} disputes are open`}
                </StatusChip>
                <p className="mt-2">
                  <Link to="/admin/disputes" className="text-indigo underline underline-offset-2">
                    See them
                  </Link>
                  <span className="text-14 text-ink-3"> · what was gathered is sent a day before the bank's date.</span>
                </p>
              </Card>
            </li>
          )}
        </ul>
      </Section>
      <Section title="Accounts" aside={<Compare comparedAt={overview.comparedAt} />}>
        <dl className="overflow-hidden rounded-card border border-line bg-sheet">
          {overview.accounts.map(({ account, balance }) => (
            <div key={account} className="flex justify-between gap-4 border-b border-line px-4 py-2.5 last:border-b-0">
              <dt>{accountWords[account]}</dt>
              <dd className="figures font-semibold">{balanced(balance.amount, balance.currency)}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-2 text-14 text-ink-3">
          What we have is above zero, what we owe or earned below. Together they are nothing, always.
        </p>
      </Section>
      {closed.length > 0 && (
        <Section title="Differences that are over">
          <ul className="grid gap-2 text-14 text-ink-2">
            {closed.map((incident) => (
              <li key={incident.id}>
                {dateTime(incident.resolvedAt ?? incident.openedAt)} · {incidentWords[incident.kind].label} ·{' '}
                {incident.note}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Way({ to, id, children }: { to: '/admin/payments/$id'; id: string; children: ReactNode }) {
  return (
    <Link to={to} params={{ id }} className="text-indigo underline underline-offset-2">
      {children}
    </Link>
  );
}

/** After an act the desk is read again. */
const useFreshDesk = () => {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keyOf('GET /admin/money') });
};

function OpenIncident({ incident }: { incident: Incident }) {
  const freshen = useFreshDesk();
  const close = useMutation({
    mutationFn: (note: string) =>
      client.call('POST /admin/incidents/:id/close', { params: { id: incident.id }, body: { note } }),
    onSuccess: freshen,
  });
  const { label, todo } = incidentWords[incident.kind];
  return (
    <Card className="grid gap-3">
      <div>
        <StatusChip tone="bad">The books differ</StatusChip>
        <p className="mt-2 font-semibold">
          {incident.paymentId ? (
            <Way to="/admin/payments/$id" id={incident.paymentId}>
              {label}
            </Way>
          ) : (
            `${label}: ${incident.subject}`
          )}
        </p>
        <p className="figures mt-1 text-14 text-ink-2">
          Our books: {format(incident.ours)} · the provider's: {format(incident.theirs)} · since{' '}
          {dateTime(incident.openedAt)}
        </p>
        <p className="mt-1 text-14 text-ink-3">{todo}</p>
      </div>
      <details>
        <summary className="min-h-11 cursor-pointer py-2 text-14 font-semibold text-indigo">
          Close it with a note
        </summary>
        <ReasonForm
          label="Why it is no difference"
          button="Close it"
          busy={close.isPending}
          error={close.error}
          onSubmit={(note) => close.mutate(note)}
        />
      </details>
    </Card>
  );
}

function StuckLock({ lock }: { lock: Overview['stuckLocks'][number] }) {
  const freshen = useFreshDesk();
  const release = useMutation({
    mutationFn: (reason: string) =>
      client.call('POST /admin/locks/:id/release', {
        params: { id: lock.id },
        body: { reason },
        idempotencyKey: newKey(),
      }),
    onSuccess: freshen,
  });
  return (
    <Card className="grid gap-3">
      <div>
        <StatusChip tone="due">Hangs</StatusChip>
        <p className="mt-2 font-semibold">{lock.title} is still reserved</p>
        <p className="mt-1 text-14 text-ink-3">
          Since {dateTime(lock.since)} the provider has not said that its checkout is closed. It is asked again by
          itself. Free the piece by hand only when the provider's own page shows that nothing can be paid any more; a
          payment that comes after all goes back by itself.
        </p>
      </div>
      <details>
        <summary className="min-h-11 cursor-pointer py-2 text-14 font-semibold text-indigo">Free it by hand</summary>
        <ReasonForm
          label="Why it is safe"
          button="Free the piece"
          danger
          busy={release.isPending}
          error={release.error}
          onSubmit={(reason) => release.mutate(reason)}
        />
      </details>
    </Card>
  );
}

function Compare({ comparedAt }: { comparedAt: string | null }) {
  const freshen = useFreshDesk();
  const { toast } = useVoice();
  const compare = useMutation({
    mutationFn: () => client.call('POST /admin/money/compare', { idempotencyKey: newKey() }),
    onSuccess: async ({ differences }) => {
      await freshen();
      toast({ text: differences === 0 ? 'The books agree.' : `The books differ in ${differences}.` });
    },
    onError: (error) => toast({ text: sentenceOf(error) }),
  });
  return (
    <span className="flex flex-wrap items-center justify-end gap-3">
      <span className="text-14 text-ink-3">
        {comparedAt ? `Compared ${dateTime(comparedAt)}` : 'Never compared so far'}
      </span>
      <Button size="small" variant="secondary" busy={compare.isPending} onClick={() => compare.mutate()}>
        Compare now
      </Button>
    </span>
  );
}
