// The mail address, as one of the ways in: changed when the new address is proved and the old one has had its say.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Way } from '@videowindow/contract/api/identity';
import { Button, CodeInput, FormProblem, Section, TextField, useVoice } from '@videowindow/ui';
import { Mail, MailQuestion } from 'lucide-react';
import { useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { WayRow, wayList } from './keys/way-row.tsx';

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
  const [email, setEmail] = useState('');
  const [code, setCode] = useState('');
  const queries = useQueryClient();
  const { toast } = useVoice();
  const request = useMutation({
    mutationFn: () => client.call('POST /auth/email-change', { body: { email: email.trim() } }),
  });
  const verify = useMutation({
    mutationFn: (digits: string) => client.call('POST /auth/email-change/verify', { body: { code: digits } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keyOf('GET /auth/email-change') });
      toast({ text: 'Now say yes in the mail to your old address.', tone: 'good' });
      onDone();
    },
    onError: () => setCode(''),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!request.isSuccess && !request.isPending) request.mutate();
        else if (code.length === 6 && !verify.isPending) verify.mutate(code);
      }}
    >
      {request.isSuccess ? (
        <>
          <CodeInput
            ref={(input) => input?.focus()}
            label={`Code sent to ${email.trim()}`}
            value={code}
            onChange={setCode}
            onComplete={(digits) => verify.mutate(digits)}
            error={verify.isError ? sentenceOf(verify.error) : undefined}
          />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" busy={verify.isPending} disabled={code.length < 6}>
              It is mine
            </Button>
            <Button variant="quiet" onClick={() => request.reset()}>
              Another address
            </Button>
          </div>
        </>
      ) : (
        <>
          <TextField
            label="Your new address"
            hint="We send a code there, and a word to your old address: it can still stop it."
            type="email"
            autoComplete="email"
            autoFocus
            required
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          {request.isError && <FormProblem>{sentenceOf(request.error)}</FormProblem>}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" busy={request.isPending}>
              Send a code there
            </Button>
            <Button variant="quiet" onClick={onDone}>
              Leave it
            </Button>
          </div>
        </>
      )}
    </form>
  );
}
