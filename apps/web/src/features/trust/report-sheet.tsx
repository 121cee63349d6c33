import { useMutation } from '@tanstack/react-query';
import type { Report } from '@videowindow/contract/api/trust';
import { Button, Select, Sheet, TextArea, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { reportReasons } from './report-reasons.ts';

type Props = { kind: Report['kind']; subjectId: string; title: string; onClose: () => void };

const options = Object.entries(reportReasons).map(([value, label]) => ({ value, label }));

/** Tell the moderators about something. */
export function ReportSheet({ kind, subjectId, title, onClose }: Props) {
  const { toast } = useVoice();
  const [reason, setReason] = useState<Report['reason'] | ''>('');
  const [note, setNote] = useState('');
  const report = useMutation({
    mutationFn: (chosen: Report['reason']) =>
      client.call('POST /moderation/report', { body: { kind, subjectId, reason: chosen, note } }),
    onSuccess: () => {
      toast({ text: 'Thank you. A person will look at it.', tone: 'good' });
      onClose();
    },
  });
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title="Report" subtitle={title}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason && !report.isPending) report.mutate(reason);
        }}
      >
        <Select
          label="What is wrong?"
          placeholder="Choose"
          options={options}
          value={reason}
          // The options are exactly the reasons.
          onChange={(event) => setReason(event.target.value as Report['reason'])}
        />
        <TextArea
          label="What should we know?"
          optional
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          hint="Only moderators read this. The maker is not told who reported."
        />
        {report.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(report.error)}
          </p>
        )}
        <Button type="submit" wide size="large" busy={report.isPending} disabled={!reason}>
          Send the report
        </Button>
      </form>
    </Sheet>
  );
}
