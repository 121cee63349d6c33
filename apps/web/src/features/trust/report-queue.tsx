import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Report } from '@videowindow/contract/api/trust';
import { Button, Card, EmptyState, StatusChip, useServerNow, useVoice } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { useState } from 'react';
import { ago } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { ReasonSheet } from './reason-sheet.tsx';
import { reportReasons } from './report-reasons.ts';

/** What people have reported and nobody has decided yet, oldest first. */
export function ReportQueue() {
  const reports = useInfiniteQuery({
    ...readPages('GET /moderation/reports', { query: {} }),
    refetchInterval: 30_000,
  });
  return (
    <Paged
      query={reports}
      empty={
        <EmptyState icon={<Coffee aria-hidden size={26} />} title="No open reports">
          What people report about stories and profiles comes here, with their words.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
          {items.map((report) => (
            <li key={report.id}>
              <ReportCard report={report} />
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}

/** What most urgently needs a look stands out. */
const grave = new Set<Report['reason']>(['dangerous', 'sexual', 'hateful', 'scam']);

function ReportCard({ report }: { report: Report }) {
  const [asking, setAsking] = useState<'remove' | 'dismiss' | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const now = useServerNow(30_000);
  const act = useMutation({
    mutationFn: ({ action, reason }: { action: 'remove' | 'dismiss'; reason: string }) =>
      client.call('POST /moderation/action', { body: { reportId: report.id, action, reason } }),
    onSuccess: async (_, { action }) => {
      setAsking(null);
      toast({ text: action === 'remove' ? `Removed: ${report.subjectTitle}` : 'Report dismissed.' });
      await queries.invalidateQueries({ queryKey: ['GET /moderation/reports'] });
    },
  });
  return (
    <Card className="grid h-full content-start gap-3">
      <div className="grid justify-items-start gap-2">
        <StatusChip tone={grave.has(report.reason) ? 'bad' : 'due'}>{reportReasons[report.reason]}</StatusChip>
        <div className="w-full min-w-0">
          {report.kind === 'story' ? (
            <Link
              to="/s/$storyId"
              params={{ storyId: report.subjectId }}
              className="block truncate font-semibold text-indigo underline underline-offset-2"
            >
              {report.subjectTitle || 'A story'}
            </Link>
          ) : (
            <p className="truncate font-semibold">{report.subjectTitle || 'A person'}</p>
          )}
          <p className="text-14 text-ink-3">
            {{ story: 'Story', profile: 'Profile', review: 'Review' }[report.kind]} · reported{' '}
            {ago(report.createdAt, now)} by {report.reporter.displayName}
          </p>
        </div>
      </div>
      {report.note ? (
        <blockquote className="border-l-2 border-line pl-3 whitespace-pre-line text-ink-2">{report.note}</blockquote>
      ) : (
        <p className="text-14 text-ink-3">No words were added.</p>
      )}
      <div className="mt-auto flex gap-2 pt-1">
        {report.kind !== 'profile' && (
          <Button variant="danger" onClick={() => setAsking('remove')}>
            {report.kind === 'story' ? 'Remove the story' : 'Remove the review'}
          </Button>
        )}
        <Button variant="secondary" onClick={() => setAsking('dismiss')}>
          Dismiss
        </Button>
      </div>
      {asking && (
        <ReasonSheet
          title={asking === 'remove' ? `Remove this ${report.kind}?` : 'Dismiss this report?'}
          subtitle={report.subjectTitle}
          hint={
            asking === 'remove'
              ? 'The maker reads this. Every open report about this story is closed with it.'
              : 'Kept with the report, for whoever looks at it again.'
          }
          confirm={asking === 'remove' ? 'Remove it' : 'Dismiss it'}
          danger={asking === 'remove'}
          busy={act.isPending}
          error={act.error}
          onConfirm={(reason) => act.mutate({ action: asking, reason })}
          onClose={() => {
            setAsking(null);
            act.reset();
          }}
        />
      )}
    </Card>
  );
}
