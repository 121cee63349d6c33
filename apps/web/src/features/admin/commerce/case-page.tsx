// One case: what looked unusual, the sums behind it, and the two things that a person can decide.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { MoneyCase } from '@videowindow/contract/api/commerce';
import { Card, Section, Timeline } from '@videowindow/ui';
import { useRef } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { newKey } from '../../../lib/new-key.ts';
import { keyOf, read } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';
import { caseStates, signalWords, stepWords } from './case-words.ts';
import { DeskPage, Standing } from './desk-page.tsx';
import { Who } from './order-page.tsx';
import { ReasonForm } from './reason-form.tsx';

const route = getRouteApi('/signed-in/desk/admin/cases/$id');

export function AdminCasePage() {
  const { id } = route.useParams();
  useTitle('Held payouts');
  const query = useQuery(read('GET /admin/cases/:id', { params: { id } }));
  return <Loaded query={query}>{(found) => <Case found={found} />}</Loaded>;
}

function Case({ found }: { found: MoneyCase }) {
  const { label, tone } = caseStates[found.state];
  return (
    <DeskPage
      back="/admin/cases"
      title={`Payouts of ${found.maker?.displayName ?? 'somebody who is gone'}`}
      intro={
        <>
          <Who person={found.maker} /> · {format(found.waiting)} of finished sales wait
        </>
      }
    >
      <Standing tone={tone} label={label} />
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div>
          <Section title="What looked unusual">
            <ul className="grid gap-3">
              {found.signals.map((signal) => (
                <li key={signal}>
                  <Card>
                    <p className="font-semibold">{signalWords[signal].label}</p>
                    <p className="mt-1 text-14 text-ink-2">{signalWords[signal].look}</p>
                  </Card>
                </li>
              ))}
            </ul>
            {found.facts && <Facts facts={found.facts} />}
          </Section>
          {found.possible.includes('release') && (
            <Section title="All is well">
              <Decide found={found} command="release" />
            </Section>
          )}
          {found.possible.includes('keep') && (
            <Section title="Hold it on">
              <Decide found={found} command="keep" />
            </Section>
          )}
        </div>
        <section aria-label="What was decided">
          <Timeline
            steps={found.steps.map(({ command, by, reason, at }, index) => ({
              key: `${index}`,
              title: stepWords[command],
              note: [dateTime(at), by ? by.displayName : 'by itself', reason].filter(Boolean).join(' · '),
              state: 'done',
            }))}
          />
        </section>
      </div>
    </DeskPage>
  );
}

function Facts({ facts }: { facts: NonNullable<MoneyCase['facts']> }) {
  const lines = [
    ['Sold in 24 hours', format(facts.today)],
    ['Sold on a usual day', format(facts.usualDay)],
    ['Orders of 30 days', String(facts.sales)],
    ['Of them given back', String(facts.refunded)],
    ['Most bought with one card', String(facts.byOneCard)],
  ];
  return (
    <dl className="mt-3 overflow-hidden rounded-card border border-line bg-sheet">
      {lines.map(([label, value]) => (
        <div key={label} className="flex justify-between gap-4 border-b border-line px-4 py-2.5 last:border-b-0">
          <dt className="text-ink-3">{label}</dt>
          <dd className="figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const forms = {
  release: {
    words: 'What waits goes to the maker, unless a bank, a problem or their identity holds it as well.',
    button: 'Release the payouts',
    danger: false,
  },
  keep: {
    words: 'Their payouts go on waiting until somebody releases them. Their sales go on.',
    button: 'Hold the payouts on',
    danger: true,
  },
} as const;

function Decide({ found, command }: { found: MoneyCase; command: 'keep' | 'release' }) {
  const queries = useQueryClient();
  // One key for one decision: a repeat after a lost answer is the same act.
  const key = useRef(newKey());
  const decide = useMutation({
    mutationFn: (reason: string) =>
      client.call(command === 'keep' ? 'POST /admin/cases/:id/keep' : 'POST /admin/cases/:id/release', {
        params: { id: found.id },
        body: { reason },
        idempotencyKey: key.current,
      }),
    onSuccess: (now) => queries.setQueryData(keyOf('GET /admin/cases/:id', { params: { id: found.id } }), now),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['GET /admin/cases'] }),
  });
  const { words, button, danger } = forms[command];
  return (
    <Card>
      <p className="mb-3 text-14 text-ink-2">{words}</p>
      <ReasonForm
        label="Why"
        hint="The maker reads it when you hold it on; it is kept in any case."
        button={button}
        danger={danger}
        busy={decide.isPending}
        error={decide.error}
        onSubmit={(reason) => decide.mutate(reason)}
      />
    </Card>
  );
}
