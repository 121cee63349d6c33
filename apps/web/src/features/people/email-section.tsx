// The mail address, as one of the ways in: changed when the new address is proved and the old one has had its say.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Way } from '@videowindow/contract/api/identity';
import { Button, Section, useVoice } from '@videowindow/ui';
import { Mail, MailQuestion } from 'lucide-react';
import { useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { WayRow, wayList } from './keys/way-row.tsx';
import { ProveForm } from './prove-form.tsx';

export function EmailSection({ ways }: { ways: readonly Way[] }) {
  const way = ways.find(({ kind }) => kind === 'email');
  const waiting = useQuery(read('GET /auth/email-change')).data?.change ?? null;
  const [editing, setEditing] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const keep = useMutation({
    mutationFn: () => client.call('DELETE /auth/email-change'),
    onSuccess: () => toast({ text: 'Your address stays as it is.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/email-change') }),
  });
  return (
    <Section title="Code by mail">
      {editing ? (
        <EmailForm onDone={() => setEditing(false)} />
      ) : (
        <ul className={wayList}>
          <WayRow icon={Mail} name={way?.name} note="Codes come here. This way in always stays.">
            <Button variant="secondary" size="small" aria-label="Change your address" onClick={() => setEditing(true)}>
              Change
            </Button>
          </WayRow>
          {waiting && (
            <WayRow
              icon={MailQuestion}
              name={waiting.email}
              note={`Yours once you say yes in the mail to your old address; else on ${dateTime(waiting.takesEffectAt)}.`}
            >
              <Button variant="quiet" size="small" busy={keep.isPending} onClick={() => keep.mutate()}>
                Keep the old one
              </Button>
            </WayRow>
          )}
        </ul>
      )}
    </Section>
  );
}

function EmailForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  return (
    <ProveForm
      field={{
        label: 'Your new address',
        hint: 'We send a code there, and a word to your old address: it can still stop it.',
        type: 'email',
        autoComplete: 'email',
        maxLength: 254,
      }}
      another="Another address"
      send={(email) => client.call('POST /auth/email-change', { body: { email } })}
      verify={(code) => client.call('POST /auth/email-change/verify', { body: { code } })}
      onProved={async () => {
        await queries.invalidateQueries({ queryKey: keyOf('GET /auth/email-change') });
        toast({ text: 'Now say yes in the mail to your old address.', tone: 'good' });
        onDone();
      }}
      onLeave={onDone}
    />
  );
}
