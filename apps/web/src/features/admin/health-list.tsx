import { useMutation, useQuery } from '@tanstack/react-query';
import type { Finding } from '@videowindow/contract/api/health';
import { Button, useVoice } from '@videowindow/ui';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Loaded } from '../../lib/loaded.tsx';
import { read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

const names: Readonly<Record<Finding['name'], string>> = {
  address: 'Address',
  database: 'Database',
  disk: 'Room on the disk',
  storage: 'Where videos lie',
  'media cage': 'Making videos',
  AV1: 'AV1',
  mail: 'Mail',
  'sign-in': 'Other ways to sign in',
  payments: 'Payments',
  name: 'What this place is called',
  money: 'Currency and fee',
  terms: 'Terms, privacy and imprint',
};

/** What the server stands on, each with what was found, and a mail to try. */
export function HealthList() {
  const health = useQuery(read('GET /admin/health'));
  return (
    <Loaded query={health}>
      {({ findings }) => (
        <>
          <ul className="overflow-hidden rounded-card border border-line bg-sheet">
            {findings.map((finding) => (
              <Row key={finding.name} finding={finding} />
            ))}
          </ul>
          <div className="mt-4 flex flex-wrap gap-3">
            <TryMail />
            <Button variant="quiet" busy={health.isFetching} onClick={() => void health.refetch()}>
              Look again
            </Button>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Row({ finding: { name, ok, words } }: { finding: Finding }) {
  const Icon = ok ? CircleCheck : TriangleAlert;
  return (
    <li className="flex gap-4 border-t border-line px-4 py-3 first:border-t-0">
      <Icon aria-hidden size={22} className={ok ? 'mt-0.5 shrink-0 text-moss' : 'mt-0.5 shrink-0 text-madder'} />
      <div className="min-w-0">
        <p className="font-semibold">
          {names[name]}
          <span className="sr-only">{ok ? ', well' : ', needs you'}</span>
        </p>
        <p className="text-14 break-words text-ink-3 first-letter:uppercase">{words}</p>
      </div>
    </li>
  );
}

function TryMail() {
  const { toast } = useVoice();
  const send = useMutation({
    mutationFn: () => client.call('POST /admin/health/mail'),
    onSuccess: ({ to, failure }) =>
      failure === null
        ? toast({ text: `Sent to ${to}. Look whether it arrives.`, tone: 'good' })
        : toast({ text: `It was not taken: ${failure}`, tone: 'bad' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <Button variant="secondary" busy={send.isPending} onClick={() => send.mutate()}>
      Send me a mail to try
    </Button>
  );
}
