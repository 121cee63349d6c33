import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Finding } from '@videowindow/contract/api/admin';
import { Button, EmptyState, Section, Select, Sheet, StatusChip, TextArea, TextField, useVoice } from '@videowindow/ui';
import { ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { date, dateTime } from '../../../lib/dates.ts';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { keyOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { ReasonSheet } from '../../trust/reason-sheet.tsx';
import { SheetEnd } from './sheet-end.tsx';
import { findingStates, findingTones, kindNames, severityNames } from './words.ts';

type Outcome = 'fixed' | 'accepted';

/** What was found weak here and until when it has to be mended; trial break-ins. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const [noting, setNoting] = useState(false);
  const [closing, setClosing] = useState<{ finding: Finding; state: Outcome } | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const reload = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keyOf('GET /admin/security') }),
      queries.invalidateQueries({ queryKey: keyOf('GET /admin/audit') }),
    ]);
  const close = useMutation({
    mutationFn: ({ id, state, reason }: { id: string; state: Outcome; reason: string }) =>
      client.call('POST /admin/security/findings/:id/close', { params: { id }, body: { state, reason } }),
    onSuccess: async () => {
      setClosing(null);
      toast({ text: 'Closed. It stays in this list.', tone: 'good' });
      await reload();
    },
  });
  return (
    <Section title="Findings">
      {findings.length === 0 ? (
        <EmptyState icon={<ShieldQuestion aria-hidden size={26} />} title="Nothing noted yet">
          When somebody finds a weakness, or has tried to get in by appointment, note it here.
        </EmptyState>
      ) : (
        <ul className="overflow-hidden rounded-card border border-line bg-sheet">
          {findings.map((finding) => (
            <li key={finding.id} className="grid gap-1 border-t border-line px-4 py-3 first:border-t-0">
              <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
                <span className="min-w-0 font-semibold break-words">{finding.title}</span>
                <StatusChip tone={findingTones[finding.state]}>{findingStates[finding.state]}</StatusChip>
              </div>
              <span className="text-14 text-ink-3">
                {kindNames[finding.kind]}
                {finding.kind === 'finding' && ` · ${severityNames[finding.severity]}`} · noted {date(finding.notedAt)}
                {finding.state === 'open' && finding.dueAt && ` · to be mended by ${dateTime(finding.dueAt)}`}
                {finding.closedAt && ` · closed ${date(finding.closedAt)}`}
              </span>
              {finding.note && <p className="break-words whitespace-pre-line text-ink-2">{finding.note}</p>}
              {finding.outcome && <p className="break-words whitespace-pre-line text-ink-2">{finding.outcome}</p>}
              {finding.state === 'open' && (
                <div className="mt-1 flex flex-wrap gap-2">
                  <Button variant="secondary" onClick={() => setClosing({ finding, state: 'fixed' })}>
                    It is mended
                  </Button>
                  <Button variant="quiet" onClick={() => setClosing({ finding, state: 'accepted' })}>
                    We live with it
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      <div className="mt-4">
        <Button variant="secondary" onClick={() => setNoting(true)}>
          Note something
        </Button>
      </div>
      {noting && <NoteSheet onDone={reload} onClose={() => setNoting(false)} />}
      {closing && (
        <ReasonSheet
          title={closing.state === 'fixed' ? 'It is mended' : 'We live with it'}
          subtitle={closing.finding.title}
          hint="Kept with it, and in the audit log."
          confirm="Close it"
          busy={close.isPending}
          error={close.error}
          onConfirm={(reason) => close.mutate({ id: closing.finding.id, state: closing.state, reason })}
          onClose={() => {
            close.reset();
            setClosing(null);
          }}
        />
      )}
    </Section>
  );
}

function NoteSheet({ onDone, onClose }: { onDone: () => Promise<unknown>; onClose: () => void }) {
  const [kind, setKind] = useState<Finding['kind']>('finding');
  const [severity, setSeverity] = useState<Finding['severity']>('medium');
  const [title, setTitle] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const { toast } = useVoice();
  const isShort = title.trim().length < 3;
  const add = useMutation({
    mutationFn: () => client.call('POST /admin/security/findings', { body: { kind, severity, title, note } }),
    onSuccess: async () => {
      onClose();
      toast({ text: 'Noted.', tone: 'good' });
      await onDone();
    },
  });
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title="Note something" subtitle="Only admins read it.">
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (isShort) focusProblem(event.currentTarget);
          else if (!add.isPending) add.mutate();
        }}
      >
        <Select
          label="What"
          value={kind}
          options={Object.entries(kindNames).map(([value, label]) => ({ value, label }))}
          onChange={({ target }) => setKind(target.value as Finding['kind'])} // one of the options
        />
        {kind === 'finding' && (
          <Select
            label="How bad"
            value={severity}
            options={Object.entries(severityNames).map(([value, label]) => ({ value, label }))}
            onChange={({ target }) => setSeverity(target.value as Finding['severity'])} // one of the options
          />
        )}
        <TextField
          label="In a line"
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
          {...(tried && isShort ? { error: 'Say it in a few words.' } : {})}
        />
        <TextArea
          label={kind === 'finding' ? 'How it was found' : 'Who tried, and what came of it'}
          rows={4}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <SheetEnd error={add.error} confirm="Note it" busy={add.isPending} onClose={onClose} />
      </form>
    </Sheet>
  );
}
