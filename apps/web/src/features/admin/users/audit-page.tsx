import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { Button, buttonClass, EmptyState, FormProblem, Page, TextField } from '@videowindow/ui';
import { Download, ScrollText, Search, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Paged } from '../../../lib/paged.tsx';
import { readPages, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';
import { AdminTabs } from './admin-tabs.tsx';
import { AuditRows } from './audit-rows.tsx';

const route = getRouteApi('/signed-in/desk/admin/audit');

type Proof = Answer<'POST /admin/audit/verify'>;

/** Everything that was ever done here that matters, newest first. */
export function AdminAuditPage() {
  useTitle('Audit log');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [action, setAction] = useState(search.action ?? '');
  const [day, setDay] = useState(search.day ?? '');
  const query = {
    ...(search.action ? { action: search.action } : {}),
    ...(search.day ? dayOf(search.day) : {}),
  };
  const log = useInfiniteQuery(readPages('GET /admin/audit', { query }));
  const file = `/api/v1/admin/audit/file?${new URLSearchParams(query)}`;
  return (
    <Page
      title="Audit log"
      intro="What was done, by whom, and what it changed. Nothing here can be changed or taken out."
    >
      <AdminTabs />
      <search>
        <form
          className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_auto_auto] sm:items-end"
          onSubmit={(event) => {
            event.preventDefault();
            void navigate({ search: { action: action.trim() || undefined, day: day || undefined } });
          }}
        >
          <TextField
            label="Area or act"
            placeholder="session, user.banned, payment.refunded"
            value={action}
            maxLength={60}
            pattern="[a-z_]+(\.[a-z_]+)?"
            onChange={(event) => setAction(event.target.value)}
          />
          <TextField label="Day" type="date" value={day} onChange={(event) => setDay(event.target.value)} />
          <Button type="submit" variant="secondary" icon={<Search aria-hidden size={18} />}>
            Find
          </Button>
        </form>
      </search>
      <div className="my-5 flex flex-wrap items-start gap-2">
        <ProveButton />
        <a href={file} download className={buttonClass({ variant: 'quiet' })}>
          <Download aria-hidden size={18} />
          Save as a file
        </a>
      </div>
      <Paged
        query={log}
        empty={
          <EmptyState icon={<ScrollText aria-hidden size={26} />} title="Nothing of this kind">
            Nothing like that was done. Try the area alone, or another day.
          </EmptyState>
        }
      >
        {(items) => <AuditRows entries={items} />}
      </Paged>
    </Page>
  );
}

/** A day in the person's own zone. */
const dayOf = (day: string): { from: string; to: string } => {
  const from = new Date(`${day}T00:00:00`);
  const to = new Date(from);
  to.setDate(to.getDate() + 1);
  return { from: from.toISOString(), to: to.toISOString() };
};

function ProveButton() {
  const prove = useMutation({ mutationFn: () => client.call('POST /admin/audit/verify') });
  return (
    <div className="grid gap-2">
      <Button
        variant="secondary"
        busy={prove.isPending}
        icon={<ShieldCheck aria-hidden size={18} />}
        onClick={() => prove.mutate()}
      >
        Prove that it is whole
      </Button>
      <div aria-live="polite">
        {prove.isError && <FormProblem>{sentenceOf(prove.error)}</FormProblem>}
        {prove.data && <ProofWords proof={prove.data} />}
      </div>
    </div>
  );
}

function ProofWords({ proof: { entries, problems } }: { proof: Proof }) {
  if (problems.length === 0)
    return <p className="text-14 text-moss">All {entries} sealed entries are as they were written.</p>;
  return (
    <FormProblem>
      The log is not as it was written:{' '}
      {problems
        .map(({ kind, from, to }) => {
          const which = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
          return `${which} ${kind === 'changed' ? 'was changed' : kind === 'missing' ? 'missing' : 'does not follow'}`;
        })
        .join('; ')}
      . Keep this database as it is, and compare it with your backups.
    </FormProblem>
  );
}
